#include "gwpolicy/report/explain.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/report/status.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"

namespace gwpolicy {
namespace report {
namespace {

constexpr size_t kColumns = 96;

// "service", "Services" and "Service" are the same kind.
bool KindIs(absl::string_view asked, absl::string_view group, absl::string_view kind) {
  if (absl::EqualsIgnoreCase(asked, kind)) return true;
  const KindInfo* info = FindKind(group, kind);
  return info != nullptr && absl::EqualsIgnoreCase(asked, info->plural);
}

bool IsFrom(const FieldSource& source, const Object& policy) {
  return source.kind == policy.kind_name() && source.ns == policy.meta().ns &&
         source.name == policy.meta().name;
}

bool Concerns(const BackendTls& backend, const Object& policy) {
  for (const Provenance& one : backend.provenance) {
    if (IsFrom(one.from, policy)) return true;
    for (const Loser& loser : one.over) {
      if (IsFrom(loser.source, policy)) return true;
    }
  }
  return false;
}

// Appends `text` in lines of kColumns: the first behind `first`, the others behind as many blanks.
void AppendWrapped(absl::string_view first, absl::string_view text, std::string* out) {
  const std::string indent(first.size(), ' ');
  std::string line(first);
  bool has_word = false;
  for (absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
    if (has_word && line.size() + 1 + word.size() > kColumns) {
      absl::StrAppend(out, line, "\n");
      line = indent;
      has_word = false;
    }
    absl::StrAppend(&line, has_word ? " " : "", word);
    has_word = true;
  }
  absl::StrAppend(out, line, "\n");
}

std::string Sentence(absl::string_view text) {
  if (text.empty() || absl::EndsWith(text, ".") || absl::EndsWith(text, "!")) {
    return std::string(text);
  }
  return absl::StrCat(text, ".");
}

std::string Plural(size_t n, absl::string_view noun) {
  return absl::StrCat(n, " ", noun, n == 1 ? "" : "s");
}

// Whom the gateway believes, as the second half of a sentence.
std::string TrustText(const tls::Trust& trust) {
  switch (trust.source) {
    case tls::TrustSource::kNobody:
      return "trusts nobody, so every handshake fails";
    case tls::TrustSource::kUnverified:
      return "does not verify the certificate at all";
    case tls::TrustSource::kSystem:
      return "trusts the CA certificates of its system";
    case tls::TrustSource::kBundle:
      break;
  }
  if (trust.bundle == nullptr) return "trusts nobody, so every handshake fails";
  const std::vector<tls::CertificateSummary>& all = trust.bundle->certificates();
  if (all.size() != 1) return absl::StrCat("trusts ", Plural(all.size(), "CA certificate"));
  return absl::StrCat("trusts ", all[0].subject, " (until ",
                      absl::FormatTime("%Y-%m-%d", all[0].not_after, absl::UTCTimeZone()), ")");
}

std::string NamesText(const tls::PeerNames& names) {
  if (names.unchecked) return "accepts any name in the certificate";
  if (names.accepted.empty()) return "accepts no name, so every handshake fails";
  return absl::StrCat(
      "accepts the name ",
      absl::StrJoin(names.accepted, " or ", [](std::string* out, const tls::PeerName& name) {
        absl::StrAppend(out, name.value);
      }));
}

std::string Summary(const BackendTls& backend) {
  switch (backend.mode) {
    case TlsMode::kPlaintext:
      return "Plaintext: no policy asks for TLS, so requests are sent as they are.";
    case TlsMode::kFailClosed: {
      std::string text =
          "Fails closed: a policy asks for TLS, but it cannot be set up, so requests are answered "
          "with 5xx and nothing is sent.";
      if (!backend.reason.empty()) absl::StrAppend(&text, " Reason ", backend.reason, ": ");
      return absl::StrCat(text, Sentence(backend.message));
    }
    case TlsMode::kTls:
      break;
  }
  if (backend.tls == nullptr) return "TLS.";
  const tls::ClientTls& tls = *backend.tls;
  std::string text = "TLS: the gateway ";
  absl::StrAppend(&text, tls.sni.empty() ? "sends no server name" : "sends the server name ",
                  tls.sni, ", ", TrustText(tls.trust));
  if (tls.trust.source != tls::TrustSource::kUnverified &&
      tls.trust.source != tls::TrustSource::kNobody) {
    absl::StrAppend(&text, " and ", NamesText(tls.names));
  }
  absl::StrAppend(&text, ".");
  const absl::string_view min = TlsVersionText(tls.min_version);
  const absl::string_view max = TlsVersionText(tls.max_version);
  absl::StrAppend(&text, " It speaks ", min == max ? "" : absl::StrCat(min, " to "), max);
  if (!tls.alpn_protocols.empty()) {
    absl::StrAppend(&text, ", offers ", absl::StrJoin(tls.alpn_protocols, " and "));
  }
  if (tls.client_certificate.has_value()) {
    absl::StrAppend(&text, " and shows a client certificate when the server asks for one");
  }
  return absl::StrCat(text, ".");
}

void AppendProvenance(const BackendTls& backend, std::string* out) {
  if (backend.provenance.empty()) return;
  size_t width = 0;
  for (const Provenance& one : backend.provenance) width = std::max(width, one.field.size());
  absl::StrAppend(out, "\n  Where it comes from\n");
  for (const Provenance& one : backend.provenance) {
    const std::string label =
        absl::StrCat("    ", one.field, std::string(width - one.field.size() + 2, ' '));
    std::string text = one.value.empty() ? "not set" : one.value;
    absl::StrAppend(&text, ", from ", SourceText(one.from));
    if (!one.from.field_path.empty()) absl::StrAppend(&text, " ", one.from.field_path);
    AppendWrapped(label, text, out);
    for (const Loser& loser : one.over) {
      std::string lost = absl::StrCat("not from ", SourceText(loser.source));
      if (!loser.source.field_path.empty()) absl::StrAppend(&lost, " ", loser.source.field_path);
      if (!loser.rule.empty()) absl::StrAppend(&lost, ": ", loser.rule);
      AppendWrapped(std::string(width + 6, ' '), lost, out);
    }
  }
}

void AppendBackend(const BackendTls& backend, std::string* out) {
  std::string title = BackendText(backend.backend);
  if (!backend.port_name.empty()) absl::StrAppend(&title, " (", backend.port_name, ")");
  if (backend.gateway.empty()) {
    absl::StrAppend(&title, ", which no Gateway reaches");
  } else {
    absl::StrAppend(&title, " through Gateway ", GatewayText(backend.gateway));
  }
  if (!backend.profile.empty()) absl::StrAppend(&title, ", as ", backend.profile, " sees it");
  AppendWrapped("", title, out);
  AppendWrapped("  ", Summary(backend), out);

  // Fields have a part of their own below.
  int number = 0;
  for (const Step& step : StepsOf(backend)) {
    if (step.about == "field") continue;
    if (++number == 1) absl::StrAppend(out, "\n  How this came about\n");
    AppendWrapped(absl::StrCat(number < 10 ? "    " : "   ", number, ". "), step.text, out);
  }
  AppendProvenance(backend, out);
  if (!backend.posture.empty()) {
    absl::StrAppend(out, "\n  How well it is protected\n");
    for (Code code : backend.posture) {
      const CodeInfo& info = InfoOf(code);
      AppendWrapped("    ", absl::StrCat(info.name, ": ", info.cause), out);
      AppendWrapped("      ", info.remedy, out);
    }
  }
  if (backend.settings != nullptr && !backend.settings->endpoints.empty()) {
    const std::vector<Endpoint>& endpoints = backend.settings->endpoints;
    constexpr size_t kShown = 4;
    std::vector<std::string> shown;
    for (size_t i = 0; i < std::min(endpoints.size(), kShown); ++i) {
      const bool ipv6 = absl::StrContains(endpoints[i].host, ":");
      shown.push_back(
          absl::StrCat(ipv6 ? "[" : "", endpoints[i].host, ipv6 ? "]:" : ":", endpoints[i].port));
    }
    if (endpoints.size() > kShown) {
      shown.push_back(absl::StrCat(endpoints.size() - kShown, " more"));
    }
    absl::StrAppend(out, "\n");
    AppendWrapped("  ", absl::StrCat("Endpoints: ", absl::StrJoin(shown, ", ")), out);
  }
}

std::string AncestorText(const ParentReference& ref) {
  std::string text = ref.kind.empty() ? "Gateway" : ref.kind;
  absl::StrAppend(&text, " ", ref.ns.empty() ? "" : absl::StrCat(ref.ns, "/"), ref.name);
  if (!ref.section_name.empty()) absl::StrAppend(&text, " section ", ref.section_name);
  return text;
}

void AppendPolicy(const PolicyResult& policy, size_t backends, std::string* out) {
  const Object& object = policy.policy;
  AppendWrapped(
      "", absl::StrCat(object.kind_name(), " ", object.meta().ns, "/", object.meta().name), out);
  if (backends == 0) {
    AppendWrapped("  ", "It decides nothing about any backend.", out);
  } else {
    AppendWrapped("  ",
                  absl::StrCat("It has a say in ", Plural(backends, "backend port"),
                               ", which are told of below."),
                  out);
  }
  if (policy.status.ancestors.empty()) {
    absl::StrAppend(out, "\n");
    AppendWrapped("  ", "No controller writes a status for it.", out);
    return;
  }
  for (const PolicyAncestorStatus& ancestor : policy.status.ancestors) {
    absl::StrAppend(out, "\n");
    AppendWrapped("  ",
                  absl::StrCat("Status for ", AncestorText(ancestor.ancestor_ref), ", by ",
                               ancestor.controller_name),
                  out);
    for (const Condition& condition : ancestor.conditions) {
      std::string text = absl::StrCat(condition.type, " ", condition.status);
      if (!condition.reason.empty()) absl::StrAppend(&text, " (", condition.reason, ")");
      if (!condition.message.empty()) absl::StrAppend(&text, ": ", Sentence(condition.message));
      AppendWrapped("    ", text, out);
    }
  }
}

}  // namespace

absl::StatusOr<Subject> ParseSubject(absl::string_view text, absl::string_view ns) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  Subject subject;
  subject.kind = std::string(parts.first);
  subject.ns = std::string(ns);
  absl::string_view name = parts.second;
  const size_t colon = name.rfind(':');
  if (colon != absl::string_view::npos) {
    if (!absl::SimpleAtoi(name.substr(colon + 1), &subject.port) || subject.port < 1 ||
        subject.port > 65535) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", name.substr(colon + 1), "' is not a port from 1 to 65535"));
    }
    name = name.substr(0, colon);
  }
  subject.name = std::string(name);
  if (subject.kind.empty() || name.empty() || absl::StrContains(name, "/")) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is not of the form KIND/NAME or KIND/NAME:PORT"));
  }
  return subject;
}

