#include "gwpolicy/resolve/profile_table.h"

#include "absl/strings/str_cat.h"

namespace gwpolicy {
namespace {

using A = ProfileAnswers;

// --- Answers in words --------------------------------------------------------------------------

std::string Words(bool yes) { return yes ? "yes" : "no"; }

std::string Words(absl::string_view prefix) {
  return prefix.empty() ? "none" : absl::StrCat("`", prefix, "…`");
}

std::string Words(tls::PemReader reader) {
  switch (reader) {
    case tls::PemReader::kEnvoy:
      return "as Envoy does: one malformed block refuses all";
    case tls::PemReader::kGo:
      return "as Go does: what is no certificate is skipped";
  }
  return "";
}

std::string Words(A::TlsOwner owner) {
  switch (owner) {
    case A::TlsOwner::kBackendTLSPolicy:
      return "BackendTLSPolicy";
    case A::TlsOwner::kBackendConfigPolicy:
      return "BackendConfigPolicy";
  }
  return "";
}

std::string Words(A::ConfigOrder order) {
  switch (order) {
    case A::ConfigOrder::kOlderFirst:
      return "the older";
    case A::ConfigOrder::kNewerFirst:
      return "the newer";
  }
  return "";
}

std::string Words(A::SectionName section) {
  switch (section) {
    case A::SectionName::kPortName:
      return "a port name";
    case A::SectionName::kPortNameOrNumber:
      return "a port name or number";
  }
  return "";
}

std::string Words(A::BothTrustSources both) {
  switch (both) {
    case A::BothTrustSources::kInvalid:
      return "the policy is invalid";
    case A::BothTrustSources::kSystemElseRefs:
      return "System counts; any other value gives way to the references";
    case A::BothTrustSources::kWellKnownAlone:
      return "wellKnownCACertificates counts";
  }
  return "";
}

std::string Words(A::CaRefs refs) {
  switch (refs) {
    case A::CaRefs::kAll:
      return "all";
    case A::CaRefs::kFirst:
      return "the first";
    case A::CaRefs::kExactlyOne:
      return "one; more are an error";
  }
  return "";
}

std::string Words(A::SomeCaRefsBad bad) {
  switch (bad) {
    case A::SomeCaRefsBad::kFailClosed:
      return "the policy is invalid";
    case A::SomeCaRefsBad::kUseTheGood:
      return "ResolvedRefs is False, the others are trusted";
    case A::SomeCaRefsBad::kSkipUnknownKinds:
      return "unknown kinds are skipped, else the policy is invalid";
  }
  return "";
}

std::string Words(A::HostnameWithSans names) {
  switch (names) {
    case A::HostnameWithSans::kSniOnly:
      return "subjectAltNames";
    case A::HostnameWithSans::kAlsoAccepted:
      return "subjectAltNames and hostname";
    case A::HostnameWithSans::kAlone:
      return "hostname; subjectAltNames are not read";
  }
  return "";
}

std::string Words(A::AbsentTrust trust) {
  switch (trust) {
    case A::AbsentTrust::kSystem:
      return "the system's CAs";
    case A::AbsentTrust::kUnverified:
      return "any certificate";
  }
  return "";
}

std::string Words(A::Ancestors ancestors) {
  switch (ancestors) {
    case A::Ancestors::kGateways:
      return "Gateways";
    case A::Ancestors::kGatewaysElseTargets:
      return "Gateways; without one, targets";
    case A::Ancestors::kTargets:
      return "targets";
  }
  return "";
}

std::string Words(A::Conditions conditions) {
  switch (conditions) {
    case A::Conditions::kAcceptedAndResolvedRefs:
      return "Accepted, ResolvedRefs";
    case A::Conditions::kAcceptedAndAttached:
      return "Accepted, Attached";
  }
  return "";
}

std::string Words(A::AncestorLimit limit) {
  switch (limit) {
    case A::AncestorLimit::kRefuse:
      return "no entry is added, and a policy without room is not applied";
    case A::AncestorLimit::kCutOwn:
      return "own entries are cut from the end";
    case A::AncestorLimit::kCutAll:
      return "all are sorted and cut";
    case A::AncestorLimit::kAggregate:
      return "sorted and cut, the last gets the condition Aggregated";
  }
  return "";
}

std::string Words(A::OwnEntries entries) {
  switch (entries) {
    case A::OwnEntries::kInPlace:
      return "where they stood, new ones at the end";
    case A::OwnEntries::kAfterOthers:
      return "after those of others";
  }
  return "";
}

// --- The questions -----------------------------------------------------------------------------

template <auto kMember>
constexpr ProfileQuestion Ask(absl::string_view text) {
  return {text, [](const Profile& profile) { return Words((profile.*kMember).value); },
          [](const Profile& profile) { return (profile.*kMember).basis; }};
}

constexpr ProfileQuestion kQuestions[] = {
    Ask<&A::reads_backend_config_policy>("Is BackendConfigPolicy read?"),
    Ask<&A::reads_x_backend>("Is XBackend a backend?"),
    Ask<&A::wss_without_policy>(
        "May an HTTPRoute lead to `kubernetes.io/wss` without a BackendTLSPolicy?"),
    Ask<&A::tls_owner>("Which kind owns TLS where both are attached?"),
    Ask<&A::tls_owner_defined>("Does the controller always decide so?"),
    Ask<&A::config_order>("Of several BackendConfigPolicies that set a field, which one counts?"),
    Ask<&A::section_name>("What may a sectionName be?"),
    Ask<&A::options_prefix>("Which `spec.options` are read?"),
    Ask<&A::both_trust_sources>("What if both trust sources are given?"),
    Ask<&A::ca_refs>("Which `caCertificateRefs` count?"),
    Ask<&A::some_ca_refs_bad>("What if some of them are bad?"),
    Ask<&A::ca_from_secret>("May a CA come from a Secret?"),
    Ask<&A::ca_group_checked>("Is the group of a CA reference looked at?"),
    Ask<&A::pem_reader>("How is `ca.crt` read?"),
    Ask<&A::hostname_with_sans>("With subjectAltNames given, which names are accepted?"),
    Ask<&A::absent_trust>("BackendConfigPolicy without a source of trust: what is trusted?"),
    Ask<&A::system_trust_accepts_sni>("System CAs and no name given: does `sni` become the name?"),
    Ask<&A::ancestors>("On which ancestors is status written?"),
    Ask<&A::ancestor_has_namespace>("Has a Gateway's ancestorRef a namespace?"),
    Ask<&A::listener_set_is_ancestor>("Is a ListenerSet the ancestor of its listeners' routes?"),
    Ask<&A::conditions>("Which conditions has a BackendTLSPolicy?"),
    Ask<&A::shadowed_has_entry>("Has a policy an entry where every port has its own?"),
    Ask<&A::summary_ancestor>("Does a missing target show in a StatusSummary entry?"),
    Ask<&A::reports_unsupported_target>("Is a target that cannot be a backend an error?"),
    Ask<&A::invalid_leaves_out_resolved_refs>(
        "Is ResolvedRefs left out beside an error that is not one of references?"),
    Ask<&A::tells_overridden>(
        "Has a BackendConfigPolicy that lost its TLS a condition Overridden?"),
    Ask<&A::ancestor_limit>("What if there are more than 16 entries?"),
    Ask<&A::own_entries>("Where do own entries stand?"),
};

}  // namespace

absl::Span<const ProfileQuestion> ProfileQuestions() { return kQuestions; }

}  // namespace gwpolicy
