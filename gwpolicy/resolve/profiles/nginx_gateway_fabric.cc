// NGINX Gateway Fabric, for BackendTLSPolicy. "Read in the source": nginx/nginx-gateway-fabric,
// internal/controller/state/graph/backend_tls_policy.go, main branch in 2026: hostname alone goes
// to proxy_ssl_name, and no place reads subjectAltNames. "Reported": the full list of ancestors,
// which makes it ignore the policy (issues 1987, 1888); here the backend then fails closed.
#include "gwpolicy/resolve/profiles.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kControllers[] = {"gateway.nginx.org/nginx-gateway-controller"};
constexpr absl::string_view kClasses[] = {"nginx"};

constexpr Profile Make() {
  constexpr Basis kRead = Basis::kSource;
  Profile profile;
  profile.name = "nginx-gateway-fabric";
  profile.doc = "NGINX Gateway Fabric: BackendTLSPolicy with one CA reference, hostname only.";
  profile.controller_names = kControllers;
  profile.class_names = kClasses;
  profile.reads_x_backend = {false, Basis::kOpen};
  profile.wss_without_policy = {true, Basis::kOpen};
  profile.section_name = {Profile::SectionName::kPortName, kRead};
  profile.options_prefix = {"", kRead};
  profile.both_trust_sources = {Profile::BothTrustSources::kInvalid, kRead};
  profile.ca_refs = {Profile::CaRefs::kExactlyOne, kRead};
  profile.some_ca_refs_bad = {Profile::SomeCaRefsBad::kFailClosed, kRead};
  profile.ca_from_secret = {true, kRead};
  profile.ca_group_checked = {true, kRead};
  profile.hostname_with_sans = {Profile::HostnameWithSans::kAlone, kRead};
  profile.ancestors = {Profile::Ancestors::kGateways, kRead};
  profile.ancestor_has_namespace = {true, kRead};
  profile.invalid_leaves_out_resolved_refs = {true, kRead};
  profile.ancestor_limit = {Profile::AncestorLimit::kRefuse, kRead};
  profile.messages.too_many_cas =
      "validation.caCertificateRefs: Too many: $0: must have at most 1 items";
  profile.messages.no_trust =
      "Either CACertificateRefs or WellKnownCACertificates must be specified";
  profile.messages.both_trust =
      "CACertificateRefs and WellKnownCACertificates are mutually exclusive";
  profile.messages.unknown_well_known =
      "invalid WellKnownCACertificates: tls.wellknowncacertificates: Unsupported value: \"$0\": "
      "supported values: \"System\"";
  profile.messages.no_valid_ca = "No valid CACertificateRef found";
  return profile;
}

}  // namespace

const Profile kNginxGatewayFabricProfile = Make();

}  // namespace gwpolicy
