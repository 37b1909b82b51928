#ifndef GWPOLICY_API_KGATEWAY_BACKEND_H_
#define GWPOLICY_API_KGATEWAY_BACKEND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// Backend, kgateway api/v1alpha1/kgateway/backend_types.go.
struct BackendHost : ApiStruct {
  std::string host;
  int32_t port = 0;
};

struct StaticBackend : ApiStruct {
  std::vector<BackendHost> hosts;
  std::string app_protocol;
};

struct BackendSpec : ApiStruct {
  std::string type;                             // AWS, Static, DynamicForwardProxy, GCP; deprecated
  std::optional<StaticBackend> static_backend;  // "static"
  Value aws;
  Value dynamic_forward_proxy;
  Value gcp;
};

struct Backend : KubernetesObject {
  static constexpr Kind kKind = Kind::kBackend;
  BackendSpec spec;
  Value status;
};

template <>
const TypeInfo& TypeOf<BackendHost>();
template <>
const TypeInfo& TypeOf<StaticBackend>();
template <>
const TypeInfo& TypeOf<BackendSpec>();
template <>
const TypeInfo& TypeOf<Backend>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_KGATEWAY_BACKEND_H_
