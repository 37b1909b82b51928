#ifndef GWPOLICY_RESOLVE_BACKGROUND_H_
#define GWPOLICY_RESOLVE_BACKGROUND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/values.h"

// What led to a result, for those who ask: nothing of it is kept, so it costs memory only while
// somebody looks at it.
namespace gwpolicy {

// What became of one policy, by one of its targetRefs, on one backend port as one Gateway sees it.
struct PolicyEffect {
  enum class Fate : uint8_t {
    kElsewhere,  // aims at another port of the backend
    kWon,        // gives the port its TLS
    kLost,       // another policy of its kind came first
    kShadowed,   // a policy for this very port owns it
    kMerged,     // contributes fields beside others; its TLS may have lost
    kNotRead,    // the controller does not read the kind
  };
  ObjectKey policy;
  std::string field_path;    // "spec.targetRefs[0]"
  std::string section_name;  // "" aims at the whole backend
  Fate fate = Fate::kElsewhere;
  std::optional<ObjectKey> winner;  // for kLost and kShadowed
  std::string rule;                 // by which it lost, as a phrase; "" otherwise
};

// What one (Gateway, backend port) was decided from.
struct Background {
  GatewayId gateway;  // empty: no route reaches the backend
  BackendPortId backend;
  std::vector<std::string> routes;     // "HTTPRoute ns/name", sorted
  std::vector<PolicyEffect> policies;  // in the order of precedence
};

// Of every port of `backend`, a Service or Backend that exists, in the order of results.
// O(routes to it + policies that aim at it) for each of its ports.
std::vector<Background> BackgroundsOf(
    const Cluster& cluster, const Object& backend,
    absl::FunctionRef<const Profile&(const GatewayId&)> profile_of);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_BACKGROUND_H_
