#ifndef GWPOLICY_CLUSTER_TOUCH_H_
#define GWPOLICY_CLUSTER_TOUCH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/cluster/object_id.h"
#include "gwpolicy/cluster/references.h"

// The touch rules: what has to be looked at again when an object is added, changed or deleted.
// touch.cc has them as one table, and `Cluster` follows it. Nothing else decides what is touched;
// everything is where the time moves, or another profile comes to speak for backends that no
// Gateway reaches.
namespace gwpolicy {

// What is looked at again.
enum class TouchedSort : uint8_t { kBackend, kPolicy, kRoute, kGateway };
inline constexpr size_t kTouchedSorts = 4;

// One step from an object to others, and the index of `Cluster` that gives them.
struct TouchStep {
  enum class Way : uint8_t {
    kEnd,        // no step
    kReferrers,  // those that refer to it by `edge`: Entry::referred_by
    kReferred,   // those that it refers to by `edge`: Entry::refers_to
    kSelecting,  // policies that select it by labels: selecting_
    kSelected,   // backends that it selects by labels: in_namespace_
    kRoutesIn,   // routes of the namespace that it is: in_namespace_
    kSetsIn,     // ListenerSets of the namespace that it is: in_namespace_
    kCrossing,   // those that take a grant to refer from its namespaces into its own: crossing_
  };
  Way way = Way::kEnd;
  Edge edge = Edge::kTarget;
};

struct TouchRule {
  uint32_t kinds;  // of the changed object: a bit for each Kind
  std::array<TouchStep, 5> steps;
  TouchedSort touched;  // the ends of the steps that are of this sort
};

absl::Span<const TouchRule> TouchRules();
bool IsOfSort(TouchedSort sort, Kind kind);

// What has been touched, existing or not, in no order.
struct Touched {
  std::vector<ObjectId> backends;
  std::vector<ObjectId> policies;
  std::vector<ObjectId> routes;
  std::vector<ObjectId> gateways;

  bool empty() const {
    return backends.empty() && policies.empty() && routes.empty() && gateways.empty();
  }
};

// Collects it, each once.
class TouchedSet {
 public:
  void Add(TouchedSort sort, ObjectId id);
  Touched Take();

 private:
  std::array<std::vector<ObjectId>, kTouchedSorts> ids_;
  std::vector<uint8_t> marks_;  // by id: a bit for each sort
};

}  // namespace gwpolicy

#endif  // GWPOLICY_CLUSTER_TOUCH_H_
