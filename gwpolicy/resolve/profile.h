#ifndef GWPOLICY_RESOLVE_PROFILE_H_
#define GWPOLICY_RESOLVE_PROFILE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {

// What differs between controllers, as answers to named questions. A profile is one value in one
// file of profiles/; nothing else asks which controller it is. Where an answer comes from is in
// that file.
struct Profile {
  absl::string_view name;  // "kgateway"
  absl::string_view doc;   // one sentence
  // `controllerName`s of GatewayClasses that choose this profile, the one it writes itself first.
  absl::Span<const absl::string_view> controller_names;
  // Names of GatewayClasses that the controller installs, for input that leaves the class out.
  absl::Span<const absl::string_view> class_names;

  // Is BackendConfigPolicy read? If not, each one is reported as Attach/NotRead.
  bool reads_backend_config_policy = false;
  // Is spec.options of a BackendTLSPolicy read, and below which prefix?
  absl::string_view options_prefix;  // "" reads none

  // Which caCertificateRefs of a BackendTLSPolicy count?
  enum class CaRefs { kFirst, kAll };
  CaRefs ca_refs = CaRefs::kAll;
  // May a CA come from a Secret? Is the group of the reference looked at?
  bool ca_from_secret = false;
  bool ca_group_checked = true;
  // How is PEM read before Envoy sees it?
  tls::PemReader pem_reader = tls::PemReader::kEnvoy;

  // What may a sectionName be?
  enum class SectionName { kPortName, kPortNameOrNumber };
  SectionName section_name = SectionName::kPortName;

  // With subjectAltNames given, is `hostname` among the names that are accepted?
  enum class HostnameWithSans { kSniOnly, kAlsoAccepted };
  HostnameWithSans hostname_with_sans = HostnameWithSans::kSniOnly;

  // A BackendConfigPolicy without any source of trust: the system's CAs, or no verification?
  enum class AbsentTrust { kSystem, kUnverified };
  AbsentTrust absent_trust = AbsentTrust::kSystem;
  // Does `sni` become the accepted name when the system's CAs are trusted and no name is given?
  bool system_trust_accepts_sni = true;

  // What status says of a BackendTLSPolicy, and on which ancestors.
  enum class Ancestors { kGatewaysElseTargets, kGateways };
  Ancestors ancestors = Ancestors::kGatewaysElseTargets;
  bool ancestor_has_namespace = true;
  // Does a target that does not exist show in an entry of its own (kind StatusSummary)?
  bool summary_ancestor = false;
  // Whether an invalid trust source that is no reference error leaves ResolvedRefs out.
  bool invalid_leaves_out_resolved_refs = true;

  // Texts of conditions, with the places of absl::Substitute.
  struct Messages {
    absl::string_view accepted;
    absl::string_view resolved_refs;
    absl::string_view conflicted;        // $0 the winner, namespace/name
    absl::string_view unsupported_kind;  // of a CA reference: $0 kind, $1 ` in group "G"` or ""
    // Of a CA reference: $0 kind, $1 namespace, $2 name, $3 what is wrong.
    absl::string_view ca_not_found;
    absl::string_view ca_key_missing;
    absl::string_view ca_malformed;
  };
  Messages messages;

  absl::string_view controller_name() const { return controller_names.front(); }
};

// All profiles, in alphabetical order (profiles.cc).
absl::Span<const Profile* const> AllProfiles();
// Null when there is none of that name.
const Profile* FindProfile(absl::string_view name);
// By the controllerName of a GatewayClass; null when no profile claims it.
const Profile* FindProfileByController(absl::string_view controller_name);
// By the name of a class that the controller installs.
const Profile* FindProfileByClassName(absl::string_view class_name);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_PROFILE_H_
