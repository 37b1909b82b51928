#include "gwpolicy/api/gateway/x_backend.h"

#include "absl/strings/match.h"
#include "gwpolicy/api/formats.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kTypes[] = {"ExternalHostname"};
constexpr absl::string_view kProtocols[] = {"TCP", "HTTP", "HTTP2", "HTTP11", "H2C", "MCP"};
constexpr absl::string_view kModes[] = {"None", "ServerOnly", "ClientAndServer"};
constexpr absl::string_view kConditionKey[] = {"type"};

// The definition asks its server for an answer that never comes, so every name is refused.
bool NameIsEmpty(const XBackendPort& port) { return port.name.empty(); }

bool HostnameIsExternal(const XBackendExternalHostname& external) {
  return !absl::EndsWith(external.hostname, ".cluster.local");
}

bool CertificateGoesWithMode(const XBackendTLS& tls) {
  return (tls.mode == "ClientAndServer") == tls.client_certificate_ref.has_value();
}

bool HostnameGoesWithType(const XBackendSpec& spec) {
  return (spec.type == "ExternalHostname") == spec.external_hostname.has_value();
}

}  // namespace

template <>
const TypeInfo& TypeOf<XBackendPort>() {
  using T = XBackendPort;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XBackendPort", Doc{"The port of a backend."})
          .Field<&T::name>("name", Length{0, 63},
                           Doc{"A name for it; the server takes none at present."})
          .Field<&T::port>("port", Required{}, Range{1, 65535}, Doc{"The port."})
          .Rule<&NameIsEmpty>(At{"name"}, "Name must be a valid DNS label")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<XBackendExternalHostname>() {
  using T = XBackendExternalHostname;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XBackendExternalHostname", Doc{"A backend outside the cluster."})
          .Field<&T::hostname>("hostname", Required{}, kPreciseHostname,
                               Doc{"Its name; neither an address nor a name of the cluster."})
          .Rule<&HostnameIsExternal>(
              At{"hostname"}, "hostname must not be an IP address or end with .cluster.local")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<XBackendTLS>() {
  using T = XBackendTLS;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XBackendTLS", Doc{"TLS to a backend."})
          .Field<&T::mode>(
              "mode", Required{}, OneOf{kModes},
              Doc{"Whether there is TLS, and whether the Gateway shows a certificate."})
          .Field<&T::client_certificate_ref>(
              "clientCertificateRef",
              Doc{"The certificate that the Gateway shows; for ClientAndServer."})
          .Field<&T::validation>("validation",
                                 Doc{"How the certificate of the backend is verified."})
          .Rule<&CertificateGoesWithMode>(
              "clientCertificateRef must be set if and only if mode is ClientAndServer")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<XBackendSpec>() {
  using T = XBackendSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XBackendSpec", Doc{"What a backend is and how to speak to it."})
          .Field<&T::type>("type", Required{}, OneOf{kTypes}, Doc{"What sort of backend it is."})
          .Field<&T::external_hostname>("externalHostname", Doc{"The backend outside the cluster."})
          .Field<&T::port>("port", Required{}, Doc{"Its port."})
          .Field<&T::protocol>("protocol", OneOf{kProtocols}, Doc{"What it speaks."})
          .Field<&T::tls>("tls", Doc{"TLS to it."})
          .Rule<&HostnameGoesWithType>(
              "externalHostname must be set when type is ExternalHostname and must be unset "
              "otherwise")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<XBackendParentStatus>() {
  using T = XBackendParentStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XBackendParentStatus", Doc{"What one controller says about a backend."})
          .Field<&T::parent_ref>("parentRef", Required{}, Doc{"The Gateway."})
          .Field<&T::controller_name>("controllerName", Required{}, kGatewayController,
                                      Doc{"The controller that wrote the entry."})
          .Field<&T::conditions>("conditions", ListKey{kConditionKey}, Doc{"What it found."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<XBackendStatus>() {
  using T = XBackendStatus;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XBackendStatus", Doc{"What controllers say about a backend."})
          .Field<&T::parents>("parents", Items{0, 32},
                              Doc{"One entry for each Gateway and controller."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<XBackend>() {
  using T = XBackend;
  static const TypeInfo* const kType =
      TypeBuilder<T>("XBackend", Doc{"A backend outside the cluster."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What controllers say about it."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
