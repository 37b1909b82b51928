// kgateway 2.1 to 2.3. Both policy kinds wrote the cluster's transport socket in the order of a Go
// map, so which of them stayed was not defined; the documented answer stands here, with a finding
// (Attach/Undefined). "Reported": kgateway-dev/kgateway pull requests 12176 (documentation of the
// order), 13801 and 14043 (what changed later), issues 13918, 12344, 14283 and 11624. Questions
// that none of them touches have the answer of the newest source, as reported.
#include "gwpolicy/resolve/profiles.h"
#include "gwpolicy/resolve/profiles/kgateway_messages.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kControllers[] = {"kgateway.dev/kgateway"};

constexpr Profile Make() {
  constexpr Basis kTold = Basis::kReported;
  Profile profile;
  profile.name = "kgateway-2.1";
  profile.doc =
      "kgateway 2.1 to 2.3, as documented: BackendConfigPolicy overwrites a BackendTLSPolicy's "
      "TLS.";
  profile.controller_names = kControllers;
  profile.by_name_only = true;
  profile.reads_x_backend = {false, Basis::kOpen};
  profile.wss_without_policy = {true, Basis::kOpen};
  profile.reads_backend_config_policy = {true, kTold};
  profile.tls_owner = {Profile::TlsOwner::kBackendConfigPolicy, kTold};
  profile.tls_owner_defined = {false, kTold};
  profile.config_order = {Profile::ConfigOrder::kNewerFirst, kTold};
  profile.section_name = {Profile::SectionName::kPortName, kTold};
  profile.options_prefix = {"", kTold};
  profile.both_trust_sources = {Profile::BothTrustSources::kSystemElseRefs, kTold};
  profile.ca_refs = {Profile::CaRefs::kFirst, kTold};
  profile.some_ca_refs_bad = {Profile::SomeCaRefsBad::kFailClosed, kTold};
  profile.ca_from_secret = {false, kTold};
  profile.ca_group_checked = {false, kTold};
  // ca.crt reached Envoy unchecked, which refused the update; here the backend fails closed.
  profile.pem_reader = {tls::PemReader::kEnvoy, kTold};
  profile.hostname_with_sans = {Profile::HostnameWithSans::kSniOnly, kTold};
  profile.absent_trust = {Profile::AbsentTrust::kUnverified, kTold};
  profile.system_trust_accepts_sni = {false, kTold};
  profile.ancestors = {Profile::Ancestors::kTargets, kTold};
  profile.ancestor_has_namespace = {true, kTold};
  profile.conditions = {Profile::Conditions::kAcceptedAndAttached, kTold};
  profile.shadowed_has_entry = {false, kTold};
  profile.summary_ancestor = {false, kTold};
  profile.reports_unsupported_target = {false, kTold};
  profile.invalid_leaves_out_resolved_refs = {true, kTold};
  profile.tells_overridden = {false, kTold};
  profile.ancestor_limit = {Profile::AncestorLimit::kCutAll, kTold};
  profile.own_entries = {Profile::OwnEntries::kAfterOthers, kTold};
  profile.messages = KgatewayMessages();
  return profile;
}

}  // namespace

const Profile kKgateway21Profile = Make();

}  // namespace gwpolicy
