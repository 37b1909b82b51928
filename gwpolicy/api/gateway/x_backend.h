#ifndef GWPOLICY_API_GATEWAY_X_BACKEND_H_
#define GWPOLICY_API_GATEWAY_X_BACKEND_H_

#include <cstdint>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// XBackend, apisx/v1alpha1/backend_types.go (experimental, GEP-4894).
struct XBackendPort : ApiStruct {
  Text name;
  int32_t port = 0;
};

struct XBackendExternalHostname : ApiStruct {
  Text hostname;
};

struct XBackendTLS : ApiStruct {
  Text mode;  // None, ServerOnly, ClientAndServer
  Box<SecretObjectReference> client_certificate_ref;
  Box<BackendTLSPolicyValidation> validation;
};

struct XBackendSpec : ApiStruct {
  Text type;  // ExternalHostname
  Box<XBackendExternalHostname> external_hostname;
  XBackendPort port;
  Text protocol;
  Box<XBackendTLS> tls;
};

struct XBackendParentStatus : ApiStruct {
  ParentReference parent_ref;
  Text controller_name;
  List<Condition> conditions;
};

struct XBackendStatus : ApiStruct {
  List<XBackendParentStatus> parents;
};

struct XBackend : KubernetesObject {
  static constexpr Kind kKind = Kind::kXBackend;
  XBackendSpec spec;
  Box<XBackendStatus> status;
};

template <>
const TypeInfo& TypeOf<XBackendPort>();
template <>
const TypeInfo& TypeOf<XBackendExternalHostname>();
template <>
const TypeInfo& TypeOf<XBackendTLS>();
template <>
const TypeInfo& TypeOf<XBackendSpec>();
template <>
const TypeInfo& TypeOf<XBackendParentStatus>();
template <>
const TypeInfo& TypeOf<XBackendStatus>();
template <>
const TypeInfo& TypeOf<XBackend>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_X_BACKEND_H_
