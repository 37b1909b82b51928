#include "gwpolicy/resolve/conditions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"

namespace gwpolicy {
namespace {

constexpr TextLiteral kAccepted("Accepted");
constexpr TextLiteral kAggregated("Aggregated");
constexpr TextLiteral kAttached("Attached");
constexpr TextLiteral kAttachedToAll("Attached to all targets");
constexpr TextLiteral kConflicted("Conflicted");
constexpr TextLiteral kInvalid("Invalid");
constexpr TextLiteral kInvalidCa("InvalidCACertificateRef");
constexpr TextLiteral kInvalidKind("InvalidKind");
constexpr TextLiteral kNoValidCa("NoValidCACertificate");
constexpr TextLiteral kOverridden("Overridden");
constexpr TextLiteral kResolvedRefs("ResolvedRefs");
constexpr TextLiteral kTargetNotFound("TargetNotFound");
constexpr TextLiteral kValid("Valid");
constexpr absl::string_view kOwnTypes[] = {kAccepted.view(), kAggregated.view(), kAttached.view(),
                                           kOverridden.view(), kResolvedRefs.view()};

constexpr TextLiteral kTrue("True");
constexpr TextLiteral kFalse("False");

void Add(List<Condition>& out, Text type, bool status, Text reason, Text message) {
  Condition& condition = out.emplace_back();
  condition.type = std::move(type);
  condition.status = status ? Text(kTrue) : Text(kFalse);
  condition.reason = std::move(reason);
  condition.message = std::move(message);
}

void AppendText(std::string* out, const Text& text) { absl::StrAppend(out, text); }

// The texts of all errors of a policy, and the worst class among them.
struct Errors {
  PolicyError::Class error_class = PolicyError::Class::kOther;
  Text text;
};

Errors Summarize(const List<PolicyError>& errors) {
  absl::InlinedVector<Text, 2> texts;
  bool kind = false, ca = false;
  for (const PolicyError& error : errors) {
    if (std::find(texts.begin(), texts.end(), error.message) == texts.end()) {
      texts.push_back(error.message);
    }
    kind = kind || error.error_class == PolicyError::Class::kKind;
    ca = ca || error.error_class == PolicyError::Class::kCaRef;
  }
  Errors out;
  out.error_class = kind ? PolicyError::Class::kKind
                    : ca ? PolicyError::Class::kCaRef
                         : PolicyError::Class::kOther;
  out.text = texts.size() == 1 ? texts[0] : Text(absl::StrJoin(texts, "; ", AppendText));
  return out;
}

// References that cannot be used. kOther is none of them.
void AddUnresolvedRefs(List<Condition>& out, const Errors& errors) {
  const bool kind = errors.error_class == PolicyError::Class::kKind;
  Add(out, kResolvedRefs, false, kind ? Text(kInvalidKind) : Text(kInvalidCa), errors.text);
}

List<Condition> FailedConditions(const Profile& profile, const Errors& errors) {
  List<Condition> out;
  out.reserve(2);
  if (errors.error_class != PolicyError::Class::kOther) {
    AddUnresolvedRefs(out, errors);
    const absl::string_view words = profile.messages.no_valid_ca;
    Add(out, kAccepted, false, kNoValidCa,
        words == "$0" ? errors.text : Text(absl::Substitute(words, errors.text.view())));
    return out;
  }
  if (!profile.invalid_leaves_out_resolved_refs) {
    Add(out, kResolvedRefs, true, kResolvedRefs, TextsOf(profile)->resolved_refs);
  }
  Add(out, kAccepted, false, kInvalid, errors.text);
  return out;
}

// What is wrong with the targets, as texts; "" when nothing is.
struct TargetErrors {
  std::string unsupported;
  std::string udp;
};

TargetErrors ErrorsOf(const Profile& profile, const std::vector<TargetNote>& notes) {
  TargetErrors errors;
  const auto add = [](std::string& to, std::string text) {
    absl::StrAppend(&to, to.empty() ? "" : "; ", text);
  };
  for (const TargetNote& note : notes) {
    switch (note.why) {
      case TargetNote::Why::kUnsupportedKind:
        if (!profile.reports_unsupported_target) break;
        add(errors.unsupported,
            absl::StrCat("unsupported target reference kind \"", note.target.kind, "\"",
                         note.target.group.empty()
                             ? ""
                             : absl::StrCat(" in group \"", note.target.group, "\"")));
        break;
      case TargetNote::Why::kUdpPort:
        add(errors.udp,
            absl::StrCat(note.TargetLabel(), note.section_name.empty() ? "" : ":",
                         note.section_name, " is UDP, which BackendTLSPolicy does not cover"));
        break;
      case TargetNote::Why::kSomeUdpPorts:
        break;
    }
  }
  return errors;
}

Text AcceptedMessage(const Profile& profile, const ProfileTexts& texts,
                     const std::vector<TargetNote>& notes) {
  if (notes.empty()) return texts.accepted;
  std::string message(profile.messages.accepted);
  for (const TargetNote& note : notes) {
    if (note.why != TargetNote::Why::kSomeUdpPorts) continue;
    absl::StrAppend(&message,
                    absl::Substitute(profile.messages.some_udp_ports, note.TargetLabel()));
  }
  return message;
}

}  // namespace

List<Condition> BackendTLSConditions(const Profile& profile, const TlsPolicyFacts& facts) {
  if (profile.conditions == Profile::Conditions::kAcceptedAndAttached) {
    return BackendConfigConditions(profile, facts.layer, "");
  }
  // An invalid policy that also lost reports its error; one that lost anywhere, the conflict.
  if (facts.layer.failed()) return FailedConditions(profile, Summarize(facts.layer.errors));
  const TargetErrors targets = ErrorsOf(profile, facts.notes);
  const Shared<ProfileTexts> texts = TextsOf(profile);
  List<Condition> out;
  out.reserve(2);
  if (!facts.layer.unresolved.empty()) {
    AddUnresolvedRefs(out, Summarize(facts.layer.unresolved));
  } else if (!targets.unsupported.empty()) {
    Add(out, kResolvedRefs, false, kInvalidKind, targets.unsupported);
  } else {
    Add(out, kResolvedRefs, true, kResolvedRefs, texts->resolved_refs);
  }
  if (!targets.unsupported.empty() || !targets.udp.empty()) {
    const bool both = !targets.unsupported.empty() && !targets.udp.empty();
    Add(out, kAccepted, false, kInvalid,
        absl::StrCat(targets.unsupported, both ? "; " : "", targets.udp));
  } else if (facts.lost) {
    Add(out, kAccepted, false, kConflicted,
        absl::Substitute(profile.messages.conflicted, facts.winner));
  } else {
    Add(out, kAccepted, true, kAccepted, AcceptedMessage(profile, *texts, facts.notes));
  }
  return out;
}

List<Condition> BackendConfigConditions(const Profile& profile, const PolicyTls& layer,
                                        absl::string_view overridden_by) {
  List<Condition> out;
  out.reserve(2);
  if (layer.failed()) {
    Add(out, kAccepted, false, kInvalid, Summarize(layer.errors).text);
    Add(out, kAttached, false, "Pending", "");
    return out;
  }
  Add(out, kAccepted, true, kValid, TextsOf(profile)->accepted);
  Add(out, kAttached, true, kAttached, kAttachedToAll);
  if (!overridden_by.empty() && profile.tells_overridden) {
    Add(out, kOverridden, true, "ConflictedWithBackendTLSPolicy",
        absl::StrCat("spec.tls overridden by BackendTLSPolicy ", overridden_by));
  }
  return out;
}

List<Condition> MissingTargetConditions(Kind policy, const std::vector<std::string>& texts) {
  List<Condition> out;
  Add(out, kAccepted, false, kTargetNotFound, absl::StrJoin(texts, "; "));
  if (policy == Kind::kBackendConfigPolicy) {
    Add(out, kAttached, false, kTargetNotFound,
        "Policy is not attached to targets that could not be resolved");
  }
  return out;
}

void AddAggregatedCondition(List<Condition>& out) {
  Add(out, kAggregated, true, kAggregated,
      "Ancestors have been truncated because the number of policy ancestors exceeds 16.");
}

bool IsOwnConditionType(absl::string_view type) {
  return std::find(std::begin(kOwnTypes), std::end(kOwnTypes), type) != std::end(kOwnTypes);
}

}  // namespace gwpolicy
