#include "gwpolicy/tls/strict_checks.h"

#include <openssl/asn1.h>
#include <openssl/base.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/stack.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/certificate.h"
#include "gwpolicy/tls/names.h"
#include "gwpolicy/tls/verify_chain.h"

namespace gwpolicy {
namespace tls {
namespace {

constexpr size_t kMaxNameBytes = 253;
constexpr size_t kMaxLabelBytes = 63;
constexpr size_t kMaxSerialBytes = 20;
constexpr int kMinRsaBits = 2048;

// A certificate and where it stands.
struct Place {
  const X509* certificate;
  size_t depth;
  bool anchor;
  absl::Span<X509* const> chain;
  absl::Span<X509_CRL* const> crls;
};

// Whom a check is about.
bool Any(const Place&) { return true; }
bool Sent(const Place& place) { return !place.anchor; }
bool SentOrServer(const Place& place) { return !place.anchor || place.depth == 0; }
bool Server(const Place& place) { return place.depth == 0 && !place.anchor; }
bool Authority(const Place& place) { return place.depth > 0; }
bool Anchor(const Place& place) { return place.depth > 0 && place.anchor; }

enum class Presence { kAbsent, kNotCritical, kCritical };

Presence PresenceOf(const X509* certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate, nid, -1);
  if (at < 0) return Presence::kAbsent;
  return X509_EXTENSION_get_critical(X509_get_ext(certificate, at)) ? Presence::kCritical
                                                                    : Presence::kNotCritical;
}

bool HasFlag(const Place& place, uint32_t flag) {
  return (X509_get_extension_flags(place.certificate) & flag) != 0;
}

bool HasEmptySubject(const X509* certificate) {
  return X509_NAME_entry_count(X509_get_subject_name(certificate)) == 0;
}

// Each check gives what is wrong, to follow "the certificate CN=... ", or "".

// RFC 5280 6.1.4 (k): who signs is a CA.
std::string SignsWithoutBeingACa(const Place& place) {
  return X509_check_ca(place.certificate) == 0 ? "is trusted and signs, but is no CA" : "";
}

// RFC 5280 4.2.1.9: in a CA's certificate the extension is critical.
std::string BasicConstraintsNotCritical(const Place& place) {
  return PresenceOf(place.certificate, NID_basic_constraints) == Presence::kNotCritical
             ? "is a CA whose basic constraints are not critical"
             : "";
}

// RFC 5280 6.1.4 (m): self-issued certificates do not count. BoringSSL looks at what was sent only.
std::string PathTooLong(const Place& place) {
  const long limit = X509_get_pathlen(place.certificate);  // NOLINT(google-runtime-int)
  if (limit < 0) return "";
  long between = 0;  // NOLINT(google-runtime-int)
  for (size_t i = 1; i < place.depth; ++i) {
    if ((X509_get_extension_flags(place.chain[i]) & EXFLAG_SI) == 0) ++between;
  }
  return between > limit ? "has more CAs below it than it allows" : "";
}

// CABF 7.1.2.7.8: a server's certificate is none of a CA.
std::string ServerIsACa(const Place& place) {
  return HasFlag(place, EXFLAG_CA) ? "is a CA and used as a server's certificate" : "";
}

// RFC 5280 4.2.1.9: without cA there is no keyCertSign.
std::string KeyUsageOfACa(const Place& place) {
  return HasFlag(place, EXFLAG_KUSAGE) && !HasFlag(place, EXFLAG_CA) &&
                 (X509_get_key_usage(place.certificate) & X509v3_KU_KEY_CERT_SIGN) != 0
             ? "is no CA, but its key usage lets it sign certificates"
             : "";
}

// RFC 5280 4.1.2.6: a CA has a name.
std::string CaWithoutName(const Place& place) {
  return HasEmptySubject(place.certificate) ? "is a CA with an empty subject" : "";
}

// RFC 5280 6.1.4 (o).
std::string UnknownCriticalExtension(const Place& place) {
  return HasFlag(place, EXFLAG_CRITICAL) ? "is trusted and has an unknown critical extension" : "";
}

// CABF 7.1.2.1.2: a root has no extended key usage. RFC 5280 4.2.1.12: what other CAs have must
// allow the use.
std::string PurposeOfAnAnchor(const Place& place) {
  if (!HasFlag(place, EXFLAG_XKUSAGE)) return "";
  const uint32_t usage = X509_get_extended_key_usage(place.certificate);
  if ((usage & (XKU_SSL_SERVER | XKU_ANYEKU)) == 0) {
    return "is trusted, but its extended key usage does not allow TLS servers";
  }
  return HasFlag(place, EXFLAG_SI) ? "is a root and has an extended key usage" : "";
}

// CABF 7.1.2.7.6 and 7.1.2.7.10: a server's extended key usage is there, not critical, and not
// "any".
std::string PurposeOfAServer(const Place& place) {
  switch (PresenceOf(place.certificate, NID_ext_key_usage)) {
    case Presence::kAbsent:
      return "has no extended key usage";
    case Presence::kCritical:
      return "has a critical extended key usage";
    case Presence::kNotCritical:
      break;
  }
  return (X509_get_extended_key_usage(place.certificate) & XKU_ANYEKU) != 0
             ? "has anyExtendedKeyUsage beside TLS servers"
             : "";
}

// RFC 5280 4.2.1.2: each CA has one, and it is not critical.
std::string SubjectKeyIdentifier(const Place& place) {
  switch (PresenceOf(place.certificate, NID_subject_key_identifier)) {
    case Presence::kAbsent:
      return "is a CA without a subject key identifier";
    case Presence::kCritical:
      return "has a critical subject key identifier";
    case Presence::kNotCritical:
      break;
  }
  return "";
}

// RFC 5280 4.2.1.1: all but self-signed certificates have one with a keyIdentifier, and it is not
// critical.
std::string AuthorityKeyIdentifier(const Place& place) {
  const X509* certificate = place.certificate;
  switch (PresenceOf(certificate, NID_authority_key_identifier)) {
    case Presence::kCritical:
      return "has a critical authority key identifier";
    case Presence::kAbsent:
      return HasFlag(place, EXFLAG_SS) ? "" : "has no authority key identifier";
    case Presence::kNotCritical:
      break;
  }
  return X509_get0_authority_key_id(certificate) == nullptr
             ? "has an authority key identifier without keyIdentifier"
             : "";
}

// A CA that was renewed with another key is its own issuer by name alone.
bool IsSelfSigned(const X509* certificate) {
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  return key != nullptr && X509_verify(const_cast<X509*>(certificate), key) == 1;
}

// CABF 7.1.2.1.3: what a root says about its issuer is the identifier of its own key alone.
std::string AuthorityKeyIdentifierOfARoot(const Place& place) {
  const X509* certificate = place.certificate;
  const ASN1_OCTET_STRING* authority = X509_get0_authority_key_id(certificate);
  if (!HasFlag(place, EXFLAG_SI) || authority == nullptr) return "";
  if (X509_get0_authority_issuer(certificate) != nullptr ||
      X509_get0_authority_serial(certificate) != nullptr) {
    return "is a root whose authority key identifier names an issuer or a serial number";
  }
  const ASN1_OCTET_STRING* own = X509_get0_subject_key_id(certificate);
  return own != nullptr && ASN1_OCTET_STRING_cmp(own, authority) != 0 && IsSelfSigned(certificate)
             ? "is a root whose authority key identifier is not its own key's"
             : "";
}

bool HasLeadingPeriod(const STACK_OF(GENERAL_SUBTREE) * subtrees) {
  if (subtrees == nullptr) return false;
  for (const GENERAL_SUBTREE* subtree : subtrees) {
    if (subtree->base->type != GEN_DNS) continue;
    const ASN1_STRING* name = subtree->base->d.dNSName;
    if (ASN1_STRING_length(name) > 0 && ASN1_STRING_get0_data(name)[0] == '.') return true;
  }
  return false;
}

// RFC 5280 4.2.1.10: only CAs have them, critical, not empty, and a DNS name has no leading period.
std::string NameConstraints(const Place& place) {
  const Presence presence = PresenceOf(place.certificate, NID_name_constraints);
  if (presence == Presence::kAbsent) return "";
  if (place.depth == 0) return "is a server's and has name constraints";
  if (presence == Presence::kNotCritical) return "has name constraints that are not critical";
  const bssl::UniquePtr<NAME_CONSTRAINTS> constraints(static_cast<NAME_CONSTRAINTS*>(
      X509_get_ext_d2i(place.certificate, NID_name_constraints, nullptr, nullptr)));
  if (constraints == nullptr) return "has malformed name constraints";
  const auto* permitted = constraints->permittedSubtrees;
  const auto* excluded = constraints->excludedSubtrees;
  if ((permitted == nullptr || sk_GENERAL_SUBTREE_num(permitted) == 0) &&
      (excluded == nullptr || sk_GENERAL_SUBTREE_num(excluded) == 0)) {
    return "has name constraints that constrain nothing";
  }
  return HasLeadingPeriod(permitted) || HasLeadingPeriod(excluded)
             ? "has a name constraint on a DNS name that begins with a period"
             : "";
}

// RFC 5280 4.2.1.11 and 4.2.1.14: both are critical.
std::string PolicyExtensionNotCritical(const Place& place) {
  for (const int nid : {NID_policy_constraints, NID_inhibit_any_policy}) {
    if (PresenceOf(place.certificate, nid) == Presence::kNotCritical) {
      return "has policy constraints that are not critical";
    }
  }
  return "";
}

// RFC 5280 4.1.2.2: positive, at most 20 octets. Old roots break this, and nobody relies on theirs.
std::string SerialNumber(const Place& place) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(place.certificate);
  const uint8_t* bytes = ASN1_STRING_get0_data(serial);
  const size_t size = ASN1_STRING_length(serial);
  if (ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER) return "has a negative serial number";
  if (std::all_of(bytes, bytes + size, [](uint8_t byte) { return byte == 0; })) {
    return "has the serial number 0";
  }
  // DER has one more octet where the first bit is set.
  return size + (bytes[0] >> 7) > kMaxSerialBytes ? "has a serial number of more than 20 octets"
                                                  : "";
}

// RFC 5280 4.2.1.6 and CABF 7.1.2.7.12: critical exactly when the subject is empty.
std::string CriticalityOfNames(const Place& place) {
  const Presence presence = PresenceOf(place.certificate, NID_subject_alt_name);
  if (presence == Presence::kAbsent) return "";
  const bool critical = presence == Presence::kCritical;
  if (critical == HasEmptySubject(place.certificate)) return "";
  return critical ? "has a subject, but its subjectAltName is critical"
                  : "has no subject, but its subjectAltName is not critical";
}

bool IsLabel(absl::string_view label, bool may_have_star) {
  if (label.empty() || label.size() > kMaxLabelBytes) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(), [&](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || (c == '*' && may_have_star);
  });
}

