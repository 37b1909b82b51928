#ifndef GWPOLICY_CLUSTER_REFERENCES_H_
#define GWPOLICY_CLUSTER_REFERENCES_H_

#include <cstdint>
#include <vector>

#include "gwpolicy/api/object.h"

namespace gwpolicy {

// The ways in which one object refers to another.
enum class Edge : uint8_t {
  kTarget,     // policy -> Service or Backend that it aims at
  kTrust,      // policy -> ConfigMap or Secret with a CA or client certificate
  kBackend,    // route -> Service or Backend that it sends to
  kParent,     // route -> Gateway that it hangs on
  kClass,      // Gateway -> GatewayClass
  kSecret,     // Gateway -> Secret with a certificate
  kEndpoints,  // EndpointSlice -> Service
};

struct Reference {
  Edge edge;
  ObjectKey to;

  friend bool operator==(const Reference& a, const Reference& b) {
    return a.edge == b.edge && a.to == b.to;
  }
};

// Everything that `object` refers to by name, in the order of its fields, without duplicates.
// Selectors are not references: see Cluster::InNamespace.
std::vector<Reference> ReferencesOf(const Object& object);

// The key of a reference; the group "core" is "".
ObjectKey MakeKey(absl::string_view group, absl::string_view kind, absl::string_view ns,
                  absl::string_view name);
// Of any reference that may name a namespace; `own_ns` is the referrer's.
template <typename Ref>
ObjectKey KeyOfRef(const Ref& ref, absl::string_view own_ns) {
  return MakeKey(ref.group, ref.kind, ref.ns.empty() ? own_ns : ref.ns.view(), ref.name);
}

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_REFERENCES_H_