Story FindStory(const Subject& subject,
                absl::Span<const std::shared_ptr<const BackendTls>> backends,
                absl::Span<const std::shared_ptr<const PolicyResult>> policies) {
  Story story;
  for (const auto& policy : policies) {
    const Object& object = policy->policy;
    if (object.meta().name == subject.name &&
        (subject.ns.empty() || object.meta().ns == subject.ns) &&
        KindIs(subject.kind, object.group(), object.kind_name())) {
      story.policy = policy;
      break;
    }
  }
  for (const auto& backend : backends) {
    const BackendPortId& id = backend->backend;
    const bool port_fits = subject.port == 0 || id.port == subject.port;
    const bool is_subject = story.policy == nullptr && id.name == subject.name &&
                            (subject.ns.empty() || id.ns == subject.ns) &&
                            KindIs(subject.kind, id.group, id.kind);
    const bool is_concerned = story.policy != nullptr && Concerns(*backend, story.policy->policy);
    if (port_fits && (is_subject || is_concerned)) story.backends.push_back(backend);
  }
  return story;
}

Value ExplainDocument(const Story& story) {
  Value backends = Value::MakeList();
  for (const auto& backend : story.backends) {
    Value steps = Value::MakeList();
    for (const Step& step : StepsOf(*backend)) {
      Value one = Value::MakeObject();
      one.Set("about", step.about);
      one.Set("text", step.text);
      steps.Append(std::move(one));
    }
    Value entry = BackendValue(*backend);
    entry.Set("steps", std::move(steps));
    backends.Append(std::move(entry));
  }
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "Explanation");
  out.Set("policy", story.policy == nullptr ? Value() : PolicyValue(*story.policy));
  out.Set("backends", std::move(backends));
  return out;
}

std::string ExplainText(const Story& story) {
  std::string out;
  if (story.policy != nullptr) AppendPolicy(*story.policy, story.backends.size(), &out);
  for (const auto& backend : story.backends) {
    if (!out.empty()) absl::StrAppend(&out, "\n");
    AppendBackend(*backend, &out);
  }
  return out;
}

}  // namespace report
}  // namespace gwpolicy
