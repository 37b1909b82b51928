#ifndef GWPOLICY_API_KGATEWAY_REFERENCES_H_
#define GWPOLICY_API_KGATEWAY_REFERENCES_H_

#include <map>
#include <string>

#include "gwpolicy/api/type_info.h"

namespace gwpolicy {

// How kgateway's objects name others, all of their own namespace: api/v1alpha1/shared.
struct LocalPolicyTargetSelector : ApiStruct {
  std::string group;
  std::string kind;
  std::map<std::string, std::string> match_labels;
};

struct LocalSecretReference : ApiStruct {
  std::string name;
};

template <>
const TypeInfo& TypeOf<LocalPolicyTargetSelector>();
template <>
const TypeInfo& TypeOf<LocalSecretReference>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KGATEWAY_REFERENCES_H_