// The preferred name syntax. A `*` in the first label is for MatchDnsName to judge.
bool IsDnsName(absl::string_view name) {
  if (name.size() > kMaxNameBytes) return false;
  bool first = true;
  for (absl::string_view label : absl::StrSplit(name, '.')) {
    if (!IsLabel(label, first)) return false;
    first = false;
  }
  return true;
}

// RFC 5280 4.2.1.6: a dNSName is in the preferred name syntax.
std::string SyntaxOfNames(const Place& place) {
  for (const SubjectAltName& name : SubjectAltNamesOf(place.certificate)) {
    if (name.type == SubjectAltName::Type::kDns && !IsDnsName(name.value)) {
      return absl::StrCat("has ", name.Text(), " as a subjectAltName, which is no host name");
    }
  }
  return "";
}

// Whether somebody could take the text for a host name or an address: not "My Service".
bool LooksLikeHost(absl::string_view text) {
  if (text.find_first_of(" @/") != absl::string_view::npos) return false;
  return text.find_first_of(".:") != absl::string_view::npos || absl::StartsWith(text, "0x");
}

// CABF 7.1.4.3: a host name there is, character for character, one of the subjectAltNames.
std::string CommonName(const Place& place) {
  const std::string common_name = CommonNameOf(place.certificate);
  if (!LooksLikeHost(common_name)) return "";
  const std::vector<SubjectAltName> names = SubjectAltNamesOf(place.certificate);
  if (names.empty() || std::any_of(names.begin(), names.end(), [&](const SubjectAltName& name) {
        return name.value == common_name;
      })) {
    return "";
  }
  return absl::StrCat("has the common name ", EscapedForPeople(common_name, kMaxNameBytes),
                      ", which its subjectAltName does not repeat");
}

