#ifndef GWPOLICY_RESOLVE_ENGINE_H_
#define GWPOLICY_RESOLVE_ENGINE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/api/gateway/policy_status.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/shared.h"
#include "gwpolicy/resolve/values.h"

namespace gwpolicy {

struct EngineOptions {
  // The profile of Gateways whose class names no controller that a profile claims. Also of backends
  // that no Gateway reaches, unless there are GatewayClasses of other profiles alone: then the
  // first of those by name, since no controller of this one is there to speak.
  std::string default_profile = "kgateway";
  // When set, the profile of every Gateway, whatever its class says: "what if".
  std::string profile_override;
  // The time that certificates are judged by and that new conditions carry. Required: the engine
  // reads no clock.
  absl::Time now = absl::InfinitePast();
  // Certificates of trust bundles that expire within this time get a warning.
  absl::Duration expires_soon = absl::Hours(30 * 24);
};

// A policy and the status that its controller would write.
struct PolicyResult {
  Object policy;
  // Whole: entries of other controllers are kept. Policies of which the same is to be said share
  // it.
  Shared<PolicyStatus> status;
};

// What one Resolve() changed. Lists are sorted; applying them over the old results gives the new.
struct Changes {
  std::vector<std::shared_ptr<const BackendTls>> backends;    // new or different
  std::vector<std::pair<GatewayId, BackendPortId>> removed;   // gone
  std::vector<std::shared_ptr<const PolicyResult>> statuses;  // new or different
  std::vector<ObjectKey> removed_statuses;                    // policies that are gone
  std::vector<GatewayId> gateways;  // whose routing may differ; see Engine::Route
  size_t backends_touched = 0;      // how many backends were looked at

  bool empty() const {
    return backends.empty() && removed.empty() && statuses.empty() && removed_statuses.empty() &&
           gateways.empty();
  }
};

// Resolves which TLS a Gateway speaks to each backend, and keeps the answer while objects come and
// go. The answer depends on the objects that exist, never on the order in which they came.
//
//   absl::StatusOr<gwpolicy::Engine> engine = gwpolicy::Engine::Create({.now = absl::Now()});
//   engine->Apply(object);                            // in any order; cheap
//   gwpolicy::Changes changes = engine->Resolve();    // only what is touched
//
// Cost: Apply and Delete are O(references of the object); Resolve is O(backends touched).
// Thread-compatible: one writer at a time. Results are immutable and may be read from anywhere for
// as long as they are held.
class Engine {
 public:
  // INVALID_ARGUMENT when a profile does not exist or `now` is not set.
  static absl::StatusOr<Engine> Create(EngineOptions options);

  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  // Adds the object, or replaces the one of its key. INVALID_ARGUMENT without a name,
  // RESOURCE_EXHAUSTED beyond 134 million objects and names of objects.
  absl::Status Apply(Object object);
  // NOT_FOUND when there is no such object.
  absl::Status Delete(const ObjectKey& key);
  // Moves the clock; touches every backend whose trust bundles are judged differently.
  void SetTime(absl::Time now);

  // Brings all results up to date and says what changed.
  Changes Resolve();

  // Results as of the last Resolve(), sorted. Find is null when the Gateway does not reach it.
  std::shared_ptr<const BackendTls> Find(const GatewayId& gateway,
                                         const BackendPortId& backend) const;
  std::vector<std::shared_ptr<const BackendTls>> Backends() const;
  // Of every backend that a policy aims at. Empty when there is no such policy.
  std::vector<std::shared_ptr<const BackendTls>> TargetsOf(const ObjectKey& policy) const;
  // Where the Gateway sends requests; null when there is none of that name. Made when asked for:
  // O(routes of the Gateway).
  std::shared_ptr<const RoutedGateway> Route(const GatewayId& gateway) const;
  // All of them, by namespace and name.
  std::vector<std::shared_ptr<const RoutedGateway>> Gateways() const;
  std::vector<std::shared_ptr<const PolicyResult>> Policies() const;
  // What is wrong with the objects beyond what each one alone shows, with file and line where the
  // object has them.
  std::vector<Finding> Findings() const;

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_ENGINE_H_
