#ifndef GWPOLICY_API_KGATEWAY_REFERENCES_H_
#define GWPOLICY_API_KGATEWAY_REFERENCES_H_

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

struct LocalSecretReference : ApiStruct {
  Text name;
};

template <>
const TypeInfo& TypeOf<LocalPolicyTargetSelector>();
template <>
const TypeInfo& TypeOf<LocalSecretReference>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KGATEWAY_REFERENCES_H_
