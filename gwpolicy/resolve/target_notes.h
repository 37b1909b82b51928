#ifndef GWPOLICY_RESOLVE_TARGET_NOTES_H_
#define GWPOLICY_RESOLVE_TARGET_NOTES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "gwpolicy/api/object.h"
#include "gwpolicy/cluster/cluster.h"

namespace gwpolicy {

// Something about a targetRef of a BackendTLSPolicy that no backend port shows.
struct TargetNote {
  enum class Why {
    kUnsupportedKind,  // no object of this kind is a backend
    kUdpPort,          // aims at a UDP port, by its name or as the only kind of port there is
    kSomeUdpPorts,     // a Service that has both: its TCP ports alone are covered
  };
  Why why = Why::kUnsupportedKind;
  size_t index = 0;  // of targetRefs
  ObjectKey target;
  Text section_name;

  std::string TargetLabel() const;  // "Service ns/name"
};

// Why nothing is attached to a target of a kind that cannot be a backend here, as a clause:
// "is not a Service or Backend, so nothing is attached".
std::string UnsupportedTargetText(const ObjectKey& target);

// In the order of targetRefs; none of other kinds of policy. `targets` are the backends that the
// policy aims at and that exist. O(targetRefs * ports).
std::vector<TargetNote> TargetNotesOf(const Cluster& cluster, const Object& policy,
                                      const ObjectIds& targets);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_TARGET_NOTES_H_
