#include "tests/tls/limbo.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/functional/function_ref.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/manifest/gzip.h"
#include "gwpolicy/manifest/node.h"
#include "gwpolicy/manifest/parse.h"
#include "gwpolicy/manifest/read_options.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace tls {
namespace testing {
namespace {

using ::gwpolicy::manifest::Node;
using ::gwpolicy::manifest::NodeId;
using ::gwpolicy::manifest::NodeKind;
using ::gwpolicy::manifest::Tree;

constexpr size_t kMaxBytes = size_t{256} << 20;

[[noreturn]] void Die(absl::string_view why) {
  std::cerr << "limbo: " << why << std::endl;
  std::abort();
}

std::string Folder() {
  const char* shared = std::getenv("GWPOLICY_SHARED");
  return shared == nullptr ? "" : absl::StrCat(shared, "/testdata/");
}

// Calls `on_item` for each element of the list `member` of a file's one object.
void ForEach(const std::string& file, absl::string_view member,
             absl::FunctionRef<void(const Tree& tree, NodeId item)> on_item) {
  std::ifstream stream(Folder() + file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), {});
  if (manifest::IsGzip(text)) {
    absl::StatusOr<std::string> unpacked = manifest::Gunzip(text, kMaxBytes);
    if (!unpacked.ok()) Die(absl::StrCat(file, ": ", unpacked.status().ToString()));
    text = *std::move(unpacked);
  }
  manifest::ReadOptions options;
  options.max_bytes = kMaxBytes;
  manifest::ParseJson(
      text, options,
      [&](Tree& tree) {
        NodeId item = tree.at(tree.Find(tree.root, member)).first_child;
        for (; item != 0; item = tree.at(item).next_sibling) on_item(tree, item);
      },
      [&](const manifest::Problem& problem) { Die(absl::StrCat(file, ": ", problem.message)); });
}

// "" for null, as for a member that is not there.
std::string Text(const Tree& tree, NodeId parent, absl::string_view key) {
  return std::string(tree.at(tree.Find(parent, key)).text);
}

std::vector<std::string> Texts(const Tree& tree, NodeId parent, absl::string_view key) {
  std::vector<std::string> texts;
  NodeId child = tree.at(tree.Find(parent, key)).first_child;
  for (; child != 0; child = tree.at(child).next_sibling) {
    texts.emplace_back(tree.at(child).text);
  }
  return texts;
}

int Integer(const Node& node) {
  return node.kind == NodeKind::kInt ? static_cast<int>(node.integer) : 0;
}

std::string DerOf(absl::string_view pem) {
  std::string base64;
  for (absl::string_view line : absl::StrSplit(pem, '\n')) {
    if (!absl::StartsWith(line, "-----")) absl::StrAppend(&base64, line);
  }
  std::string der;
  if (!absl::Base64Unescape(base64, &der)) Die("a certificate is not PEM");
  return der;
}

PeerNames NamesOf(const Tree& tree, NodeId item) {
  const NodeId expected = tree.Find(item, "expected_peer_name");
  if (expected == 0 || tree.at(expected).kind == NodeKind::kNull) return PeerNames::Any();
  const std::string kind = Text(tree, expected, "kind");
  PeerName name;
  name.value = Text(tree, expected, "value");
  if (kind == "IP") {
    name.type = PeerName::Type::kIp;
  } else if (kind == "RFC822") {
    name.type = PeerName::Type::kEmail;
  } else if (kind != "DNS") {
    Die(absl::StrCat("names of kind ", kind));
  }
  PeerNames names;
  names.accepted = {name};
  return names;
}

std::optional<absl::Time> TimeOf(const Tree& tree, NodeId item) {
  const std::string text = Text(tree, item, "validation_time");
  if (text.empty() || text == "null") return std::nullopt;
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) Die(error);
  return time;
}

LimboCase CaseOf(const Tree& tree, NodeId item) {
  LimboCase limbo;
  limbo.id = Text(tree, item, "id");
  limbo.description = Text(tree, item, "description");
  limbo.is_server = Text(tree, item, "validation_kind") == "SERVER";
  for (absl::string_view list : {"trusted_certs", "crls"}) {
    for (const std::string& pem : Texts(tree, item, list)) {
      absl::StrAppend(&limbo.bundle_pem, pem, absl::EndsWith(pem, "\n") ? "" : "\n");
    }
  }
  limbo.chain.push_back(DerOf(Text(tree, item, "peer_certificate")));
  for (const std::string& pem : Texts(tree, item, "untrusted_intermediates")) {
    limbo.chain.push_back(DerOf(pem));
  }
  limbo.names = NamesOf(tree, item);
  limbo.time = TimeOf(tree, item);
  limbo.expected =
      Text(tree, item, "expected_result") == "SUCCESS" ? Verdict::kPass : Verdict::kFail;
  return limbo;
}

