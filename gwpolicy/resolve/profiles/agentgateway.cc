// agentgateway, driven by the same control plane as kgateway. "Read in the source": agentgateway/
// agentgateway, controller/pkg/agentgateway/plugins/backend_tls_plugin.go.
#include "gwpolicy/resolve/profiles.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kControllers[] = {"agentgateway.dev/agentgateway",
                                              "kgateway.dev/agentgateway"};
constexpr absl::string_view kClasses[] = {"agentgateway"};

constexpr Profile Make() {
  constexpr Basis kRead = Basis::kSource;
  Profile profile;
  profile.name = "agentgateway";
  profile.doc = "agentgateway: reads BackendTLSPolicy only.";
  profile.controller_names = kControllers;
  profile.class_names = kClasses;
  profile.reads_x_backend = {false, Basis::kOpen};
  profile.wss_without_policy = {true, Basis::kOpen};
  profile.reads_backend_config_policy = {false, kRead};
  profile.section_name = {Profile::SectionName::kPortNameOrNumber, kRead};
  profile.options_prefix = {"", kRead};
  profile.ca_refs = {Profile::CaRefs::kAll, kRead};
  profile.some_ca_refs_bad = {Profile::SomeCaRefsBad::kFailClosed, kRead};
  profile.ca_from_secret = {false, kRead};
  profile.ca_group_checked = {true, kRead};
  profile.pem_reader = {tls::PemReader::kGo, kRead};
  profile.hostname_with_sans = {Profile::HostnameWithSans::kAlsoAccepted, kRead};
  profile.ancestors = {Profile::Ancestors::kGateways, kRead};
  profile.ancestor_has_namespace = {false, kRead};
  // The policies were never in conflict: each has its own sectionName or none.
  profile.shadowed_has_entry = {true, kRead};
  profile.reports_unsupported_target = {false, kRead};
  profile.messages.accepted = "Configuration is valid";
  profile.messages.some_udp_ports = "";
  profile.messages.resolved_refs = "Configuration is valid";
  profile.messages.conflicted = "policy $0 matches the same target but with higher priority";
  profile.messages.unsupported_kind = "Certificate reference invalid: $0";
  profile.messages.ca_not_found = "Certificate reference not found";
  profile.messages.ca_key_missing = "Certificate invalid: ca.crt key missing";
  profile.messages.ca_malformed = "Certificate invalid: $3";
  return profile;
}

}  // namespace

const Profile kAgentgatewayProfile = Make();

}  // namespace gwpolicy
