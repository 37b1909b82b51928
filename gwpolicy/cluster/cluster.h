#ifndef GWPOLICY_CLUSTER_CLUSTER_H_
#define GWPOLICY_CLUSTER_CLUSTER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/shared.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/cluster/id_map.h"
#include "gwpolicy/cluster/object_id.h"
#include "gwpolicy/cluster/references.h"
#include "gwpolicy/cluster/referrer_set.h"
#include "gwpolicy/cluster/touch.h"

namespace gwpolicy {

// The set of objects that exist, who refers to whom, and what a change touches. Knows nothing of
// what the objects mean. Thread-compatible.
//
// A key that nobody refers to and that has no object is forgotten by `Forget`, so that a cluster
// holds what exists and not what ever existed.
class Cluster {
 public:
  Cluster() : ids_(0, HashOfKey{this}, SameKey{this}) {}
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // Whether there are ids for one more object and what it refers to. Half of all are set aside for
  // the latter.
  bool HasRoom() const { return entries_.size() < size_t{1} << (kObjectIdBits - 1); }
  // Adds the object or replaces the one of its key. Touches nothing when they are equal.
  // O(its references + what it touches).
  void Apply(Object object);
  // False when there is none.
  bool Delete(const ObjectKey& key);

  const Object* Find(const KeyView& key) const;
  const Object* Find(ObjectId id) const {  // null when it does not exist (any more)
    const Object& object = entries_[id].object;
    return object.empty() ? nullptr : &object;
  }
  template <typename T>
  const T* FindAs(const KeyView& key) const {
    const Object* object = Find(key);
    return object == nullptr ? nullptr : object->As<T>();
  }
  KeyView KeyOf(ObjectId id) const ABSL_ATTRIBUTE_LIFETIME_BOUND {
    const Object& object = entries_[id].object;
    return object.kind() == Kind::kUntyped ? KeptKeyOf(id) : object.key_view();
  }
  // The number of a key that is known: of an object that exists, or that one refers to.
  std::optional<ObjectId> LookUp(const KeyView& key) const;

  // Those that refer to `to` by `edge`, sorted by key.
  ObjectIds Referrers(const KeyView& to, Edge edge) const;
  ObjectIds Referrers(ObjectId to, Edge edge) const;
  // A Reference to a key that has a number.
  struct Referral {
    ObjectId to;
    int32_t detail : Reference::kDetailBits;
    Edge edge : 32 - Reference::kDetailBits;
  };
  // What an object refers to, in the order of its fields.
  const List<Referral>& ReferencesOf(ObjectId id) const ABSL_ATTRIBUTE_LIFETIME_BOUND {
    return entries_[id].refers_to;
  }
  using Visitor = absl::FunctionRef<void(ObjectId id)>;
  // Those of Referrers in no order, for who orders by something else.
  void VisitReferrers(ObjectId to, Edge edge, Visitor visit) const;
  // The policies of the backend's namespace whose targetSelectors select it, and the backends that
  // a policy selects so, in no order.
  void VisitSelectingPolicies(ObjectId backend, Visitor visit) const;
  void VisitSelectedBackends(ObjectId policy, Visitor visit) const;
  // The EndpointSlices of a Service, by their keys. Kept for nearly all Services, so that who wants
  // them has not to look at each.
  SharedList<Object> EndpointSlicesOf(ObjectId service) const {
    const SharedList<Object>* kept = slices_.Find(service);
    return kept == nullptr ? MakeSlices(service) : *kept;
  }
  // Whether one key comes before another.
  bool KeyLess(ObjectId a, ObjectId b) const;
  // Whether a policy has targetSelectors.
  bool HasSelectors(ObjectId policy) const;
  // The objects of a kind that has no namespaces, sorted by key.
  std::vector<ObjectId> ClusterScoped(Kind kind) const;
  // All objects of a kind, sorted by key. O(n log n): for whole-cluster listings only.
  std::vector<ObjectId> All(Kind kind) const;
  // The same in no order. O(n).
  void Visit(Kind kind, Visitor visit) const;

  // Does a ReferenceGrant allow an object of (from_group, from_kind, from_ns) to refer to `to`?
  // Always true within one namespace.
  bool Permits(absl::string_view from_group, absl::string_view from_kind, const Text& from_ns,
               const KeyView& to) const;

