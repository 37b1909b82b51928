#ifndef GWPOLICY_ENVOY_RESOURCE_H_
#define GWPOLICY_ENVOY_RESOURCE_H_

#include <string>
#include <tuple>

#include "gwpolicy/resolve/values.h"

namespace gwpolicy {
namespace envoy {

// One xDS resource, ready to be served: `type_url` and `bytes` are the two fields of an Any.
struct Resource {
  std::string name;
  std::string type_url;  // "type.googleapis.com/envoy.config.cluster.v3.Cluster", …
  // The message, serialized deterministically. May hold private keys: not for logs.
  std::string bytes;
  // SHA-256 of `bytes`, hexadecimal: equal exactly when the resource is. Usable as a version.
  std::string content_hash;

  friend bool operator==(const Resource& a, const Resource& b) {
    return std::tie(a.name, a.type_url, a.bytes) == std::tie(b.name, b.type_url, b.bytes);
  }
};

// A backend for which there is no Envoy cluster, so that requests to it are answered with 500.
struct Withheld {
  std::string cluster_name;
  BackendPortId backend;
  std::string reason;  // one sentence for people

  friend bool operator==(const Withheld& a, const Withheld& b) {
    return std::tie(a.cluster_name, a.backend, a.reason) ==
           std::tie(b.cluster_name, b.backend, b.reason);
  }
};

}  // namespace envoy
}  // namespace gwpolicy

#endif  // GWPOLICY_ENVOY_RESOURCE_H_
