#ifndef GWPOLICY_RESOLVE_PROFILE_H_
#define GWPOLICY_RESOLVE_PROFILE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/base/shared.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {

// What an answer of a profile rests on, from the weakest.
enum class Basis : uint8_t {
  kOpen,           // nobody says; the careful answer
  kSpecification,  // the Gateway API says so; the controller itself was not looked at
  kReported,       // documentation, issues or another release of the controller's project
  kSource,         // read in the controller's source
};

// One answer of a profile and what it rests on. Reads as the answer itself.
template <typename T>
struct Answer {
  T value = {};
  Basis basis = Basis::kOpen;

  operator const T&() const { return value; }  // NOLINT(google-explicit-constructor)
};

// What differs between controllers, as named questions with a member each. What stands here is the
// Gateway API's own answer, for profiles that say nothing else: GEP-713, GEP-1897 and
// apis/v1/backendtlspolicy_types.go. profile_table.cc has the questions in words.
struct ProfileAnswers {
  // --- Which policies count -------------------------------------------------------------------

  // Is BackendConfigPolicy read? If not, each one is reported as Attach/NotRead.
  Answer<bool> reads_backend_config_policy = {false, Basis::kSpecification};
  // Is XBackend a backend? If not, requests to one are answered with 5xx. GEP-4894.
  Answer<bool> reads_x_backend = {true, Basis::kSpecification};
  // May an HTTPRoute lead to a port of appProtocol kubernetes.io/wss that no BackendTLSPolicy aims
  // at? If not, the route reports UnsupportedProtocol and answers with 500. GEP-1911.
  Answer<bool> wss_without_policy = {false, Basis::kSpecification};
  // Which kind owns TLS where both are attached to a backend port, valid or not?
  enum class TlsOwner { kBackendTLSPolicy, kBackendConfigPolicy };
  Answer<TlsOwner> tls_owner = {TlsOwner::kBackendTLSPolicy, Basis::kSpecification};
  // Does the controller always decide so? If not, Attach/Undefined tells both policies.
  Answer<bool> tls_owner_defined = {true, Basis::kSpecification};
  // Which of several BackendConfigPolicies gives a field that more than one sets?
  enum class ConfigOrder { kOlderFirst, kNewerFirst };
  Answer<ConfigOrder> config_order = {ConfigOrder::kOlderFirst, Basis::kOpen};
  // What may a sectionName be?
  enum class SectionName { kPortName, kPortNameOrNumber };
  Answer<SectionName> section_name = {SectionName::kPortName, Basis::kSpecification};

  // --- What a BackendTLSPolicy says -----------------------------------------------------------

  // Which entries of spec.options are read? Those whose key has this prefix; "" reads none.
  Answer<absl::string_view> options_prefix = {"", Basis::kOpen};
  // What if caCertificateRefs and wellKnownCACertificates are both set? The schema forbids it.
  enum class BothTrustSources { kInvalid, kSystemElseRefs, kWellKnownAlone };
  Answer<BothTrustSources> both_trust_sources = {BothTrustSources::kInvalid, Basis::kOpen};
  // Which caCertificateRefs count? Where exactly one may be given, more are an error.
  enum class CaRefs { kAll, kFirst, kExactlyOne };
  Answer<CaRefs> ca_refs = {CaRefs::kAll, Basis::kOpen};
  // What if some references that count are bad and some good?
  enum class SomeCaRefsBad { kFailClosed, kUseTheGood, kSkipUnknownKinds };
  Answer<SomeCaRefsBad> some_ca_refs_bad = {SomeCaRefsBad::kUseTheGood, Basis::kSpecification};
  // May a CA come from a Secret? Is the group of the reference looked at?
  Answer<bool> ca_from_secret = {false, Basis::kOpen};
  Answer<bool> ca_group_checked = {true, Basis::kSpecification};
  // How is PEM read before the proxy sees it?
  Answer<tls::PemReader> pem_reader = {tls::PemReader::kEnvoy, Basis::kOpen};
  // With subjectAltNames given, which names are accepted?
  enum class HostnameWithSans { kSniOnly, kAlsoAccepted, kAlone };
  Answer<HostnameWithSans> hostname_with_sans = {HostnameWithSans::kSniOnly, Basis::kSpecification};

  // --- What a BackendConfigPolicy says --------------------------------------------------------

  // Without any source of trust: the system's CAs, or no verification?
  enum class AbsentTrust { kSystem, kUnverified };
  Answer<AbsentTrust> absent_trust = {AbsentTrust::kSystem, Basis::kOpen};
  // Does `sni` become the accepted name when the system's CAs are trusted and no name is given?
  Answer<bool> system_trust_accepts_sni = {true, Basis::kOpen};

  // --- What status says -----------------------------------------------------------------------

