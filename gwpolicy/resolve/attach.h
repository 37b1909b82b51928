#ifndef GWPOLICY_RESOLVE_ATTACH_H_
#define GWPOLICY_RESOLVE_ATTACH_H_

#include <cstddef>

#include "absl/container/inlined_vector.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/profile.h"

namespace gwpolicy {

// One way in which a policy aims at a backend.
struct Attachment {
  ObjectId policy = 0;
  const Object* object = nullptr;  // of the policy; valid until the cluster changes
  size_t target_index = 0;         // of targetRefs, or of targetSelectors when `by_selector`
  bool by_selector = false;
  Text section_name;  // as the policy gives it; "" aims at the whole backend
};

using Attachments = absl::InlinedVector<Attachment, 4>;

// Every policy of either kind that aims at `backend`, which exists, older first, then by
// namespace/name: GEP-713, conflict resolution. Says nothing about which one counts. An XBackend
// has its own spec.tls instead, and policies cannot be attached to it: GEP-4894.
Attachments AttachmentsOf(const Cluster& cluster, ObjectId backend);

// Whether an attachment reaches one port under a profile. A port without a name is reached by
// policies for the whole backend alone, unless the profile takes numbers.
bool ReachesPort(const Attachment& attachment, const Text& port_name, int port,
                 const Profile& profile);

// Older creationTimestamp first (absent counts as equal), then namespace/name.
bool HasPrecedence(const Object& a, const Object& b);
// Whether only the names tell the two apart.
bool SameAge(const Object& a, const Object& b);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_ATTACH_H_
