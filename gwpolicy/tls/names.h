#ifndef GWPOLICY_TLS_NAMES_H_
#define GWPOLICY_TLS_NAMES_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/tls/values.h"

// Whether the names in a certificate satisfy the names that a client accepts, by the rules of
// Envoy's typed `exact` matchers (envoyproxy/envoy, utility.cc `dnsNameMatch`), as seen on Envoy
// 1.40: only subjectAltName counts, types never mix, nothing is normalised except the case of DNS
// names. Pure functions; thread-safe.
namespace gwpolicy {
namespace tls {

// One name of a certificate's subjectAltName. The value is raw and may hold any byte.
struct SubjectAltName {
  enum class Type { kDns, kUri, kIp, kEmail, kOther };
  Type type = Type::kOther;
  std::string value;

  // "DNS:example.com"; bytes outside of printable ASCII are escaped as \xNN.
  std::string Text() const;
};

enum class NameMatch {
  kNone,
  // Envoy accepts and RFC 9525 refuses: `a*.example.com`, or a wildcard straight below a
  // single-label suffix (`*.com`).
  kEnvoyOnly,
  kFull,
};

// Matches one DNS name that the client expects against one dNSName of a certificate. A wildcard in
// `expected` is literal text.
NameMatch MatchDnsName(absl::string_view expected, absl::string_view presented);

// The best match of any accepted name with any presented one. `names.unchecked` is for the caller.
NameMatch MatchNames(const PeerNames& names, absl::Span<const SubjectAltName> presented);

// Why nothing matched, in one sentence for people: what was expected, what the certificate has, and
// the nearest miss. `common_name` ("" when none) is only used to say that it does not count.
std::string ExplainMismatch(const PeerNames& names, absl::Span<const SubjectAltName> presented,
                            absl::string_view common_name);

// "DNS:example.com", "URI:spiffe://td/a".
std::string PeerNameText(const PeerName& name);

// `text` with bytes outside of printable ASCII written as \xNN, cut after `max_bytes`.
std::string EscapedForPeople(absl::string_view text, size_t max_bytes);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_NAMES_H_
