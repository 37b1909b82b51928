#ifndef GWPOLICY_API_KGATEWAY_REFERENCES_H_
#define GWPOLICY_API_KGATEWAY_REFERENCES_H_

#include "absl/strings/string_view.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// How kgateway's objects name others, all of their own namespace: api/v1alpha1/shared.
struct LocalPolicyTargetSelector : ApiStruct {
  Text group;
  Text kind;
  TextMap<Text> match_labels;
};

// Whether an object of that kind with these labels is meant; its namespace is the caller's
// business. An empty selector selects nothing, and neither does any an object without labels:
// pkg/krtcollections/policy.go.
bool Selects(const LocalPolicyTargetSelector& selector, const Text& group, const Text& kind,
             const TextMap<Text>& labels);

struct LocalSecretReference : ApiStruct {
  Text name;
};

template <>
const TypeInfo& TypeOf<LocalPolicyTargetSelector>();
template <>
const TypeInfo& TypeOf<LocalSecretReference>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KGATEWAY_REFERENCES_H_
