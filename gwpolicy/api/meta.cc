#include "gwpolicy/api/meta.h"

#include <algorithm>

#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kConditionStatuses[] = {"True", "False", "Unknown"};

bool Matches(const LabelSelectorRequirement& requirement, const TextMap<Text>& labels) {
  const auto label = labels.find(requirement.key);
  const bool exists = label != labels.end();
  const bool listed = exists && std::find(requirement.values.begin(), requirement.values.end(),
                                          label->second) != requirement.values.end();
  if (requirement.op == "In") return listed;
  if (requirement.op == "NotIn") return !listed;
  if (requirement.op == "Exists") return exists;
  if (requirement.op == "DoesNotExist") return !exists;
  return false;
}

}  // namespace

bool Matches(const LabelSelector& selector, const TextMap<Text>& labels) {
  for (const auto& [key, value] : selector.match_labels) {
    const auto label = labels.find(key);
    if (label == labels.end() || label->second != value) return false;
  }
  return std::all_of(selector.match_expressions.begin(), selector.match_expressions.end(),
                     [&labels](const LabelSelectorRequirement& requirement) {
                       return Matches(requirement, labels);
                     });
}

template <>
const TypeInfo& TypeOf<ObjectMeta>() {
  using T = ObjectMeta;
  static const TypeInfo* const kType =
      TypeBuilder<T>("ObjectMeta", Doc{"What every object says about itself."})
          .Field<&T::name>("name", Doc{"Name, unique among objects of the kind and namespace."})
          .Field<&T::generate_name>("generateName",
                                    Doc{"Prefix from which the server makes a name."})
          .Field<&T::ns>("namespace", Doc{"Namespace; empty for cluster-scoped kinds."})
          .Field<&T::labels>("labels", Doc{"Keys and values that selectors look at."})
          .Field<&T::annotations>("annotations", Doc{"Keys and values that nothing selects by."})
          .Field<&T::uid>("uid", Doc{"Set by the server: tells an object from its namesakes."})
          .Field<&T::resource_version>("resourceVersion",
                                       Doc{"Set by the server: changes with every write."})
          .Field<&T::generation>("generation",
                                 Doc{"Set by the server: rises when the specification changes."})
          .Field<&T::creation_timestamp>("creationTimestamp",
                                         Doc{"Set by the server; decides between equal policies."})
          .Field<&T::deletion_timestamp>("deletionTimestamp",
                                         Doc{"Set by the server when deletion was asked for."})
          .Field<&T::deletion_grace_period_seconds>(
              "deletionGracePeriodSeconds", Doc{"Set by the server: how long deletion may take."})
          .Field<&T::self_link>("selfLink", Deprecated{"The server ignores it."},
                                Doc{"A URL of the object, once."})
          .Field<&T::finalizers>("finalizers", Doc{"Who has to agree before the object goes away."})
          .Field<&T::owner_references>("ownerReferences",
                                       Doc{"Objects that take this one with them when deleted."})
          .Field<&T::managed_fields>("managedFields", Doc{"Set by the server: who wrote what."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<Condition>() {
  using T = Condition;
  static const TypeInfo* const kType =
      TypeBuilder<T>("Condition", Doc{"One statement of a controller about an object."})
          .Field<&T::type>("type", Required{}, kConditionType, Doc{"What the statement is about."})
          .Field<&T::status>("status", Required{}, OneOf{kConditionStatuses},
                             Doc{"Whether it holds."})
          .Field<&T::observed_generation>("observedGeneration", Range{0, INT64_MAX},
                                          Doc{"The generation that the controller had seen."})
          .Field<&T::last_transition_time>("lastTransitionTime", Required{},
                                           Doc{"When the status last changed."})
          .Field<&T::reason>("reason", Required{}, kConditionReason,
                             Doc{"One word in CamelCase that says why."})
          .Field<&T::message>("message", Required{}, Length{0, 32768},
                              Doc{"A sentence that says why."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<LabelSelectorRequirement>() {
  using T = LabelSelectorRequirement;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LabelSelectorRequirement", Doc{"One demand on the labels of an object."})
          .Field<&T::key>("key", Required{}, Doc{"The label that it is about."})
          .Field<&T::op>("operator", Required{}, Doc{"In, NotIn, Exists or DoesNotExist."})
          .Field<&T::values>("values", Doc{"What the label is compared with; for In and NotIn."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<LabelSelector>() {
  using T = LabelSelector;
  static const TypeInfo* const kType =
      TypeBuilder<T>("LabelSelector", Doc{"Chooses objects by their labels."})
          .Field<&T::match_labels>("matchLabels", Doc{"Labels that must have these values."})
          .Field<&T::match_expressions>("matchExpressions",
                                        Doc{"Further demands; all of them must hold."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
