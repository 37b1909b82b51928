#include "gwpolicy/report/suggestion.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/failures.h"
#include "gwpolicy/report/findings.h"
#include "gwpolicy/tls/peer_chain.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verify_chain.h"

namespace gwpolicy {
namespace report {
namespace {

constexpr absl::Duration kSoon = absl::Hours(24 * 30);
// A name of a Kubernetes object that gets "-tls" at its end.
constexpr size_t kMaxName = 58;
// spec.validation.subjectAltNames holds no more.
constexpr size_t kMaxSans = 5;

// The names of one type in the leaf, without its "DNS:".
std::vector<std::string> NamesOf(const tls::CertificateSummary& leaf, absl::string_view type) {
  std::vector<std::string> names;
  for (absl::string_view name : leaf.subject_alt_names) {
    if (absl::ConsumePrefix(&name, type)) names.emplace_back(name);
  }
  return names;
}

// Whether a policy's hostname may be so: labels of letters, digits and dashes, no wildcard, no
// address.
bool IsHostname(absl::string_view text) {
  if (text.empty() || text.size() > 253 || text.front() == '.' || text.back() == '.') return false;
  const auto allowed = [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '.';
  };
  const bool address = std::all_of(
      text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isdigit(c) || c == '.'; });
  return !address && std::all_of(text.begin(), text.end(), allowed) &&
         !absl::StrContains(text, "..") && !absl::StrContains(text, "-.") &&
         !absl::StrContains(text, ".-") && text.front() != '-' && text.back() != '-';
}

// "web" of "web.example.com", as the name of a Service.
std::string ServiceNameFrom(absl::string_view hostname) {
  std::string name(hostname.substr(0, std::min(hostname.find('.'), kMaxName)));
  const bool good = !name.empty() && absl::ascii_islower(static_cast<unsigned char>(name[0])) &&
                    name.back() != '-';
  return good ? name : "backend";
}

// What the policy is to ask for.
struct Names {
  std::string hostname;
  std::vector<std::string> uris;  // then they count, and not the hostname
};

Names ChooseNames(const tls::CertificateSummary& leaf, const SuggestionRequest& request) {
  Names names;
  if (!request.hostname.empty()) {
    names.hostname = absl::AsciiStrToLower(request.hostname);
    return names;
  }
  const std::string host = absl::AsciiStrToLower(request.host);
  if (IsHostname(host)) names.hostname = host;
  const std::vector<std::string> dns = NamesOf(leaf, "DNS:");
  if (names.hostname.empty()) {
    const auto precise = std::find_if(dns.begin(), dns.end(), [](const std::string& name) {
      return IsHostname(absl::AsciiStrToLower(name));
    });
    if (precise != dns.end()) names.hostname = absl::AsciiStrToLower(*precise);
  }
  if (dns.empty()) names.uris = NamesOf(leaf, "URI:");
  if (names.uris.size() > kMaxSans) names.uris.resize(kMaxSans);
  if (names.hostname.empty() && !names.uris.empty()) {
    // Only the SNI; it may be anything that the backend does not mind.
    names.hostname = absl::StrCat(request.service.empty() ? "backend" : request.service, ".",
                                  request.ns, ".svc");
  }
  return names;
}

// The index of the last certificate on the way up from the leaf through what was sent.
size_t TopOf(const std::vector<tls::CertificateSummary>& chain) {
  size_t top = 0;
  std::set<size_t> seen = {0};
  for (;;) {
    size_t next = 0;
    while (next < chain.size() &&
           (seen.count(next) > 0 || chain[next].subject != chain[top].issuer)) {
      ++next;
    }
    if (next == chain.size()) return top;
    seen.insert(next);
    top = next;
  }
}

Value PolicyValue(const SuggestionRequest& request, const std::string& service, const Names& names,
                  absl::string_view config_map) {
  Value metadata = Value::MakeObject();
  metadata.Set("name", absl::StrCat(service, "-tls"));
  metadata.Set("namespace", request.ns);
  Value target = Value::MakeObject();
  target.Set("group", "");
  target.Set("kind", "Service");
  target.Set("name", service);
  if (!request.section.empty()) target.Set("sectionName", request.section);
  Value validation = Value::MakeObject();
  if (config_map.empty()) {
    validation.Set("wellKnownCACertificates", "System");
  } else {
    Value ref = Value::MakeObject();
    ref.Set("group", "");
    ref.Set("kind", "ConfigMap");
    ref.Set("name", config_map);
    validation.Set("caCertificateRefs", Value::MakeList().Append(std::move(ref)));
  }
  validation.Set("hostname", names.hostname);
  if (!names.uris.empty()) {
    Value sans = Value::MakeList();
    for (const std::string& uri : names.uris) {
      Value san = Value::MakeObject();
      san.Set("type", "URI");
      san.Set("uri", uri);
      sans.Append(std::move(san));
    }
    validation.Set("subjectAltNames", std::move(sans));
  }
  Value spec = Value::MakeObject();
  spec.Set("targetRefs", Value::MakeList().Append(std::move(target)));
  spec.Set("validation", std::move(validation));
  Value out = Value::MakeObject();
  out.Set("apiVersion", "gateway.networking.k8s.io/v1");
  out.Set("kind", "BackendTLSPolicy");
  out.Set("metadata", std::move(metadata));
  out.Set("spec", std::move(spec));
  return out;
}

Value ConfigMapValue(const SuggestionRequest& request, absl::string_view name,
                     const std::string& pem) {
  Value metadata = Value::MakeObject();
  metadata.Set("name", name);
  metadata.Set("namespace", request.ns);
  Value data = Value::MakeObject();
  data.Set("ca.crt", pem);
  Value out = Value::MakeObject();
  out.Set("apiVersion", "v1");
  out.Set("kind", "ConfigMap");
  out.Set("metadata", std::move(metadata));
  out.Set("data", std::move(data));
  return out;
}

// Whether it names itself as its issuer. `self_signed` is false where the key may not sign
// certificates, as in most certificates of servers.
bool IssuesItself(const tls::CertificateSummary& certificate) {
  return certificate.subject == certificate.issuer;
}

// What is odd about trusting `chain[top]`.
void WarnOfAnchor(const std::vector<tls::CertificateSummary>& chain, size_t top,
                  std::vector<tls::Failure>& warnings) {
  const tls::CertificateSummary& anchor = chain[top];
  if (top == 0 && IssuesItself(anchor)) {
    warnings.push_back(
        tls::MakeFailure(Code::kTrustNotCa,
                         absl::StrCat("the certificate ", anchor.subject,
                                      " is self-signed and stands alone, so it is trusted itself; "
                                      "the policy breaks when it is renewed")));
  } else if (top == 0) {
    warnings.push_back(tls::MakeFailure(
        Code::kTrustNotCa,
        absl::StrCat("the backend sends its own certificate alone and not that of its issuer ",
                     anchor.issuer,
                     ", so it is trusted itself; the policy breaks when it is renewed")));
  } else if (!IssuesItself(anchor)) {
    tls::Failure warning = tls::MakeFailure(
        Code::kChainUnknownIssuer,
        absl::StrCat("the backend does not send its root ", anchor.issuer, ", so the intermediate ",
                     anchor.subject, " is trusted; the policy breaks when it is replaced"));
    warning.remedy = "Put the root into the bundle instead, from where its owner publishes it.";
    warnings.push_back(std::move(warning));
  }
}

void WarnOfHandshake(const tls::HandshakeResult& seen, std::vector<tls::Failure>& warnings) {
  if (seen.certificate_requested) {
    warnings.push_back(tls::MakeFailure(Code::kClientCertRequired,
                                        "the backend asks for a client certificate, which the "
                                        "policy does not give"));
  }
  if (seen.version == "TLSv1.3") {
    warnings.push_back(tls::MakeFailure(
        Code::kTlsVersion,
        "the backend speaks TLS 1.3 alone, while Envoy as a client stops at TLS 1.2 unless it is "
        "told otherwise"));
  }
}

}  // namespace

Suggestion SuggestPolicy(const tls::HandshakeResult& seen, const SuggestionRequest& request) {
  Suggestion out;
  if (seen.chain.empty() || seen.chain.size() > seen.chain_der.size()) {
    out.warnings = seen.failures;
    return out;
  }
  const tls::CertificateSummary& leaf = seen.chain.front();
  const Names names = ChooseNames(leaf, request);
  if (!IsHostname(names.hostname)) {
    out.warnings.push_back(tls::MakeFailure(
        leaf.subject_alt_names.empty() ? Code::kNameMissing : Code::kNameMismatch,
        names.hostname.empty()
            ? "the certificate has no name that a BackendTLSPolicy could ask for: it needs a DNS "
              "name or a URI"
            : absl::StrCat("the hostname ", names.hostname,
                           " is not one that a BackendTLSPolicy "
                           "takes")));
    return out;
  }

  tls::ClientTls client;
  if (names.uris.empty()) {
    client.names.accepted = {{tls::PeerName::Type::kDns, names.hostname}};
  }
  for (const std::string& uri : names.uris) {
    client.names.accepted.push_back({tls::PeerName::Type::kUri, uri});
  }
  const auto verify = [&] {
    return tls::VerifyPeer(seen.chain_der, client, request.system_trust.get(), request.now,
                           tls::VerifyMode::kEnvoy);
  };

  tls::VerifyResult verified;
  if (request.may_use_system && request.system_trust != nullptr) {
    client.trust = {tls::TrustSource::kSystem, nullptr};
    verified = verify();
    // A wrong name is wrong whoever vouches for it.
    out.trusts_system = std::all_of(
        verified.failures.begin(), verified.failures.end(),
        [](const auto& failure) { return absl::StartsWith(NameOf(failure.code), "Name/"); });
  }
  const std::string service =
      request.service.empty() ? ServiceNameFrom(names.hostname) : request.service;
  if (out.trusts_system) {
    out.objects.push_back(PolicyValue(request, service, names, ""));
  } else {
    const size_t top = TopOf(seen.chain);
    const std::string pem = tls::CertificatePem(seen.chain_der[top]);
    client.trust = {tls::TrustSource::kBundle,
                    tls::TrustBundle::Parse(pem, tls::PemReader::kEnvoy)};
    verified = verify();
    WarnOfAnchor(seen.chain, top, out.warnings);
    for (const tls::TrustNote& note : client.trust.bundle->notes()) {
      if (note.code == Code::kTrustNotCa) continue;  // said already
      out.warnings.push_back(tls::MakeFailure(note.code, note.message));
    }
    for (const tls::TrustNote& note : client.trust.bundle->NotesAt(request.now, kSoon)) {
      if (note.code == Code::kTrustExpiresSoon) {  // the verification says the others
        out.warnings.push_back(tls::MakeFailure(note.code, note.message));
      }
    }
    const std::string config_map = absl::StrCat(service, "-ca");
    out.objects.push_back(PolicyValue(request, service, names, config_map));
    out.objects.push_back(ConfigMapValue(request, config_map, pem));
  }
  for (const tls::Failure& failure : verified.failures) out.warnings.push_back(failure);
  WarnOfHandshake(seen, out.warnings);
  out.verdict = verified.verdict;
  return out;
}

Value SuggestionDocument(const Suggestion& suggestion) {
  Value objects = Value::MakeList();
  for (const Value& object : suggestion.objects) objects.Append(object);
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "Suggestion");
  out.Set("trust", suggestion.trusts_system ? "System" : "FirstUse");
  out.Set("verdict", VerdictName(suggestion.verdict));
  out.Set("objects", std::move(objects));
  out.Set("warnings", FailureList(suggestion.warnings));
  return out;
}

}  // namespace report
}  // namespace gwpolicy