  // The ancestors of a BackendTLSPolicy's entries.
  enum class Ancestors { kGateways, kGatewaysElseTargets, kTargets };
  Answer<Ancestors> ancestors = {Ancestors::kGateways, Basis::kSpecification};
  Answer<bool> ancestor_has_namespace = {true, Basis::kSpecification};
  // Is a ListenerSet the ancestor where requests come by its listeners, or its Gateway?
  Answer<bool> listener_set_is_ancestor = {false, Basis::kOpen};
  // The conditions of a BackendTLSPolicy.
  enum class Conditions { kAcceptedAndResolvedRefs, kAcceptedAndAttached };
  Answer<Conditions> conditions = {Conditions::kAcceptedAndResolvedRefs, Basis::kSpecification};
  // Has an entry where policies for the ports leave a policy for the whole Service nothing?
  Answer<bool> shadowed_has_entry = {true, Basis::kSpecification};
  // Does a target that does not exist show in an entry of its own (kind StatusSummary)?
  Answer<bool> summary_ancestor = {false, Basis::kOpen};
  // Is a target of a kind that cannot be a backend an error of the policy?
  Answer<bool> reports_unsupported_target = {false, Basis::kOpen};
  // Is ResolvedRefs left out beside an error that is not one of references?
  Answer<bool> invalid_leaves_out_resolved_refs = {false, Basis::kOpen};
  // Is a BackendConfigPolicy told by a condition that a BackendTLSPolicy took its spec.tls?
  Answer<bool> tells_overridden = {false, Basis::kOpen};
  // What if there are more than 16 entries? kRefuse: what finds the list full of other controllers'
  // entries is not applied.
  enum class AncestorLimit { kRefuse, kCutOwn, kCutAll, kAggregate };
  Answer<AncestorLimit> ancestor_limit = {AncestorLimit::kRefuse, Basis::kSpecification};
  // Where do own entries stand among those of other controllers?
  enum class OwnEntries { kInPlace, kAfterOthers };
  Answer<OwnEntries> own_entries = {OwnEntries::kInPlace, Basis::kOpen};
};

// How one controller answers them. A profile is one value in one file of profiles/; nothing else
// asks which controller it is. Where an answer comes from is in that file.
struct Profile : ProfileAnswers {
  absl::string_view name;  // "kgateway"
  absl::string_view doc;   // one sentence
  // `controllerName`s of GatewayClasses that choose this profile, the one it writes itself first.
  absl::Span<const absl::string_view> controller_names;
  // Names of GatewayClasses that the controller installs, for input that leaves the class out.
  absl::Span<const absl::string_view> class_names;
  // An older release of a controller, or none at all: no GatewayClass chooses it.
  bool by_name_only = false;

  // Texts of conditions, with the places of absl::Substitute.
  struct Messages {
    absl::string_view accepted = "Policy accepted";
    // Behind `accepted`, for a Service that has UDP ports too: $0 "Service ns/name".
    absl::string_view some_udp_ports = "; UDP ports of $0 are not covered";
    absl::string_view resolved_refs = "Resolved all references";
    // $0 the winner, namespace/name
    absl::string_view conflicted = "Policy conflicts with higher priority policy $0";
    // Of a CA reference: $0 kind, $1 ` in group "G"` or "".
    absl::string_view unsupported_kind = "unsupported CA certificate reference kind \"$0\"$1";
    // Of a CA reference: $0 kind, $1 namespace, $2 name, $3 what is wrong.
    absl::string_view ca_not_found = "$0 $1/$2 not found";
    absl::string_view ca_key_missing = "$0 $1/$2 has no ca.crt";
    absl::string_view ca_malformed = "ca.crt of $0 $1/$2 is invalid: $3";
    absl::string_view too_many_cas = "one CA certificate reference is allowed, not $0";
    absl::string_view no_trust = "no source of trust is given";
    absl::string_view both_trust = "caCertificateRefs and wellKnownCACertificates are both given";
    // $0 the value of wellKnownCACertificates
    absl::string_view unknown_well_known = "wellKnownCACertificates \"$0\" is not supported";
    // What Accepted says where ResolvedRefs has the error $0.
    absl::string_view no_valid_ca = "$0";
  };
  Messages messages;

  absl::string_view controller_name() const { return controller_names.front(); }
  // Whether a status entry of this controllerName is the controller's own.
  bool Owns(absl::string_view controller_name) const;
};

// All profiles, in alphabetical order (profiles.cc).
absl::Span<const Profile* const> AllProfiles();
// Orders profiles as lists of them are.
inline bool ByName(const Profile* a, const Profile* b) { return a->name < b->name; }
// Null when there is none of that name.
const Profile* FindProfile(absl::string_view name);
// What stands in nearly all results and conditions, as texts that they share.
struct ProfileTexts {
  Text name;
  Text controller_name;
  Text accepted;
  Text resolved_refs;
};
Shared<ProfileTexts> TextsOf(const Profile& profile);
// By the controllerName of a GatewayClass; null when no profile claims it. The newest release.
const Profile* FindProfileByController(absl::string_view controller_name);
// By the name of a class that the controller installs.
const Profile* FindProfileByClassName(absl::string_view class_name);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_PROFILE_H_
