#ifndef GWPOLICY_CLUSTER_CLUSTER_H_
#define GWPOLICY_CLUSTER_CLUSTER_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/cluster/references.h"

namespace gwpolicy {

// A key that the cluster has met, as a small number. Valid for the life of the cluster.
using ObjectId = uint32_t;

// The set of objects that exist, who refers to whom, and what a change touches. Knows nothing of
// what the objects mean. Thread-compatible.
class Cluster {
 public:
  // What has to be looked at again since the last TakeTouched().
  struct Touched {
    absl::flat_hash_set<ObjectId> backends;  // Services and Backends, existing or not
    absl::flat_hash_set<ObjectId> policies;
    absl::flat_hash_set<ObjectId> gateways;

    bool empty() const { return backends.empty() && policies.empty() && gateways.empty(); }
  };

  Cluster() = default;
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // Adds the object or replaces the one of its key. Touches nothing when they are equal.
  void Apply(Object object);
  // False when there is none.
  bool Delete(const ObjectKey& key);

  const Object* Find(const ObjectKey& key) const;
  const Object* Find(ObjectId id) const;  // null when it does not exist (any more)
  template <typename T>
  const T* FindAs(const ObjectKey& key) const {
    const Object* object = Find(key);
    return object == nullptr ? nullptr : object->As<T>();
  }
  const ObjectKey& KeyOf(ObjectId id) const { return keys_[id]; }
  // The number of a key that the cluster has met.
  std::optional<ObjectId> LookUp(const ObjectKey& key) const;
  // The number of a key; given out at first use.
  ObjectId IdOf(const ObjectKey& key);

  // Those that refer to `to` by `edge`, sorted by key.
  std::vector<ObjectId> Referrers(const ObjectKey& to, Edge edge) const;
  // The objects of a kind in a namespace ("" for cluster-scoped kinds), sorted by key.
  std::vector<ObjectId> InNamespace(Kind kind, const std::string& ns) const;
  // All objects of a kind, sorted by key. O(n log n): for whole-cluster listings only.
  std::vector<ObjectId> All(Kind kind) const;

  // Does a ReferenceGrant allow an object of (from_group, from_kind, from_ns) to refer to `to`?
  // Always true within one namespace.
  bool Permits(absl::string_view from_group, absl::string_view from_kind,
               const std::string& from_ns, const ObjectKey& to) const;

  Touched TakeTouched() { return std::exchange(touched_, Touched()); }
  // Marks every backend, policy and Gateway.
  void TouchAll();

 private:
  struct Entry {
    Object object;  // empty: only referred to
    std::vector<std::pair<Edge, ObjectId>> refers_to;
    absl::flat_hash_set<std::pair<Edge, ObjectId>> referred_by;  // (edge, referrer)
  };
  using KindInNamespace = std::pair<Kind, std::string>;

  std::vector<ObjectId> Sorted(std::vector<ObjectId> ids) const;
  // The touch rules: what `id`, as it is at present, has influence on.
  void Touch(ObjectId id);
  void TouchBackend(ObjectId id);
  void TouchPolicy(ObjectId id);
  void TouchRoute(ObjectId id);
  void TouchGateway(ObjectId id);
  void Link(ObjectId id);
  void Unlink(ObjectId id);

  absl::flat_hash_map<ObjectKey, ObjectId> ids_;
  std::deque<ObjectKey> keys_;  // by id
  std::deque<Entry> entries_;
  absl::flat_hash_map<KindInNamespace, absl::flat_hash_set<ObjectId>> in_namespace_;
  Touched touched_;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_CLUSTER_H_
