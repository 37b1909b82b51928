#ifndef GWPOLICY_API_GATEWAY_ROUTE_RULES_H_
#define GWPOLICY_API_GATEWAY_ROUTE_RULES_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/type_info.h"

// Rules that the definitions of several kinds of routes have, word for word alike.
namespace gwpolicy {

// The values of useDefaultGateways, and of the Gateway's defaultScope.
inline constexpr absl::string_view kDefaultGatewayScopes[] = {"All", "None"};

inline bool SameParent(const ParentReference& a, const ParentReference& b) {
  return a.group == b.group && a.kind == b.kind && a.name == b.name && a.ns == b.ns;
}

// Whether `are_wrong` holds for no two references of a route to one parent.
template <typename Spec, typename Predicate>
bool NoParentPair(const Spec& spec, Predicate are_wrong) {
  for (size_t i = 0; i < spec.parent_refs.size(); ++i) {
    for (size_t j = i + 1; j < spec.parent_refs.size(); ++j) {
      const ParentReference& a = spec.parent_refs[i];
      const ParentReference& b = spec.parent_refs[j];
      if (SameParent(a, b) && are_wrong(a, b)) return false;
    }
  }
  return true;
}

template <typename Spec>
bool RepeatedParentsNameSections(const Spec& spec) {
  return NoParentPair(spec, [](const ParentReference& a, const ParentReference& b) {
    return a.section_name.empty() != b.section_name.empty();
  });
}

template <typename Spec>
bool RepeatedParentsDifferInSection(const Spec& spec) {
  return NoParentPair(spec, [](const ParentReference& a, const ParentReference& b) {
    return a.section_name == b.section_name;
  });
}

template <typename Spec>
bool RepeatedParentsNameSectionsOrPorts(const Spec& spec) {
  return NoParentPair(spec, [](const ParentReference& a, const ParentReference& b) {
    return a.section_name.empty() != b.section_name.empty() ||
           (a.port.value_or(0) == 0) != (b.port.value_or(0) == 0);
  });
}

template <typename Spec>
bool RepeatedParentsDifferInSectionOrPort(const Spec& spec) {
  return NoParentPair(spec, [](const ParentReference& a, const ParentReference& b) {
    return a.section_name == b.section_name && a.port.value_or(0) == b.port.value_or(0);
  });
}

template <typename Spec>
bool RuleNamesDiffer(const Spec& spec) {
  for (size_t i = 0; i < spec.rules.size(); ++i) {
    for (size_t j = i + 1; j < spec.rules.size(); ++j) {
      if (!spec.rules[i].name.empty() && spec.rules[i].name == spec.rules[j].name) return false;
    }
  }
  return true;
}

// The message says "less than" and 128 passes: so does the definition.
template <typename Spec>
bool MatchesAreFew(const Spec& spec) {
  size_t matches = 0;
  for (const auto& rule : spec.rules) matches += rule.matches.size();
  return matches <= 128;
}
inline constexpr absl::string_view kMatchesAreFew =
    "While 16 rules and 64 matches per rule are allowed, the total number of matches across all "
    "rules in a route must be less than 128";

// What all routes demand of parentRefs; the experimental channel looks at ports too.
template <typename Spec>
void AddParentRules(TypeBuilder<Spec>& type) {
  constexpr At kPlace{"parentRefs"};
  type.template RuleOf<&RepeatedParentsNameSections<Spec>>(
          Channel::kStandard, kPlace,
          "sectionName must be specified when parentRefs includes 2 or more references to the same "
          "parent")
      .template RuleOf<&RepeatedParentsDifferInSection<Spec>>(
          Channel::kStandard, kPlace,
          "sectionName must be unique when parentRefs includes 2 or more references to the same "
          "parent")
      .template RuleOf<&RepeatedParentsNameSectionsOrPorts<Spec>>(
          Channel::kExperimental, kPlace,
          "sectionName or port must be specified when parentRefs includes 2 or more references to "
          "the same parent")
      .template RuleOf<&RepeatedParentsDifferInSectionOrPort<Spec>>(
          Channel::kExperimental, kPlace,
          "sectionName or port must be unique when parentRefs includes 2 or more references to the "
          "same parent");
}

inline constexpr absl::string_view kRuleNamesDiffer = "Rule name must be unique within the route";

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_ROUTE_RULES_H_
