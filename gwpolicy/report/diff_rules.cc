#include "gwpolicy/report/diff_rules.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/tls/names.h"
#include "gwpolicy/tls/settings.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace report {
namespace {

using tls::ClientTls;
using tls::TrustSource;

constexpr RuleInfo kRules[] = {
    {Rule::kPlaintextAppeared, "backend", "appeared, routed, plaintext", Effect::kLoosened,
     "requests go out in plaintext where none went before"},
    {Rule::kWeakTlsAppeared, "backend", "appeared, routed, TLS without chain or name checked",
     Effect::kLoosened,
     "requests go out over TLS that does not verify the backend, where none went"},
    {Rule::kProtectedAppeared, "backend", "appeared, routed, verified TLS or failing closed",
     Effect::kNeutral, "it is new, and nobody but the verified backend is sent anything"},
    {Rule::kUnroutedAppeared, "backend", "appeared, not routed", Effect::kNeutral,
     "it is new, and no Gateway sends anything there"},
    {Rule::kDisappeared, "backend", "disappeared", Effect::kNeutral,
     "it is gone, and nothing is sent there any more"},
    {Rule::kTlsToPlaintext, "backend", "TLS to plaintext", Effect::kLoosened,
     "requests that went out over TLS go out in plaintext"},
    {Rule::kPlaintextToTls, "backend", "plaintext to TLS", Effect::kTightened,
     "requests that went out in plaintext go out over TLS"},
    {Rule::kClosedToPlaintext, "backend", "failing closed to plaintext", Effect::kLoosened,
     "availability gained: requests that were refused go out in plaintext"},
    {Rule::kClosedToWeakTls, "backend", "failing closed to TLS without chain or name checked",
     Effect::kLoosened,
     "availability gained: requests that were refused go out over TLS that does not verify the "
     "backend"},
    {Rule::kClosedToVerified, "backend", "failing closed to verified TLS", Effect::kNeutral,
     "availability gained: requests that were refused go out over TLS to the verified backend"},
    {Rule::kPlaintextToClosed, "backend", "plaintext to failing closed", Effect::kTightened,
     "availability lost: requests that went out in plaintext are refused"},
    {Rule::kWeakTlsToClosed, "backend", "TLS without chain or name checked to failing closed",
     Effect::kTightened,
     "availability lost: requests that went out over TLS that does not verify the backend are "
     "refused"},
    {Rule::kVerifiedToClosed, "backend", "verified TLS to failing closed", Effect::kNeutral,
     "availability lost: requests that went out over TLS to the verified backend are refused"},
    {Rule::kOtherReasonToClose, "backend", "failing closed for another reason", Effect::kNeutral,
     "requests are refused as before, for another reason"},

    {Rule::kTrustDropped, "trust", "verified to unverified", Effect::kLoosened,
     "any certificate is accepted"},
    {Rule::kTrustSet, "trust", "unverified to verified", Effect::kTightened,
     "the backend's certificate is verified"},
    {Rule::kSystemToBundle, "trust", "system to a bundle", Effect::kTightened,
     "the CAs of a bundle of one's own vouch instead of all public ones"},
    {Rule::kBundleToSystem, "trust", "a bundle to system", Effect::kLoosened,
     "all public CAs vouch instead of those of a bundle of one's own"},
    {Rule::kAnchorsRemoved, "trust", "a part of the bundle", Effect::kTightened,
     "fewer CA certificates vouch"},
    {Rule::kAnchorsAdded, "trust", "more than the bundle", Effect::kLoosened,
     "more CA certificates vouch"},
    {Rule::kAnchorsReplaced, "trust", "a bundle that neither includes nor is included",
     Effect::kNeutral, "other CA certificates vouch"},
    {Rule::kRevocationsAdded, "trust", "the same CAs with more revocation lists",
     Effect::kTightened, "more revocation lists are checked"},
    {Rule::kRevocationsRemoved, "trust", "the same CAs with fewer revocation lists",
     Effect::kLoosened, "fewer revocation lists are checked"},
    {Rule::kBundleRewritten, "trust",
     "the same CAs in another order or with other revocation lists", Effect::kNeutral,
     "the same CA certificates vouch, written otherwise"},
    {Rule::kNamesDropped, "names", "checked to unchecked", Effect::kLoosened,
     "any name in the certificate is accepted"},
    {Rule::kNamesSet, "names", "unchecked to checked", Effect::kTightened,
     "the certificate must have an accepted name"},
    {Rule::kNamesRemoved, "names", "a part of the names", Effect::kTightened,
     "fewer names are accepted"},
    {Rule::kNamesAdded, "names", "more than the names", Effect::kLoosened,
     "more names are accepted"},
    {Rule::kNamesReplaced, "names", "names that neither include nor are included", Effect::kNeutral,
     "other names are accepted"},
    {Rule::kNamesWithoutTrust, "names", "any, while the chain is unverified before or after",
     Effect::kNeutral, "names say nothing where nobody vouches for them"},
    {Rule::kPinsDropped, "certificateHashes, spkiPins", "some to none", Effect::kLoosened,
     "the certificate is not pinned any more"},
    {Rule::kPinsSet, "certificateHashes, spkiPins", "none to some", Effect::kTightened,
     "the certificate is pinned"},
    {Rule::kPinsRemoved, "certificateHashes, spkiPins", "a part of the pins", Effect::kTightened,
     "fewer certificates are accepted"},
    {Rule::kPinsAdded, "certificateHashes, spkiPins", "more than the pins", Effect::kLoosened,
     "more certificates are accepted"},
    {Rule::kPinsReplaced, "certificateHashes, spkiPins",
     "pins that neither include nor are included", Effect::kNeutral,
     "other certificates are accepted"},
    {Rule::kClientCertificateDropped, "clientCertificate", "some to none", Effect::kLoosened,
     "the backend cannot tell the Gateway from anybody else"},
    {Rule::kClientCertificateSet, "clientCertificate", "none to some", Effect::kTightened,
     "the Gateway proves to the backend who it is"},
    {Rule::kClientCertificateReplaced, "clientCertificate", "another", Effect::kNeutral,
     "the Gateway shows another certificate or has another key"},
    {Rule::kMinVersionLowered, "minVersion", "lower", Effect::kLoosened,
     "an older version of TLS is accepted"},
    {Rule::kMinVersionRaised, "minVersion", "higher", Effect::kTightened,
     "an older version of TLS is refused"},
    {Rule::kMaxVersionLowered, "maxVersion", "lower", Effect::kLoosened,
     "a newer version of TLS is not offered any more"},
    {Rule::kMaxVersionRaised, "maxVersion", "higher", Effect::kTightened,
     "a newer version of TLS is offered"},
    {Rule::kAlgorithmsRemoved, "cipherSuites, groups, signatureAlgorithms", "a part of them",
     Effect::kTightened, "fewer algorithms are accepted"},
    {Rule::kAlgorithmsAdded, "cipherSuites, groups, signatureAlgorithms", "more than they were",
     Effect::kLoosened, "more algorithms are accepted"},
    {Rule::kAlgorithmsReplaced, "cipherSuites, groups, signatureAlgorithms",
     "neither includes the other", Effect::kNeutral, "other algorithms are accepted"},
    {Rule::kAlgorithmsReordered, "cipherSuites, groups, signatureAlgorithms",
     "the same in another order", Effect::kNeutral, "other algorithms are preferred"},
    {Rule::kRenegotiationAllowed, "allowRenegotiation", "false to true", Effect::kLoosened,
     "the backend may renegotiate"},
    {Rule::kRenegotiationForbidden, "allowRenegotiation", "true to false", Effect::kTightened,
     "the backend may not renegotiate"},
    {Rule::kSniChanged, "sni", "another", Effect::kNeutral,
     "the backend may choose another certificate; what is accepted does not depend on it"},
    {Rule::kAlpnChanged, "alpnProtocols", "others", Effect::kNeutral,
     "other protocols are offered above TLS"},

    {Rule::kSettingChanged, "protocol, proxyProtocol, endpoints", "others", Effect::kNeutral,
     "it is spoken to otherwise, and no less protected"},
    {Rule::kFieldOfNewTls, "any field of TLS", "came or went with TLS itself", Effect::kNeutral,
     "a part of the change of the backend as a whole"},
    {Rule::kSourceChanged, "any field of TLS", "the same value from another object",
     Effect::kNeutral, "the value is the same and comes from elsewhere"},
};

constexpr bool InOrder() {
  for (size_t i = 0; i < sizeof(kRules) / sizeof(kRules[0]); ++i) {
    if (static_cast<size_t>(kRules[i].rule) != i) return false;
  }
  return kRules[sizeof(kRules) / sizeof(kRules[0]) - 1].rule == Rule::kSourceChanged;
}
static_assert(InOrder(), "a row for each rule, in the order of the enumeration");

using Set = std::set<std::string>;

// How `after` stands to `before`.
enum class Inclusion { kEqual, kPart, kMore, kNeither };

Inclusion Compare(const Set& before, const Set& after) {
  const bool is_part = std::includes(before.begin(), before.end(), after.begin(), after.end());
  const bool is_more = std::includes(after.begin(), after.end(), before.begin(), before.end());
  if (is_part && is_more) return Inclusion::kEqual;
  return is_part ? Inclusion::kPart : is_more ? Inclusion::kMore : Inclusion::kNeither;
}

// Four rules about a set, in the order of Inclusion; none for equal sets.
std::optional<Rule> ByInclusion(Inclusion inclusion, Rule part, Rule more, Rule neither) {
  switch (inclusion) {
    case Inclusion::kEqual:
      return std::nullopt;
    case Inclusion::kPart:
      return part;
    case Inclusion::kMore:
      return more;
    case Inclusion::kNeither:
      return neither;
  }
  return neither;
}

// --- trust -----------------------------------------------------------------------------------

Set AnchorsOf(const tls::Trust& trust) {
  Set out;
  if (trust.bundle == nullptr) return out;
  for (const tls::CertificateSummary& one : trust.bundle->certificates()) out.insert(one.sha256);
  return out;
}

// The revocation lists of a bundle, as PEM.
Set RevocationsOf(const tls::Trust& trust) {
  constexpr absl::string_view kBegin = "-----BEGIN X509 CRL-----";
  constexpr absl::string_view kEnd = "-----END X509 CRL-----";
  Set out;
  if (trust.bundle == nullptr) return out;
  absl::string_view pem = trust.bundle->pem();
  for (size_t at = pem.find(kBegin); at != absl::string_view::npos; at = pem.find(kBegin)) {
    pem.remove_prefix(at);
    const size_t end = pem.find(kEnd);
    out.emplace(pem.substr(0, end));
    pem.remove_prefix(end == absl::string_view::npos ? pem.size() : end);
  }
  return out;
}

std::string HashOf(const tls::Trust& trust) {
  return trust.bundle == nullptr ? "" : trust.bundle->content_hash();
}

std::optional<Rule> JudgeBundles(const tls::Trust& before, const tls::Trust& after) {
  if (HashOf(before) == HashOf(after)) return std::nullopt;
  const Inclusion anchors = Compare(AnchorsOf(before), AnchorsOf(after));
  if (anchors != Inclusion::kEqual) {
    return ByInclusion(anchors, Rule::kAnchorsRemoved, Rule::kAnchorsAdded, Rule::kAnchorsReplaced);
  }
  // The more certificates are revoked, the fewer are accepted.
  return ByInclusion(Compare(RevocationsOf(before), RevocationsOf(after)),
                     Rule::kRevocationsRemoved, Rule::kRevocationsAdded, Rule::kBundleRewritten)
      .value_or(Rule::kBundleRewritten);
}

std::optional<Rule> JudgeTrust(const ClientTls& a, const ClientTls& b) {
  const TrustSource before = a.trust.source;
  const TrustSource after = b.trust.source;
  if (before == TrustSource::kUnverified || after == TrustSource::kUnverified) {
    if (before == after) return std::nullopt;
    return after == TrustSource::kUnverified ? Rule::kTrustDropped : Rule::kTrustSet;
  }
  if (before == TrustSource::kSystem || after == TrustSource::kSystem) {
    if (before == after) return std::nullopt;
    return after == TrustSource::kSystem ? Rule::kBundleToSystem : Rule::kSystemToBundle;
  }
  // Nobody is the empty bundle.
  return JudgeBundles(a.trust, b.trust);
}

std::string TrustText(const ClientTls& tls) {
  constexpr size_t kShown = 4;
  if (tls.trust.source != TrustSource::kBundle) {
    return std::string(TrustSourceName(tls.trust.source));
  }
  if (tls.trust.bundle == nullptr) return "nobody";
  std::vector<std::string> texts;
  const std::vector<tls::CertificateSummary>& all = tls.trust.bundle->certificates();
  for (size_t i = 0; i < std::min(all.size(), kShown); ++i) {
    texts.push_back(absl::StrCat(all[i].subject, " (", all[i].sha256.substr(0, 8), ")"));
  }
  if (all.size() > kShown) texts.push_back(absl::StrCat(all.size() - kShown, " more"));
  const size_t revocations = RevocationsOf(tls.trust).size();
  if (revocations > 0) texts.push_back(absl::StrCat(revocations, " revocation lists"));
  return absl::StrJoin(texts, ", ");
}

// --- names and pins --------------------------------------------------------------------------

Set NamesOf(const tls::PeerNames& names) {
  Set out;
  for (const tls::PeerName& name : names.accepted) {
    // The case of a DNS name does not count; a wildcard is literal text to Envoy.
    const std::string text = tls::PeerNameText(name);
    out.insert(name.type == tls::PeerName::Type::kDns ? absl::AsciiStrToLower(text) : text);
  }
  return out;
}

std::optional<Rule> JudgeNames(const ClientTls& a, const ClientTls& b) {
  if (a.names == b.names) return std::nullopt;
  if (a.trust.source == TrustSource::kUnverified || b.trust.source == TrustSource::kUnverified) {
    return Rule::kNamesWithoutTrust;
  }
  if (a.names.unchecked != b.names.unchecked) {
    return b.names.unchecked ? Rule::kNamesDropped : Rule::kNamesSet;
  }
  return ByInclusion(Compare(NamesOf(a.names), NamesOf(b.names)), Rule::kNamesRemoved,
                     Rule::kNamesAdded, Rule::kNamesReplaced);
}

std::string NamesText(const ClientTls& tls) {
  if (tls.names.unchecked) return "any";
  if (tls.names.accepted.empty()) return "none";
  return absl::StrJoin(tls.names.accepted, ", ", [](std::string* out, const tls::PeerName& name) {
    absl::StrAppend(out, tls::PeerNameText(name));
  });
}

Set HashesOf(const ClientTls& tls) {
  Set out;
  for (const std::string& hash : tls.pins->certificate_hashes) {
    std::string digits = absl::AsciiStrToLower(hash);
    digits.erase(std::remove(digits.begin(), digits.end(), ':'), digits.end());
    out.insert(std::move(digits));
  }
  return out;
}

Set SpkiOf(const ClientTls& tls) { return Set(tls.pins->spki.begin(), tls.pins->spki.end()); }

// One hit in either list is enough, so both are judged together, wherever they differ.
std::optional<Rule> JudgePins(const ClientTls& a, const ClientTls& b) {
  if (a.pins->empty() != b.pins->empty()) {
    return b.pins->empty() ? Rule::kPinsDropped : Rule::kPinsSet;
  }
  Set before = HashesOf(a);
  Set after = HashesOf(b);
  before.merge(SpkiOf(a));
  after.merge(SpkiOf(b));
  return ByInclusion(Compare(before, after), Rule::kPinsRemoved, Rule::kPinsAdded,
                     Rule::kPinsReplaced);
}
std::optional<Rule> JudgeHashes(const ClientTls& a, const ClientTls& b) {
  if (HashesOf(a) == HashesOf(b)) return std::nullopt;
  return JudgePins(a, b);
}
std::optional<Rule> JudgeSpki(const ClientTls& a, const ClientTls& b) {
  if (SpkiOf(a) == SpkiOf(b)) return std::nullopt;
  return JudgePins(a, b);
}

template <typename Texts>
std::string ListText(const Texts& list, absl::string_view empty) {
  return list.empty() ? std::string(empty) : absl::StrJoin(list, ", ");
}
std::string HashesText(const ClientTls& tls) {
  return ListText(tls.pins->certificate_hashes, "none");
}
std::string SpkiText(const ClientTls& tls) { return ListText(tls.pins->spki, "none"); }

// --- the rest --------------------------------------------------------------------------------

std::optional<Rule> JudgeClientCertificate(const ClientTls& a, const ClientTls& b) {
  const tls::ClientCertificate* before = a.client_certificate.get();
  const tls::ClientCertificate* after = b.client_certificate.get();
  if (before == after) return std::nullopt;
  if (after == nullptr) return Rule::kClientCertificateDropped;
  if (before == nullptr) return Rule::kClientCertificateSet;
  if (*before == *after) return std::nullopt;
  return Rule::kClientCertificateReplaced;
}

// What the certificate says; the key is not looked at.
std::string ClientCertificateText(const ClientTls& tls) {
  if (tls.client_certificate == nullptr) return "none";
  const std::shared_ptr<const tls::TrustBundle> chain =
      tls::TrustBundle::Parse(tls.client_certificate->chain_pem, tls::PemReader::kEnvoy);
  if (chain->certificates().empty()) return "one that cannot be read";
  const tls::CertificateSummary& leaf = chain->certificates().front();
  return absl::StrCat(leaf.subject, " (", leaf.sha256.substr(0, 8), ")");
}

// kDefault is TLS 1.2 at either end of Envoy's client.
tls::TlsVersion Effective(tls::TlsVersion version) {
  return version == tls::TlsVersion::kDefault ? tls::TlsVersion::k1_2 : version;
}

std::optional<Rule> JudgeMinVersion(const ClientTls& a, const ClientTls& b) {
  const tls::TlsVersion before = Effective(a.min_version);
  const tls::TlsVersion after = Effective(b.min_version);
  if (before == after) return std::nullopt;
  return after < before ? Rule::kMinVersionLowered : Rule::kMinVersionRaised;
}
std::optional<Rule> JudgeMaxVersion(const ClientTls& a, const ClientTls& b) {
  const tls::TlsVersion before = Effective(a.max_version);
  const tls::TlsVersion after = Effective(b.max_version);
  if (before == after) return std::nullopt;
  return after < before ? Rule::kMaxVersionLowered : Rule::kMaxVersionRaised;
}
std::string MinVersionText(const ClientTls& tls) {
  return std::string(TlsVersionText(tls.min_version));
}
std::string MaxVersionText(const ClientTls& tls) {
  return std::string(TlsVersionText(tls.max_version));
}

template <typename Texts>
std::optional<Rule> JudgeAlgorithms(const Texts& before, const Texts& after) {
  if (before == after) return std::nullopt;
  return ByInclusion(Compare(Set(before.begin(), before.end()), Set(after.begin(), after.end())),
                     Rule::kAlgorithmsRemoved, Rule::kAlgorithmsAdded, Rule::kAlgorithmsReplaced)
      .value_or(Rule::kAlgorithmsReordered);
}
std::optional<Rule> JudgeCipherSuites(const ClientTls& a, const ClientTls& b) {
  return JudgeAlgorithms(tls::OfferedCipherSuites(a), tls::OfferedCipherSuites(b));
}
std::optional<Rule> JudgeGroups(const ClientTls& a, const ClientTls& b) {
  return JudgeAlgorithms(tls::OfferedGroups(a), tls::OfferedGroups(b));
}
std::optional<Rule> JudgeSignatureAlgorithms(const ClientTls& a, const ClientTls& b) {
  // BoringSSL's own list is not known here, so nothing can be said of it.
  if (a.signature_algorithms.empty() != b.signature_algorithms.empty()) {
    return Rule::kAlgorithmsReplaced;
  }
  return JudgeAlgorithms(a.signature_algorithms, b.signature_algorithms);
}
std::string CipherSuitesText(const ClientTls& tls) {
  return ListText(tls.cipher_suites, "Envoy's own");
}
std::string GroupsText(const ClientTls& tls) { return ListText(tls.groups, "Envoy's own"); }
std::string SignatureAlgorithmsText(const ClientTls& tls) {
  return ListText(tls.signature_algorithms, "BoringSSL's own");
}

std::optional<Rule> JudgeRenegotiation(const ClientTls& a, const ClientTls& b) {
  if (a.allow_renegotiation == b.allow_renegotiation) return std::nullopt;
  return b.allow_renegotiation ? Rule::kRenegotiationAllowed : Rule::kRenegotiationForbidden;
}
std::string RenegotiationText(const ClientTls& tls) {
  return tls.allow_renegotiation ? "true" : "false";
}

std::optional<Rule> JudgeSni(const ClientTls& a, const ClientTls& b) {
  if (a.sni == b.sni) return std::nullopt;
  return Rule::kSniChanged;
}
std::string SniText(const ClientTls& tls) {
  return tls.sni.empty() ? "none" : std::string(tls.sni);
}

std::optional<Rule> JudgeAlpn(const ClientTls& a, const ClientTls& b) {
  if (a.alpn_protocols == b.alpn_protocols) return std::nullopt;
  return Rule::kAlpnChanged;
}
std::string AlpnText(const ClientTls& tls) { return ListText(tls.alpn_protocols, "none"); }

struct Field {
  absl::string_view name;
  std::optional<Rule> (*judge)(const ClientTls& before, const ClientTls& after);
  std::string (*text)(const ClientTls& tls);
};

// Every member of ClientTls, in the order of `resolve`.
constexpr Field kFields[] = {
    {"sni", &JudgeSni, &SniText},
    {"trust", &JudgeTrust, &TrustText},
    {"names", &JudgeNames, &NamesText},
    {"certificateHashes", &JudgeHashes, &HashesText},
    {"spkiPins", &JudgeSpki, &SpkiText},
    {"clientCertificate", &JudgeClientCertificate, &ClientCertificateText},
    {"minVersion", &JudgeMinVersion, &MinVersionText},
    {"maxVersion", &JudgeMaxVersion, &MaxVersionText},
    {"cipherSuites", &JudgeCipherSuites, &CipherSuitesText},
    {"groups", &JudgeGroups, &GroupsText},
    {"signatureAlgorithms", &JudgeSignatureAlgorithms, &SignatureAlgorithmsText},
    {"alpnProtocols", &JudgeAlpn, &AlpnText},
    {"allowRenegotiation", &JudgeRenegotiation, &RenegotiationText},
};

}  // namespace

