#ifndef GWPOLICY_API_GATEWAY_BACKEND_TLS_POLICY_H_
#define GWPOLICY_API_GATEWAY_BACKEND_TLS_POLICY_H_

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// BackendTLSPolicy, apis/v1/backendtlspolicy_types.go (v1; v1alpha3 is the same shape).
struct SubjectAltName : ApiStruct {
  Text type;  // "Hostname" or "URI"
  Text hostname;
  Text uri;
};

struct BackendTLSPolicyValidation : ApiStruct {
  List<LocalObjectReference> ca_certificate_refs;
  Text well_known_ca_certificates;
  Text hostname;
  List<SubjectAltName> subject_alt_names;
};

struct BackendTLSPolicySpec : ApiStruct {
  List<LocalPolicyTargetReferenceWithSectionName> target_refs;
  BackendTLSPolicyValidation validation;
  TextMap<Text> options;
};

struct BackendTLSPolicy : KubernetesObject {
  static constexpr Kind kKind = Kind::kBackendTLSPolicy;
  BackendTLSPolicySpec spec;
  Box<PolicyStatus> status;
};

template <>
const TypeInfo& TypeOf<SubjectAltName>();
template <>
const TypeInfo& TypeOf<BackendTLSPolicyValidation>();
template <>
const TypeInfo& TypeOf<BackendTLSPolicySpec>();
template <>
const TypeInfo& TypeOf<BackendTLSPolicy>();

// The table of v1alpha2, of release v1.0: one target, and other names.
const TypeInfo& BackendTLSPolicyV1Alpha2();
// v1alpha2 could name a target in another namespace. No policy of today can, so such a reference
// aims at nothing.
bool IsLost(const LocalPolicyTargetReferenceWithSectionName& target, const ObjectMeta& policy);
// Adds a finding where the target of a BackendTLSPolicy is lost.
void TellOfLostTarget(const KubernetesObject& policy, FindingSink& sink);

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_BACKEND_TLS_POLICY_H_