// CABF 6.1.5.
std::string RsaKey(const Place& place) {
  const int bits = RsaBits(place.certificate);
  if (bits == 0 || (bits >= kMinRsaBits && bits % 8 == 0)) return "";
  return absl::StrCat("has an RSA key of ", bits, " bits");
}

// CABF 7.1.3.2. Nobody relies on the signature of an anchor at the top.
std::string Signature(const Place& place) {
  if (place.anchor && place.depth + 1 == place.chain.size()) return "";
  return HasWeakSignature(place.certificate) ? "is signed with SHA-1 or MD5" : "";
}

// CABF 6.1.5, and what a handshake can use: no DSA, no small curves.
std::string KeyOfAServer(const Place& place) {
  const EVP_PKEY* key = X509_get0_pubkey(place.certificate);
  const int type = key == nullptr ? EVP_PKEY_NONE : EVP_PKEY_id(key);
  return type == EVP_PKEY_RSA || type == EVP_PKEY_EC || type == EVP_PKEY_ED25519
             ? ""
             : "has a key that TLS cannot use";
}

// What a verifier may pass over must still be readable (RFC 5280 4.2).
std::string MalformedExtension(const Place& place) {
  struct Kind {
    int nid;
    void (*free)(void* decoded);
    absl::string_view name;
  };
  static constexpr Kind kKinds[] = {
      {NID_info_access,
       [](void* decoded) {
         AUTHORITY_INFO_ACCESS_free(static_cast<AUTHORITY_INFO_ACCESS*>(decoded));
       },
       "authority information access"},
      {NID_crl_distribution_points,
       [](void* decoded) { CRL_DIST_POINTS_free(static_cast<CRL_DIST_POINTS*>(decoded)); },
       "list of CRL distribution points"},
      {NID_certificate_policies,
       [](void* decoded) { CERTIFICATEPOLICIES_free(static_cast<CERTIFICATEPOLICIES*>(decoded)); },
       "list of certificate policies"},
      {NID_issuer_alt_name,
       [](void* decoded) { GENERAL_NAMES_free(static_cast<GENERAL_NAMES*>(decoded)); },
       "issuerAltName"},
  };
  for (const Kind& kind : kKinds) {
    if (PresenceOf(place.certificate, kind.nid) == Presence::kAbsent) continue;
    void* decoded = X509_get_ext_d2i(place.certificate, kind.nid, nullptr, nullptr);
    if (decoded == nullptr) return absl::StrCat("has a malformed ", kind.name);
    kind.free(decoded);
  }
  return "";
}

