// kgateway with Envoy, newest. "Read in the source": kgateway-dev/kgateway,
// pkg/kgateway/extensions2/plugins/backendtlspolicy/{plugin,helpers,status}.go and
// backendconfigpolicy/{merge,tls}.go beside it, pkg/kgateway/proxy_syncer, pkg/reports/policy.go;
// pull request 14043 for precedence. "Reported": issue 14327 and pull request 14376 for targets
// that are no backend.
#include "gwpolicy/resolve/profiles.h"
#include "gwpolicy/resolve/profiles/kgateway_messages.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kControllers[] = {"kgateway.dev/kgateway"};
constexpr absl::string_view kClasses[] = {"kgateway"};

constexpr Profile Make() {
  constexpr Basis kRead = Basis::kSource;
  Profile profile;
  profile.name = "kgateway";
  profile.doc = "kgateway with Envoy: an attached BackendTLSPolicy owns TLS, valid or not.";
  profile.controller_names = kControllers;
  profile.class_names = kClasses;
  profile.reads_x_backend = {false, kRead};
  profile.wss_without_policy = {true, Basis::kOpen};
  profile.reads_backend_config_policy = {true, kRead};
  profile.tls_owner = {Profile::TlsOwner::kBackendTLSPolicy, kRead};
  profile.tls_owner_defined = {true, kRead};
  profile.config_order = {Profile::ConfigOrder::kOlderFirst, kRead};
  profile.section_name = {Profile::SectionName::kPortName, kRead};
  profile.options_prefix = {"kgateway.dev/", kRead};
  profile.both_trust_sources = {Profile::BothTrustSources::kSystemElseRefs, kRead};
  profile.ca_refs = {Profile::CaRefs::kFirst, kRead};
  profile.some_ca_refs_bad = {Profile::SomeCaRefsBad::kFailClosed, kRead};
  profile.ca_from_secret = {true, kRead};
  profile.ca_group_checked = {false, kRead};
  profile.pem_reader = {tls::PemReader::kGo, kRead};
  profile.hostname_with_sans = {Profile::HostnameWithSans::kSniOnly, kRead};
  profile.absent_trust = {Profile::AbsentTrust::kSystem, kRead};
  profile.system_trust_accepts_sni = {true, kRead};
  profile.ancestors = {Profile::Ancestors::kGatewaysElseTargets, kRead};
  profile.ancestor_has_namespace = {true, kRead};
  profile.listener_set_is_ancestor = {true, kRead};
  profile.conditions = {Profile::Conditions::kAcceptedAndResolvedRefs, kRead};
  profile.shadowed_has_entry = {false, kRead};
  profile.summary_ancestor = {true, kRead};
  profile.reports_unsupported_target = {true, Basis::kReported};
  profile.invalid_leaves_out_resolved_refs = {true, kRead};
  profile.tells_overridden = {true, kRead};
  profile.ancestor_limit = {Profile::AncestorLimit::kCutOwn, kRead};
  profile.own_entries = {Profile::OwnEntries::kAfterOthers, kRead};
  profile.messages = KgatewayMessages();
  return profile;
}

}  // namespace

const Profile kKgatewayProfile = Make();

}  // namespace gwpolicy