EnvoyVerdict EnvoyVerdictOf(const Tree& tree, NodeId item) {
  EnvoyVerdict envoy;
  envoy.verdict = Text(tree, item, "envoy") == "SUCCESS" ? Verdict::kPass : Verdict::kFail;
  envoy.stage = Text(tree, item, "stage");
  envoy.error = Integer(tree.at(tree.Find(item, "err")));
  envoy.depth = Integer(tree.at(tree.Find(item, "depth")));
  NodeId pair = tree.at(tree.Find(item, "all")).first_child;
  for (; pair != 0; pair = tree.at(pair).next_sibling) {
    const Node& error = tree.at(tree.at(pair).first_child);
    envoy.all.emplace_back(Integer(error), Integer(tree.at(error.next_sibling)));
  }
  return envoy;
}

}  // namespace

void PrintTo(const LimboCase& limbo, std::ostream* out) { *out << limbo.id; }

std::string WhyNoLimbo() {
  if (!Folder().empty() && std::filesystem::exists(Folder() + "x509-limbo.json.gz")) return "";
  return "no x509-limbo data: set GWPOLICY_SHARED to a folder with testdata/x509-limbo*.json*, for "
         "example with bazel test --test_env=GWPOLICY_SHARED=FOLDER";
}

std::vector<LimboCase> ReadLimbo(const std::string& file) {
  std::vector<LimboCase> cases;
  if (!WhyNoLimbo().empty()) return cases;
  ForEach(file, "testcases",
          [&](const Tree& tree, NodeId item) { cases.push_back(CaseOf(tree, item)); });
  return cases;
}

absl::flat_hash_map<std::string, EnvoyVerdict> ReadEnvoyVerdicts() {
  absl::flat_hash_map<std::string, EnvoyVerdict> verdicts;
  if (!WhyNoLimbo().empty()) return verdicts;
  ForEach("x509-limbo-envoy.json", "results", [&](const Tree& tree, NodeId item) {
    verdicts[Text(tree, item, "id")] = EnvoyVerdictOf(tree, item);
  });
  return verdicts;
}

Departures ReadDepartures() {
  Departures departures;
  std::ifstream page("docs/strict-verification.md");
  if (!page) Die("docs/strict-verification.md is not among the test's data");
  std::set<std::string>* ids = nullptr;
  for (std::string line; std::getline(page, line);) {
    if (absl::StartsWith(line, "#")) ids = nullptr;
    if (line == "### Refused, though limbo accepts") ids = &departures.refused;
    if (line == "### Accepted, though limbo refuses") ids = &departures.accepted;
    // "| `ID` | WHY |" or "| `GROUP` (COUNT) | WHY |"
    absl::string_view row = line;
    if (ids == nullptr || !absl::ConsumePrefix(&row, "| `")) continue;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(row, absl::MaxSplits('`', 1));
    absl::string_view rest = parts.second;
    size_t count = 0;
    if (!absl::ConsumePrefix(&rest, " (")) {
      ids->emplace(parts.first);
    } else if (parts.first == "bettertls::nameconstraints" &&
               absl::SimpleAtoi(rest.substr(0, rest.find(')')), &count)) {
      departures.refused_name_constraints.push_back(count);
    } else {
      Die(absl::StrCat("a group that no test knows: ", line));
    }
  }
  return departures;
}

VerifyResult VerifyLimbo(const LimboCase& limbo, VerifyMode mode) {
  VerifyResult result =
      VerifyChain(limbo.chain, *TrustBundle::Parse(limbo.bundle_pem, PemReader::kEnvoy),
                  limbo.names, limbo.time.value_or(absl::Now()), mode);
  EXPECT_EQ(ERR_peek_error(), 0u) << "something is left in the thread's error queue";
  ERR_clear_error();
  return result;
}

const Failure* PrimaryOf(const VerifyResult& result) {
  for (const Failure& failure : result.failures) {
    if (failure.primary) return &failure;
  }
  return nullptr;
}

std::string Reasons(const VerifyResult& result) {
  std::string text;
  for (const Failure& failure : result.failures) {
    absl::StrAppend(&text, "\n  ", NameOf(failure.code), "@", failure.depth, ": ", failure.message);
  }
  return text;
}

}  // namespace testing
}  // namespace tls
}  // namespace gwpolicy
