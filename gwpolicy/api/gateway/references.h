#ifndef GWPOLICY_API_GATEWAY_REFERENCES_H_
#define GWPOLICY_API_GATEWAY_REFERENCES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "gwpolicy/api/type_info.h"

namespace gwpolicy {

// Reference types of the Gateway API, apis/v1/object_reference_types.go, shared_types.go and
// policy_types.go. Initializers are the server's defaults.

struct LocalObjectReference : ApiStruct {
  std::string group;
  std::string kind;
  std::string name;
};

struct SecretObjectReference : ApiStruct {
  std::string group;
  std::string kind = "Secret";
  std::string name;
  std::string ns;  // "namespace"; empty is the referrer's own
};

struct BackendObjectReference : ApiStruct {
  std::string group;
  std::string kind = "Service";
  std::string name;
  std::string ns;  // "namespace"; empty is the referrer's own
  std::optional<int32_t> port;
};

struct ParentReference : ApiStruct {
  std::string group = "gateway.networking.k8s.io";
  std::string kind = "Gateway";
  std::string ns;  // "namespace"; empty is the referrer's own
  std::string name;
  std::string section_name;
  std::optional<int32_t> port;
};

struct LocalPolicyTargetReference : ApiStruct {
  std::string group;
  std::string kind;
  std::string name;
};

struct LocalPolicyTargetReferenceWithSectionName : ApiStruct {
  std::string group;
  std::string kind;
  std::string name;
  std::string section_name;
  std::string ns;  // in BackendTLSPolicy v1alpha2 alone
};

template <>
const TypeInfo& TypeOf<LocalObjectReference>();
template <>
const TypeInfo& TypeOf<SecretObjectReference>();
template <>
const TypeInfo& TypeOf<BackendObjectReference>();
template <>
const TypeInfo& TypeOf<ParentReference>();
template <>
const TypeInfo& TypeOf<LocalPolicyTargetReference>();
template <>
const TypeInfo& TypeOf<LocalPolicyTargetReferenceWithSectionName>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_REFERENCES_H_
