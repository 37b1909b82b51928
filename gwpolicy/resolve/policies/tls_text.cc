#include "gwpolicy/resolve/policies/tls_text.h"

#include "absl/container/inlined_vector.h"

namespace gwpolicy {

Text NamesText(const tls::PeerNames& names) {
  if (names.unchecked) return "any";
  if (names.accepted.empty()) return "none";
  absl::InlinedVector<absl::string_view, 12> pieces;
  for (const tls::PeerName& name : names.accepted) {
    absl::string_view type;
    switch (name.type) {
      case tls::PeerName::Type::kDns:
        type = "dns:";
        break;
      case tls::PeerName::Type::kUri:
        type = "uri:";
        break;
      case tls::PeerName::Type::kIp:
        type = "ip:";
        break;
      case tls::PeerName::Type::kEmail:
        type = "email:";
        break;
    }
    if (!pieces.empty()) pieces.push_back(", ");
    pieces.push_back(type);
    pieces.push_back(name.value);
  }
  return Text::Join(pieces);
}

tls::TlsVersion VersionByName(absl::string_view name) {
  if (name == "1.0") return tls::TlsVersion::k1_0;
  if (name == "1.1") return tls::TlsVersion::k1_1;
  if (name == "1.2") return tls::TlsVersion::k1_2;
  if (name == "1.3") return tls::TlsVersion::k1_3;
  return tls::TlsVersion::kDefault;
}

absl::string_view EnvoyVersionName(tls::TlsVersion version) {
  switch (version) {
    case tls::TlsVersion::kDefault:
      return "TLS_AUTO";
    case tls::TlsVersion::k1_0:
      return "TLSv1_0";
    case tls::TlsVersion::k1_1:
      return "TLSv1_1";
    case tls::TlsVersion::k1_2:
      return "TLSv1_2";
    case tls::TlsVersion::k1_3:
      return "TLSv1_3";
  }
  return "TLS_AUTO";
}

}  // namespace gwpolicy
