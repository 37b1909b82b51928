#include "gwpolicy/resolve/target_notes.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/service.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/cluster/references.h"
#include "gwpolicy/resolve/backends.h"

namespace gwpolicy {
namespace {

// BackendTLSPolicy covers TCP alone: apis/v1/backendtlspolicy_types.go, targetRefs.
std::optional<TargetNote::Why> UdpNote(const Service& service, absl::string_view section_name) {
  bool aims_at_udp = false;
  bool aims_at_other = false;
  for (const ServicePort& port : service.spec.ports) {
    if (!section_name.empty() && port.name != section_name) continue;
    (port.protocol == "UDP" ? aims_at_udp : aims_at_other) = true;
  }
  if (!aims_at_udp) return std::nullopt;
  return aims_at_other ? TargetNote::Why::kSomeUdpPorts : TargetNote::Why::kUdpPort;
}

}  // namespace

std::string TargetNote::TargetLabel() const {
  return absl::StrCat(target.kind, " ", target.ns, "/", target.name);
}

std::vector<TargetNote> TargetNotesOf(const Cluster& cluster, const Object& policy) {
  std::vector<TargetNote> notes;
  const auto* tls_policy = policy.As<BackendTLSPolicy>();
  if (tls_policy == nullptr) return notes;
  const auto& refs = tls_policy->spec.target_refs;
  for (size_t i = 0; i < refs.size(); ++i) {
    if (IsLost(refs[i], policy.meta())) continue;
    TargetNote note;
    note.index = i;
    note.target = MakeKey(refs[i].group, refs[i].kind, policy.meta().ns, refs[i].name);
    note.section_name = refs[i].section_name;
    if (!CanBeBackend(note.target)) {
      notes.push_back(std::move(note));
      continue;
    }
    const Service* service = cluster.FindAs<Service>(note.target);
    if (service == nullptr) continue;
    const std::optional<TargetNote::Why> why = UdpNote(*service, refs[i].section_name);
    if (!why.has_value()) continue;
    note.why = *why;
    notes.push_back(std::move(note));
  }
  return notes;
}

}  // namespace gwpolicy
