// Envoy Gateway, for BackendTLSPolicy. "Read in the source": envoyproxy/gateway,
// internal/gatewayapi/backendtlspolicy.go and internal/gatewayapi/status/policy.go, main branch in
// 2026. "Reported": pull request 6445 (aggregated ancestors), issue 9035 (an older policy for the
// whole Service once shadowed the one for a port; the specification's answer stands here).
// ClusterTrustBundle, which it takes as a CA too, is a kind that cannot be read here.
#include "gwpolicy/resolve/profiles.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kControllers[] = {"gateway.envoyproxy.io/gatewayclass-controller"};

constexpr Profile Make() {
  constexpr Basis kRead = Basis::kSource;
  Profile profile;
  profile.name = "envoy-gateway";
  profile.doc = "Envoy Gateway: BackendTLSPolicy, with CAs of ConfigMaps and Secrets.";
  profile.controller_names = kControllers;
  profile.reads_x_backend = {false, Basis::kOpen};
  profile.wss_without_policy = {true, Basis::kOpen};
  profile.section_name = {Profile::SectionName::kPortName, kRead};
  profile.options_prefix = {"", kRead};
  profile.both_trust_sources = {Profile::BothTrustSources::kSystemElseRefs, kRead};
  profile.ca_refs = {Profile::CaRefs::kAll, kRead};
  profile.some_ca_refs_bad = {Profile::SomeCaRefsBad::kSkipUnknownKinds, kRead};
  profile.ca_from_secret = {true, kRead};
  profile.ca_group_checked = {false, kRead};
  // ca.crt goes to Envoy as it is.
  profile.pem_reader = {tls::PemReader::kEnvoy, kRead};
  profile.hostname_with_sans = {Profile::HostnameWithSans::kSniOnly, kRead};
  profile.ancestors = {Profile::Ancestors::kGateways, kRead};
  profile.ancestor_has_namespace = {true, kRead};
  profile.ancestor_limit = {Profile::AncestorLimit::kAggregate, kRead};
  profile.messages.accepted = "Policy has been accepted.";
  profile.messages.some_udp_ports = "";
  profile.messages.resolved_refs = "Resolved all the Object references.";
  profile.messages.ca_not_found = "$0 $2 not found in namespace $1.";
  profile.messages.ca_key_missing = "No ca found in $0 $2.";
  return profile;
}

}  // namespace

const Profile kEnvoyGatewayProfile = Make();

}  // namespace gwpolicy
