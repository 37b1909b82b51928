#ifndef GWPOLICY_API_GATEWAY_REFERENCES_H_
#define GWPOLICY_API_GATEWAY_REFERENCES_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// The group that a reference means: kgateway, and most others, take "core" for the core group.
inline absl::string_view GroupOf(absl::string_view written) {
  return written == "core" ? absl::string_view() : written;
}

// Reference types of the Gateway API, apis/v1/object_reference_types.go, shared_types.go and
// policy_types.go. Initializers are the server's defaults.

struct LocalObjectReference : ApiStruct {
  Text group;
  Text kind;
  Text name;
};

struct SecretObjectReference : ApiStruct {
  Text group;
  Text kind = "Secret";
  Text name;
  Text ns;  // "namespace"; empty is the referrer's own
};

struct BackendObjectReference : ApiStruct {
  Text group;
  Text kind = "Service";
  Text name;
  Text ns;  // "namespace"; empty is the referrer's own
  std::optional<int32_t> port;
};

struct ParentReference : ApiStruct {
  Text group = kGatewayGroupText;
  Text kind = "Gateway";
  Text ns;  // "namespace"; empty is the referrer's own
  Text name;
  Text section_name;
  std::optional<int32_t> port;
};

struct LocalPolicyTargetReference : ApiStruct {
  Text group;
  Text kind;
  Text name;
};

struct LocalPolicyTargetReferenceWithSectionName : ApiStruct {
  Text group;
  Text kind;
  Text name;
  Text section_name;
  Text ns;  // in BackendTLSPolicy v1alpha2 alone
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
