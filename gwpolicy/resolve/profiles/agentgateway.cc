// agentgateway, driven by the same control plane. Source, agentgateway/agentgateway:
// controller/pkg/agentgateway/plugins/backend_tls_plugin.go.
#include "gwpolicy/resolve/profiles.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kControllers[] = {"agentgateway.dev/agentgateway",
                                              "kgateway.dev/agentgateway"};
constexpr absl::string_view kClasses[] = {"agentgateway"};

Profile Make() {
  Profile profile;
  profile.name = "agentgateway";
  profile.doc = "agentgateway: reads BackendTLSPolicy only.";
  profile.controller_names = kControllers;
  profile.class_names = kClasses;
  profile.reads_backend_config_policy = false;
  profile.options_prefix = "";
  profile.ca_refs = Profile::CaRefs::kAll;
  profile.ca_from_secret = false;
  profile.ca_group_checked = true;
  profile.pem_reader = tls::PemReader::kGo;
  profile.section_name = Profile::SectionName::kPortNameOrNumber;
  profile.hostname_with_sans = Profile::HostnameWithSans::kAlsoAccepted;
  profile.ancestors = Profile::Ancestors::kGateways;
  profile.ancestor_has_namespace = false;
  profile.invalid_leaves_out_resolved_refs = false;
  profile.messages.accepted = "Configuration is valid";
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
