// A chain that a session of the same context met before is not verified again. Nobody may notice.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"
#include "tests/tls/handshake.h"
#include "tests/tls/test_pki.h"
#include "tests/tls/test_server.h"

namespace gwpolicy {
namespace tls {
namespace {

using ::gwpolicy::tls::testing::ByteVector;
using ::gwpolicy::tls::testing::CodesOf;
using ::gwpolicy::tls::testing::GoodClient;
using ::gwpolicy::tls::testing::GoodServer;
using ::gwpolicy::tls::testing::Handshake;
using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeServer;
using ::gwpolicy::tls::testing::Outcome;
using ::gwpolicy::tls::testing::P;
using ::gwpolicy::tls::testing::RunOptions;
using ::gwpolicy::tls::testing::ServerSpec;
using ::gwpolicy::tls::testing::ServeWith;
using ::gwpolicy::tls::testing::Strings;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::ValuesIn;

RunOptions InContext(const ClientTls& tls, SessionOptions session = SessionOptions()) {
  RunOptions options;
  options.session = session;
  options.context =
      *ClientContext::Create(std::make_shared<const ClientTls>(tls), std::move(session));
  return options;
}

void Tell(absl::string_view what, const std::vector<Failure>& failures, std::string& text) {
  for (const Failure& failure : failures) {
    absl::StrAppend(&text, what, " ", NameOf(failure.code), " at ", failure.depth, " of ",
                    failure.subject, ": ", failure.message, "; ", failure.remedy, "; ",
                    failure.envoy_reason, failure.primary ? "; primary\n" : "\n");
  }
}

// All that a result says of the server's certificates, and what became of it.
std::string Told(const Outcome& run) {
  const HandshakeResult& result = run.result;
  std::string text = absl::StrCat(VerdictName(result.verdict), " ", PhaseName(result.phase), " ",
                                  result.version, " ", result.modes_differ, result.leaf_sct_list,
                                  result.must_staple, " server saw alert ", run.server_alert, "\n");
  Tell("failure", result.failures, text);
  Tell("warning", result.warnings, text);
  for (const CertificateSummary& one : result.chain) {
    absl::StrAppend(&text, "sent ", one.subject, " by ", one.issuer, " ", one.serial, " ",
                    one.sha256, " ", absl::FormatTime(one.not_before, absl::UTCTimeZone()), " ",
                    absl::FormatTime(one.not_after, absl::UTCTimeZone()), " ", one.is_ca,
                    one.self_signed, " ", one.key, " ", one.signature_algorithm, "\n");
    for (const std::string& name : one.subject_alt_names) absl::StrAppend(&text, "  ", name, "\n");
  }
  for (const std::string& der : result.chain_der) absl::StrAppend(&text, der, "\n");
  for (const ChainLink& link : result.built_chain) {
    absl::StrAppend(&text, "built ", link.trusted, " ", link.index, " ", link.subject, " ",
                    absl::FormatTime(link.not_after, absl::UTCTimeZone()), "\n");
  }
  return text;
}

struct ReportCase {
  absl::string_view name;
  std::function<void(ClientTls&, ServerSpec&, RunOptions&)> change;
  Strings codes;
};

class KnownChainTest : public ::testing::TestWithParam<ReportCase> {};

TEST_P(KnownChainTest, GetsTheReportOfAnUnknownOne) {
  ClientTls tls = GoodClient();
  ServerSpec server = GoodServer();
  RunOptions alone;
  GetParam().change(tls, server, alone);
  RunOptions together = InContext(tls, alone.session);
  together.now = alone.now;
  const std::string expected = Told(Handshake(tls, server, alone));
  for (int i = 0; i < 3; ++i) {
    const Outcome run = Handshake(tls, server, together);
    EXPECT_EQ(Told(run), expected);
    EXPECT_EQ(CodesOf(run.result), GetParam().codes);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Chains, KnownChainTest,
    ValuesIn<ReportCase>({
        {"Good", [](ClientTls&, ServerSpec&, RunOptions&) {}, {}},
        {"OfTls12",
         [](ClientTls& c, ServerSpec&, RunOptions&) { c.max_version = TlsVersion::k1_2; },
         {}},
        {"WrongName",
         [](ClientTls& c, ServerSpec&, RunOptions&) {
           c.names.accepted = {{PeerName::Type::kDns, "api.example.com"}};
         },
         {"Name/Mismatch"}},
        {"UnknownCaAndWrongName",
         [](ClientTls& c, ServerSpec&, RunOptions&) {
           c.trust.bundle = TrustBundle::Parse(P().other_root.cert_pem, PemReader::kEnvoy);
           c.names.accepted = {{PeerName::Type::kDns, "api.example.com"}};
         },
         {"Chain/UnknownIssuer", "Name/Mismatch"}},
        {"Pinned",
         [](ClientTls& c, ServerSpec&, RunOptions&) {
           c.pins = Pins{{std::string(64, 'a')}, {}};
         },
         {"Name/PinMismatch"}},
        {"Unverified",
         [](ClientTls& c, ServerSpec&, RunOptions&) {
           c.trust = {TrustSource::kUnverified, nullptr};
         },
         {}},
        {"OfNobodyTrusted",
         [](ClientTls& c, ServerSpec&, RunOptions&) { c.trust = Trust(); },
         {"Trust/SourceMissing"}},
        {"Expired",
         [](ClientTls&, ServerSpec&, RunOptions& o) { o.now = absl::FromUnixSeconds(4070908801); },
         {"Trust/Expired", "Cert/Expired", "Cert/Expired"}},
        {"Strict",
         [](ClientTls&, ServerSpec& s, RunOptions& o) {
           static const Identity* const kWildcard =
               new Identity(MakeServer("w*.example.com", P().intermediate));
           s = ServeWith(*kWildcard, {P().intermediate});
           o.session.mode = VerifyMode::kStrict;
         },
         {"Name/PartialWildcard"}},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(LastChainTest, AnotherChainIsJudgedOnItsOwn) {
  const ClientTls tls = GoodClient();
  const RunOptions together = InContext(tls);
  ServerSpec without_intermediate = GoodServer();
  without_intermediate.chain_pem.resize(1);
  const ServerSpec of_a_stranger = ServeWith(MakeServer("web.example.com", P().other_root));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(CodesOf(Handshake(tls, GoodServer(), together).result), IsEmpty());
    EXPECT_THAT(CodesOf(Handshake(tls, without_intermediate, together).result),
                ElementsAre("Chain/UnknownIssuer"));
    EXPECT_THAT(CodesOf(Handshake(tls, GoodServer(), together).result), IsEmpty());
    EXPECT_THAT(CodesOf(Handshake(tls, of_a_stranger, together).result),
                ElementsAre("Chain/UnknownIssuer"));
  }
}

TEST(LastChainTest, AnotherTimeIsJudgedOnItsOwn) {
  const ClientTls tls = GoodClient();
  RunOptions together = InContext(tls);
  EXPECT_EQ(Handshake(tls, GoodServer(), together).result.verdict, Verdict::kPass);
  together.now = absl::FromUnixSeconds(4070908801);
  EXPECT_EQ(Handshake(tls, GoodServer(), together).result.verdict, Verdict::kFail);
  together.now = RunOptions().now;
  EXPECT_EQ(Handshake(tls, GoodServer(), together).result.verdict, Verdict::kPass);
}

TEST(LastChainTest, TheServerProvesItsKeyEachTime) {
  const ClientTls tls = GoodClient(TlsVersion::k1_2);
  RunOptions together = InContext(tls);
  EXPECT_EQ(Handshake(tls, GoodServer(), together).result.verdict, Verdict::kPass);
  together.tamper = [](ByteVector& flight) {
    // Within the signature of the ServerKeyExchange, which ServerHelloDone follows.
    if (flight.size() > 500) flight[flight.size() - 20] ^= 1;
  };
  EXPECT_THAT(CodesOf(Handshake(tls, GoodServer(), together).result),
              ElementsAre("Tls/ServerKeyMismatch"));
}

TEST(LastChainTest, IsSharedByThreads) {
  const ClientTls tls = GoodClient();
  const RunOptions together = InContext(tls);
  const ServerSpec of_a_stranger = ServeWith(MakeServer("web.example.com", P().other_root));
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 20; ++i) {
        const bool good = (i + thread) % 3 != 0;
        const Outcome run = Handshake(tls, good ? GoodServer() : of_a_stranger, together);
        EXPECT_EQ(run.result.verdict, good ? Verdict::kPass : Verdict::kFail);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
