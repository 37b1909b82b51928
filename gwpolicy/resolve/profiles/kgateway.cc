// kgateway with Envoy, newest. Sources, kgateway-dev/kgateway: pkg/kgateway/extensions2/plugins/
// backendtlspolicy/plugin.go and status.go, backendconfigpolicy/{merge,tls}.go, pull request 14043.
#include "gwpolicy/resolve/profiles.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kControllers[] = {"kgateway.dev/kgateway"};
constexpr absl::string_view kClasses[] = {"kgateway"};

Profile Make() {
  Profile profile;
  profile.name = "kgateway";
  profile.doc = "kgateway with Envoy: an attached BackendTLSPolicy owns TLS, valid or not.";
  profile.controller_names = kControllers;
  profile.class_names = kClasses;
  profile.reads_backend_config_policy = true;
  profile.options_prefix = "kgateway.dev/";
  profile.ca_refs = Profile::CaRefs::kFirst;
  profile.ca_from_secret = true;
  profile.ca_group_checked = false;
  profile.pem_reader = tls::PemReader::kGo;
  profile.section_name = Profile::SectionName::kPortName;
  profile.hostname_with_sans = Profile::HostnameWithSans::kSniOnly;
  profile.absent_trust = Profile::AbsentTrust::kSystem;
  profile.system_trust_accepts_sni = true;
  profile.ancestors = Profile::Ancestors::kGatewaysElseTargets;
  profile.ancestor_has_namespace = true;
  profile.summary_ancestor = true;
  profile.invalid_leaves_out_resolved_refs = true;
  profile.messages.accepted = "Policy accepted";
  profile.messages.resolved_refs = "Resolved all references";
  profile.messages.conflicted = "Policy conflicts with higher priority policy";
  profile.messages.unsupported_kind = "unsupported certificate reference kind \"$0\"$1";
  profile.messages.ca_not_found = "invalid CA certificate ref $0/$2: $0 not found: $1/$2";
  profile.messages.ca_key_missing = "invalid CA certificate ref $0/$2: ca.crt key missing";
  profile.messages.ca_malformed =
      "invalid CA certificate ref $0/$2: invalid ca.crt in $0 $1/$2: $3";
  return profile;
}

}  // namespace

const Profile kKgatewayProfile = Make();

}  // namespace gwpolicy
