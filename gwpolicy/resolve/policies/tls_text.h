#ifndef GWPOLICY_RESOLVE_POLICIES_TLS_TEXT_H_
#define GWPOLICY_RESOLVE_POLICIES_TLS_TEXT_H_

#include "absl/strings/string_view.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/tls/values.h"

// TLS settings as the texts of policies and explanations have them.
namespace gwpolicy {

// "dns:example.com, uri:spiffe://td/x"; "any" when names are unchecked.
Text NamesText(const tls::PeerNames& names);
// "1.0" to "1.3"; kDefault for anything else.
tls::TlsVersion VersionByName(absl::string_view name);
// "TLSv1_2" as in Envoy's enumeration; "TLS_AUTO" for the default.
absl::string_view EnvoyVersionName(tls::TlsVersion version);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_POLICIES_TLS_TEXT_H_
