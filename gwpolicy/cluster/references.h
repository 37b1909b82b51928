#ifndef GWPOLICY_CLUSTER_REFERENCES_H_
#define GWPOLICY_CLUSTER_REFERENCES_H_

#include <cstdint>
#include <utility>

#include "gwpolicy/api/gateway/references.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/distinct_list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// The ways in which one object refers to another.
enum class Edge : uint8_t {
  kTarget,             // policy -> Service or Backend that it aims at
  kTrust,              // policy -> ConfigMap or Secret with a CA or client certificate
  kBackend,            // route -> Service or Backend that it sends to
  kParent,             // route -> Gateway, ListenerSet or Service that it hangs on
  kOwner,              // ListenerSet -> Gateway that it adds listeners to
  kClass,              // Gateway -> GatewayClass
  kCertificate,        // Gateway or ListenerSet -> Secret of a listener
  kClientCertificate,  // Gateway -> Secret that it shows to backends
  kEndpoints,          // EndpointSlice -> Service
};

// Whether a reference by that edge into another namespace is worth nothing without a
// ReferenceGrant. Listeners say themselves which routes and ListenerSets they take.
inline bool TakesGrant(Edge edge) {
  return edge == Edge::kTrust || edge == Edge::kBackend || edge == Edge::kCertificate ||
         edge == Edge::kClientCertificate;
}

struct Reference {
  // Details have so many bits, and ports beyond them, which no backend has, are the last of them.
  static constexpr int kDetailBits = 28;
  static constexpr int32_t kMaxDetail = (1 << (kDetailBits - 1)) - 1;
  // Of a reference to a backend that names no port, and to a certificate that is no CA's.
  static constexpr int32_t kNoPort = -kMaxDetail - 1;
  static constexpr int32_t kNoCa = -1;

  Edge edge;
  ObjectKey to;
  // kBackend: the port that it names, or kNoPort; kParent: which of the parentRefs it is; kTrust:
  // which of the caCertificateRefs.
  int32_t detail = 0;

  friend bool operator==(const Reference& a, const Reference& b) {
    return a.edge == b.edge && a.detail == b.detail && a.to == b.to;
  }
  template <typename H>
  friend H AbslHashValue(H h, const Reference& reference) {
    return H::combine(std::move(h), reference.edge, reference.to, reference.detail);
  }
};
using References = DistinctList<Reference>::Items;

// Everything that `object` refers to by name, in the order of its fields, without duplicates.
// Selectors are not references: see Cluster::VisitSelectedBackends.
References ReferencesOf(const Object& object);

// The key of a reference; the group "core" is "".
ObjectKey MakeKey(Text group, Text kind, Text ns, Text name);
// Of any reference that may name a namespace; `own_ns` is the referrer's.
template <typename Ref>
ObjectKey KeyOfRef(const Ref& ref, const Text& own_ns) {
  return MakeKey(ref.group, ref.kind, ref.ns.empty() ? own_ns : ref.ns, ref.name);
}
// Of a parentRef; one that says XListenerSet, as experimental releases had it, means a ListenerSet.
ObjectKey KeyOfParent(const ParentReference& ref, const Text& own_ns);

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_REFERENCES_H_