  // Asks for the memory that resolving a backend looks at. The first three steps are for itself,
  // the others for who refers to it. See ForEachAhead.
  static constexpr size_t kOwnPrefetchSteps = 3;
  static constexpr size_t kPrefetchSteps = 6;
  void Prefetch(ObjectId backend, size_t step) const;

  // What has to be looked at again since the last TakeTouched(); touch.cc has the rules.
  Touched TakeTouched() { return touched_.Take(); }
  // Marks everything.
  void TouchAll();
  // Forgets the keys that nothing is known of any more. Numbers that were given out for them are
  // given to others afterwards, so callers drop theirs first.
  void Forget();

 private:
  struct alignas(32) Entry {  // one line of a cache holds two of them
    Object object;            // empty: only referred to
    List<Referral> refers_to;
    ReferrerSet referred_by;
  };
  // By id. Entries never move; a piece of memory holds many of them.
  class Entries {
   public:
    Entry& operator[](ObjectId id) { return chunks_[id / kChunk][id % kChunk]; }
    const Entry& operator[](ObjectId id) const { return chunks_[id / kChunk][id % kChunk]; }
    size_t size() const { return size_; }
    void emplace_back() {
      if (size_ % kChunk == 0) chunks_.push_back(std::make_unique<Entry[]>(kChunk));
      ++size_;
    }

   private:
    static constexpr size_t kChunk = 64;
    std::vector<std::unique_ptr<Entry[]>> chunks_;
    size_t size_ = 0;
  };
  // The set of ids has no keys of its own but looks at those of the objects.
  struct HashOfKey {
    using is_transparent = void;
    size_t operator()(const KeyView& key) const { return absl::HashOf(key.ns, key.name, key.kind); }
    size_t operator()(ObjectId id) const { return (*this)(cluster->KeyOf(id)); }
    const Cluster* cluster;
  };
  struct SameKey {
    using is_transparent = void;
    bool operator()(ObjectId a, ObjectId b) const { return a == b; }
    bool operator()(ObjectId id, const KeyView& key) const { return cluster->KeyOf(id) == key; }
    const Cluster* cluster;
  };
  using KindInNamespace = std::pair<Kind, Text>;
  using Namespaces = std::pair<Text, Text>;
  using Ids = absl::flat_hash_set<ObjectId>;

  Kind KindOf(ObjectId id) const;
  // Of an entry of keys_.
  KeyView KeptKeyOf(ObjectId id) const;
  ObjectId NewId();
  ObjectId IdOf(const ObjectKey& key);
  template <typename Items>
  Items Sorted(Items ids) const;
  void Touch(ObjectId id);
  // Follows the rule's steps from `id`, the first of which is `steps[at]`, and marks the ends.
  void Follow(const TouchRule& rule, size_t at, ObjectId id);
  void Step(const TouchStep& step, ObjectId id, Visitor visit) const;
  void VisitMembers(Kind kind, const Text& ns, Visitor visit) const;
  void Link(ObjectId id);
  void Unlink(ObjectId id);
  SharedList<Object> MakeSlices(ObjectId service) const;
  void UpdateSlices(ObjectId service);
  static void PrefetchEntry(const Entry& entry, size_t step);

  Entries entries_;
  // The keys of entries that cannot be told from their objects: there is none, or its kind is not
  // modelled.
  absl::flat_hash_map<ObjectId, std::unique_ptr<const ObjectKey>> keys_;
  absl::flat_hash_set<ObjectId, HashOfKey, SameKey> ids_;
  std::vector<ObjectId> free_;
  std::vector<ObjectId> maybe_unknown_;  // see Forget
  absl::flat_hash_map<KindInNamespace, Ids> in_namespace_;
  absl::flat_hash_map<Text, Ids> selecting_;  // policies with targetSelectors, by namespace
  // Those of the first that refer into the second by what takes a grant.
  absl::flat_hash_map<Namespaces, Ids> crossing_;
  IdMap<SharedList<Object>> slices_;  // EndpointSlices, by their Service; see UpdateSlices
  TouchedSet touched_;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_CLUSTER_H_