absl::string_view EffectName(Effect effect) {
  switch (effect) {
    case Effect::kLoosened:
      return "loosened";
    case Effect::kTightened:
      return "tightened";
    case Effect::kNeutral:
      return "neutral";
  }
  return "loosened";
}

absl::string_view ProtectionName(Protection protection) {
  switch (protection) {
    case Protection::kPlaintext:
      return "Plaintext";
    case Protection::kUnverified:
      return "Unverified";
    case Protection::kNameUnchecked:
      return "NameUnchecked";
    case Protection::kVerified:
      return "Verified";
    case Protection::kFailClosed:
      return "FailClosed";
  }
  return "Plaintext";
}

Protection ProtectionOf(const BackendTls& backend) {
  switch (backend.port->mode) {
    case TlsMode::kFailClosed:
      return Protection::kFailClosed;
    case TlsMode::kPlaintext:
      return Protection::kPlaintext;
    case TlsMode::kTls:
      break;
  }
  if (backend.port->tls == nullptr) return Protection::kUnverified;
  const ClientTls& tls = *backend.port->tls;
  if (!tls.pins->empty()) return Protection::kVerified;
  if (tls.trust.source == TrustSource::kUnverified) return Protection::kUnverified;
  return tls.names.unchecked ? Protection::kNameUnchecked : Protection::kVerified;
}

absl::Span<const RuleInfo> AllRules() { return kRules; }
const RuleInfo& InfoOf(Rule rule) { return kRules[static_cast<size_t>(rule)]; }

std::vector<TlsDifference> CompareTls(const ClientTls& before, const ClientTls& after) {
  std::vector<TlsDifference> out;
  if (before == after) return out;
  for (const Field& field : kFields) {
    const std::optional<Rule> rule = field.judge(before, after);
    if (rule.has_value()) {
      out.push_back({field.name, field.text(before), field.text(after), *rule});
    }
  }
  return out;
}

std::vector<TlsDifference> FieldsOf(const ClientTls& tls) {
  const ClientTls nothing;
  std::vector<TlsDifference> out;
  for (const Field& field : kFields) {
    // Trust and names are always worth saying, even where they are those of a default value.
    const bool always = field.name == "trust" || field.name == "names";
    if (always || field.judge(nothing, tls).has_value()) {
      out.push_back({field.name, "", field.text(tls), Rule::kFieldOfNewTls});
    }
  }
  return out;
}

}  // namespace report
}  // namespace gwpolicy
