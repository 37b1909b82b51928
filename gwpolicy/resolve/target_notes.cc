#include "gwpolicy/resolve/target_notes.h"

#include <optional>
#include <utility>

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

// The Service of that name among `targets`, if any; they are of one namespace.
const Service* FindService(const Cluster& cluster, const ObjectIds& targets, const Text& ns,
                           const Text& name) {
  constexpr size_t kFew = 16;  // as many as the API allows
  if (targets.size() > kFew) return cluster.FindAs<Service>(MakeKey("", "Service", ns, name));
  for (ObjectId target : targets) {
    if (cluster.KeyOf(target).name != name) continue;
    const auto* service = cluster.Find(target)->As<Service>();
    if (service != nullptr) return service;
  }
  return nullptr;
}

// Kinds that somebody attaches policies to, or might be thought to.
struct ForeignTarget {
  absl::string_view group;
  absl::string_view kind;
  absl::string_view text;
};
constexpr ForeignTarget kForeignTargets[] = {
    // GEP-4894.
    {"gateway.networking.x-k8s.io", "XBackend",
     "has TLS settings of its own in spec.tls, and GEP-4894 lets no policy be attached to it"},
    // kgateway: optional integration, by the aliases of a backend.
    {"networking.istio.io", "Hostname",
     "is Istio's name for a host, which kgateway reads where its Istio integration is on; what "
     "stands behind it is not known here, so what the policy does there is not judged"},
    {"networking.istio.io", "ServiceEntry",
     "is Istio's, which Istio reads, and kgateway where its Istio integration is on; what stands "
     "behind it is not known here, so what the policy does there is not judged"},
    // Envoy Gateway, internal/gatewayapi/backendtlspolicy.go.
    {"multicluster.x-k8s.io", "ServiceImport",
     "stands for a Service of other clusters, which Envoy Gateway reads; what stands behind it is "
     "not known here, so what the policy does there is not judged"},
};

}  // namespace

std::string UnsupportedTargetText(const ObjectKey& target) {
  for (const ForeignTarget& foreign : kForeignTargets) {
    if (foreign.group == target.group && foreign.kind == target.kind) {
      return std::string(foreign.text);
    }
  }
  return "is not a Service or Backend, so nothing is attached";
}

std::string TargetNote::TargetLabel() const {
  return absl::StrCat(target.kind, " ", target.ns, "/", target.name);
}

std::vector<TargetNote> TargetNotesOf(const Cluster& cluster, const Object& policy,
                                      const ObjectIds& targets) {
  std::vector<TargetNote> notes;
  const auto* tls_policy = policy.As<BackendTLSPolicy>();
  if (tls_policy == nullptr) return notes;
  const auto& refs = tls_policy->spec.target_refs;
  for (size_t i = 0; i < refs.size(); ++i) {
    if (IsLost(refs[i], policy.meta())) continue;
    std::optional<TargetNote::Why> why;
    if (refs[i].kind == "Service" && GroupOf(refs[i].group) == kCoreGroup) {
      const Service* service = FindService(cluster, targets, policy.meta().ns, refs[i].name);
      if (service != nullptr) why = UdpNote(*service, refs[i].section_name);
      if (!why.has_value()) continue;
    }
    TargetNote note;
    note.index = i;
    note.target = MakeKey(refs[i].group, refs[i].kind, policy.meta().ns, refs[i].name);
    note.section_name = refs[i].section_name;
    if (why.has_value()) {
      note.why = *why;
    } else if (CanBeTarget(note.target)) {
      continue;
    }
    notes.push_back(std::move(note));
  }
  return notes;
}

}  // namespace gwpolicy