// RFC 5280 5.2.3: each CRL has a number.
std::string CrlWithoutNumber(const Place& place) {
  const X509_NAME* subject = X509_get_subject_name(place.certificate);
  for (const X509_CRL* crl : place.crls) {
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl), subject) == 0 &&
        X509_CRL_get_ext_by_NID(crl, NID_crl_number, -1) < 0) {
      return "has a CRL without a number";
    }
  }
  return "";
}

struct Check {
  Code code;
  bool (*applies)(const Place& place);
  std::string (*find)(const Place& place);
};

constexpr Check kChecks[] = {
    {Code::kChainInvalidCa, Server, ServerIsACa},
    {Code::kChainInvalidCa, Server, KeyUsageOfACa},
    {Code::kChainInvalidCa, Anchor, SignsWithoutBeingACa},
    {Code::kChainInvalidCa, Authority, BasicConstraintsNotCritical},
    {Code::kChainInvalidCa, Authority, CaWithoutName},
    {Code::kChainInvalidCa, Anchor, PathTooLong},
    {Code::kCertCriticalExtension, Anchor, UnknownCriticalExtension},
    {Code::kCertPurpose, Anchor, PurposeOfAnAnchor},
    {Code::kCertPurpose, Server, PurposeOfAServer},
    {Code::kCertWeak, Any, RsaKey},
    {Code::kCertWeak, Any, Signature},
    {Code::kCertKeyUnsupported, Server, KeyOfAServer},
    {Code::kCertMalformed, Sent, MalformedExtension},
    {Code::kChainNameConstraint, Server, NameConstraints},
    {Code::kChainNameConstraint, Authority, NameConstraints},
    {Code::kChainRevocation, Authority, CrlWithoutNumber},
    {Code::kChainOther, Authority, SubjectKeyIdentifier},
    {Code::kChainOther, Server, AuthorityKeyIdentifier},
    {Code::kChainOther, Authority, AuthorityKeyIdentifier},
    {Code::kChainOther, Anchor, AuthorityKeyIdentifierOfARoot},
    {Code::kChainOther, Authority, PolicyExtensionNotCritical},
    {Code::kChainOther, SentOrServer, SerialNumber},
    {Code::kChainOther, Server, CriticalityOfNames},
    {Code::kChainOther, Server, SyntaxOfNames},
    {Code::kChainOther, Server, CommonName},
};

Failure FailureAt(const Place& place, Code code, absl::string_view what) {
  std::string subject = SubjectOf(place.certificate);
  Failure failure = MakeFailure(
      code, absl::StrCat("the certificate ", subject, subject.empty() ? "" : " ", what));
  failure.depth = static_cast<int>(place.depth);
  failure.subject = std::move(subject);
  return failure;
}

}  // namespace

void AppendStrictFailures(absl::Span<X509* const> chain,
                          absl::FunctionRef<bool(const X509*)> is_anchor,
                          absl::Span<X509_CRL* const> crls, std::vector<Failure>& out) {
  size_t left = VerifyResult::kMaxFailures;
  for (size_t depth = 0; depth < chain.size(); ++depth) {
    const Place place = {chain[depth], depth, is_anchor(chain[depth]), chain, crls};
    for (const Check& check : kChecks) {
      if (left == 0) break;
      if (!check.applies(place)) continue;
      const std::string what = check.find(place);
      if (what.empty()) continue;
      out.push_back(FailureAt(place, check.code, what));
      --left;
    }
  }
  ERR_clear_error();
}

}  // namespace tls
}  // namespace gwpolicy
