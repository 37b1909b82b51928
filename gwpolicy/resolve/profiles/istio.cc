// Istio as a Gateway controller, for BackendTLSPolicy. "Read in the source": istio/istio,
// pilot/pkg/config/kube/gateway/backend_policies.go, main branch in 2026; it rejects an empty
// ca.crt since pull request 61213. An unknown wellKnownCACertificates is Invalid there and yet
// speaks TLS with the proxy's own CAs; here it fails closed. The entries that it writes for
// Services, as the mesh's controller, are left alone.
#include "gwpolicy/resolve/profiles.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kControllers[] = {"istio.io/gateway-controller"};
constexpr absl::string_view kClasses[] = {"istio"};

constexpr Profile Make() {
  constexpr Basis kRead = Basis::kSource;
  Profile profile;
  profile.name = "istio";
  profile.doc = "Istio: BackendTLSPolicy with the first CA reference, a ConfigMap.";
  profile.controller_names = kControllers;
  profile.class_names = kClasses;
  profile.reads_x_backend = {false, Basis::kOpen};
  profile.wss_without_policy = {true, Basis::kOpen};
  profile.section_name = {Profile::SectionName::kPortName, kRead};
  profile.options_prefix = {"", kRead};
  profile.both_trust_sources = {Profile::BothTrustSources::kWellKnownAlone, kRead};
  profile.ca_refs = {Profile::CaRefs::kFirst, kRead};
  profile.some_ca_refs_bad = {Profile::SomeCaRefsBad::kFailClosed, kRead};
  profile.ca_from_secret = {false, kRead};
  profile.ca_group_checked = {true, kRead};
  profile.hostname_with_sans = {Profile::HostnameWithSans::kSniOnly, kRead};
  profile.ancestors = {Profile::Ancestors::kGateways, kRead};
  profile.ancestor_has_namespace = {false, kRead};
  // "This is a terrible, anti-user, decision that Istio will not follow": it stays in force.
  profile.ancestor_limit = {Profile::AncestorLimit::kCutOwn, kRead};
  profile.own_entries = {Profile::OwnEntries::kInPlace, kRead};
  profile.messages.accepted = "Configuration is valid";
  profile.messages.some_udp_ports = "";
  profile.messages.resolved_refs = "Configuration is valid";
  profile.messages.unsupported_kind =
      "Certificate reference invalid: unsupported reference kind: $0";
  profile.messages.ca_not_found = "Certificate reference not found: $0 $1/$2";
  profile.messages.ca_key_missing = "Certificate invalid: $0 $1/$2 has no ca.crt";
  profile.messages.ca_malformed = "Certificate invalid: $3";
  profile.messages.unknown_well_known = "Unknown wellKnownCACertificates: $0";
  profile.messages.no_valid_ca = "Certificate reference invalid: $0";
  return profile;
}

}  // namespace

const Profile kIstioProfile = Make();

}  // namespace gwpolicy
