#ifndef GWPOLICY_API_KGATEWAY_BACKEND_H_
#define GWPOLICY_API_KGATEWAY_BACKEND_H_

#include <cstdint>
#include <optional>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/kgateway/references.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// Backend, kgateway api/v1alpha1/kgateway/backend_types.go.
struct BackendHost : ApiStruct {
  Text host;
  int32_t port = 0;
};

struct StaticBackend : ApiStruct {
  List<BackendHost> hosts;
  Text app_protocol;
};

struct AwsLambda : ApiStruct {
  std::optional<Text> endpoint_url;  // "endpointURL"
  Text function_name;
  Text invocation_mode = "Sync";  // Sync, Async
  Text qualifier = "$LATEST";
  Text payload_transform_mode = "Envoy";  // None, Envoy
};

struct AwsAuth : ApiStruct {
  Text type;  // Secret
  Box<LocalSecretReference> secret_ref;
};

struct AwsBackend : ApiStruct {
  AwsLambda lambda;
  Text account_id;
  Box<AwsAuth> auth;
  Text region = "us-east-1";
};

struct GcpBackend : ApiStruct {
  Text host;
  std::optional<Text> audience;  // absent: https:// and the host
};

struct DynamicForwardProxyBackend : ApiStruct {
  std::optional<bool> enable_tls;
};

// Exactly one of the four blocks is set.
struct BackendSpec : ApiStruct {
  Text type;                          // AWS, Static, DynamicForwardProxy, GCP; deprecated
  Box<StaticBackend> static_backend;  // "static"
  Box<AwsBackend> aws;
  Box<DynamicForwardProxyBackend> dynamic_forward_proxy;
  Box<GcpBackend> gcp;
};

struct BackendStatus : ApiStruct {
  List<Condition> conditions;
};

struct Backend : KubernetesObject {
  static constexpr Kind kKind = Kind::kBackend;
  BackendSpec spec;
  Box<BackendStatus> status;
};

template <>
const TypeInfo& TypeOf<BackendHost>();
template <>
const TypeInfo& TypeOf<StaticBackend>();
template <>
const TypeInfo& TypeOf<AwsLambda>();
template <>
const TypeInfo& TypeOf<AwsAuth>();
template <>
const TypeInfo& TypeOf<AwsBackend>();
template <>
const TypeInfo& TypeOf<GcpBackend>();
template <>
const TypeInfo& TypeOf<DynamicForwardProxyBackend>();
template <>
const TypeInfo& TypeOf<BackendSpec>();
template <>
const TypeInfo& TypeOf<BackendStatus>();
template <>
const TypeInfo& TypeOf<Backend>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KGATEWAY_BACKEND_H_
