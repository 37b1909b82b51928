#include "gwpolicy/resolve/values.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace gwpolicy {
namespace {

SharedList<Endpoint> AllOf(const SharedList<Endpoint>& endpoints, const Text&, int32_t) {
  return endpoints;
}

// Besides endpoints, which are of a port.
bool SameSettings(const BackendSettings& a, const BackendSettings& b) {
  return std::tie(a.origin, a.protocol, a.traffic) == std::tie(b.origin, b.protocol, b.traffic);
}

}  // namespace

absl::string_view TlsModeName(TlsMode mode) {
  switch (mode) {
    case TlsMode::kFailClosed:
      return "FailClosed";
    case TlsMode::kTls:
      return "TLS";
    case TlsMode::kPlaintext:
      return "Plaintext";
  }
  return "FailClosed";
}

absl::string_view RuleText(OrderRule rule) {
  switch (rule) {
    case OrderRule::kNone:
      return "";
    case OrderRule::kOlder:
      return "it is older";
    case OrderRule::kFirstByName:
      return "its name comes first";
    case OrderRule::kOwnsPort:
      return "a policy for the port owns the port";
  }
  return "";
}

std::string PolicyOutcome::path() const {
  switch (aim) {
    case Aim::kTargetRef:
      return absl::StrCat("spec.targetRefs[", aim_index, "]");
    case Aim::kTargetSelector:
      return absl::StrCat("spec.targetSelectors[", aim_index, "]");
    case Aim::kOwnTls:
      return "spec.tls";
  }
  return "";
}

std::string LabelOf(const FieldSource& source) {
  return absl::StrCat(source.kind, " ", source.ns, source.ns.empty() ? "" : "/", source.name);
}

std::string ClusterName(const BackendPortId& id, const GatewayId& gateway_with_certificate) {
  const bool is_service = id.kind == "Service";
  const std::string extra =
      gateway_with_certificate.empty()
          ? ""
          : absl::StrCat("_gw_backend_client_cert_", gateway_with_certificate.ns, "_",
                         gateway_with_certificate.name);
  // A Backend has ports of its own, so its port part is always 0.
  return absl::StrCat(is_service ? "kube" : absl::AsciiStrToLower(id.kind), "_", id.ns, "_",
                      id.name, extra, "_", is_service ? id.port : 0);
}

std::string BackendTls::ClusterName() const {
  return gwpolicy::ClusterName(port->backend,
                               port->gateway_certificate ? GatewayId(*gateway) : GatewayId());
}

EndpointReader FixedEndpoints(SharedList<Endpoint> endpoints) {
  return EndpointReader::Of<AllOf>(std::move(endpoints));
}

std::optional<Code> PortTls::Posture() const {
  switch (mode) {
    case TlsMode::kFailClosed:
      return Code::kPostureFailClosed;
    case TlsMode::kPlaintext:
      return Code::kPosturePlaintext;
    case TlsMode::kTls:
      break;
  }
  if (tls == nullptr) return Code::kPostureFailClosed;
  if (tls->trust.source == tls::TrustSource::kUnverified) return Code::kPostureUnverified;
  if (tls->names.unchecked) return Code::kPostureNameUnchecked;
  return std::nullopt;
}

SharedList<Endpoint> PortTls::Endpoints() const {
  return settings->endpoints.EndpointsOf(port_name, backend.port);
}

bool operator==(const PortTls& a, const PortTls& b) {
  const auto plain = [](const PortTls& x) {
    return std::tie(x.backend, x.port_name, x.mode, x.gateway_certificate,
                    x.shows_gateway_certificate, x.failure, x.policies);
  };
  if (plain(a) != plain(b) || !SameSettings(*a.settings, *b.settings)) return false;
  if (!a.settings->endpoints.IsSame(b.settings->endpoints) && a.Endpoints() != b.Endpoints()) {
    return false;
  }
  if (a.tls == nullptr || b.tls == nullptr) return a.tls == b.tls;
  return a.tls == b.tls || *a.tls == *b.tls;
}

}  // namespace gwpolicy
