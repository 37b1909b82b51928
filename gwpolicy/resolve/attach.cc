#include "gwpolicy/resolve/attach.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/x_backend.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"

namespace gwpolicy {
namespace {

template <typename Ref>
bool AimsAt(const Ref& ref, const KeyView& key) {
  return ref.name == key.name && ref.kind == key.kind && GroupOf(ref.group) == key.group;
}

void AddReferring(const Object& policy, ObjectId id, const KeyView& key, Attachments& out) {
  if (const auto* tls_policy = policy.As<BackendTLSPolicy>()) {
    const auto& refs = tls_policy->spec.target_refs;
    for (size_t i = 0; i < refs.size(); ++i) {
      if (!AimsAt(refs[i], key) || IsLost(refs[i], policy.meta())) continue;
      out.push_back({id, &policy, i, false, refs[i].section_name});
    }
  } else if (const auto* config_policy = policy.As<BackendConfigPolicy>()) {
    const auto& refs = config_policy->spec.target_refs;
    for (size_t i = 0; i < refs.size(); ++i) {
      if (!AimsAt(refs[i], key)) continue;
      out.push_back({id, &policy, i, false, Text()});
      return;  // attached twice is attached once
    }
  }
}

// `key` is that of the backend.
void AddSelecting(const Object& policy, ObjectId id, const KeyView& key, const Object& backend,
                  Attachments& out) {
  const auto& selectors = policy.As<BackendConfigPolicy>()->spec.target_selectors;
  // That one of them does is known already.
  for (size_t i = 0; i < selectors.size(); ++i) {
    if (i + 1 < selectors.size() &&
        !Selects(selectors[i], key.group, key.kind, backend.meta().labels)) {
      continue;
    }
    out.push_back({id, &policy, i, true, Text()});
    return;
  }
}

}  // namespace

Attachments AttachmentsOf(const Cluster& cluster, ObjectId backend) {
  Attachments out;
  const KeyView key = cluster.KeyOf(backend);
  const Object& object = *cluster.Find(backend);
  if (const auto* x_backend = object.As<XBackend>()) {
    const Box<XBackendTLS>& tls = x_backend->spec.tls;
    if (tls.has_value() && tls->mode != "None") out.push_back({backend, &object, 0, false, Text()});
    return out;
  }
  cluster.VisitReferrers(backend, Edge::kTarget, [&](ObjectId policy) {
    AddReferring(*cluster.Find(policy), policy, key, out);
  });
  const size_t referring = out.size();
  cluster.VisitSelectingPolicies(backend, [&](ObjectId policy) {
    const auto end = out.begin() + static_cast<ptrdiff_t>(referring);
    const bool attached = std::any_of(out.begin(), end, [policy](const Attachment& attachment) {
      return attachment.policy == policy;
    });
    if (!attached) AddSelecting(*cluster.Find(policy), policy, key, object, out);
  });
  if (out.size() < 2) return out;
  std::sort(out.begin(), out.end(), [](const Attachment& a, const Attachment& b) {
    if (a.policy == b.policy) return a.target_index < b.target_index;
    if (HasPrecedence(*a.object, *b.object)) return true;
    // Of two kinds there may be two of one name.
    return !HasPrecedence(*b.object, *a.object) && a.object->kind() < b.object->kind();
  });
  return out;
}

bool ReachesPort(const Attachment& attachment, const Text& port_name, int port,
                 const Profile& profile) {
  if (attachment.section_name.empty()) return true;
  if (!port_name.empty() && attachment.section_name == port_name) return true;
  switch (profile.section_name) {
    case Profile::SectionName::kPortName:
      return false;
    case Profile::SectionName::kPortNameOrNumber:
      return attachment.section_name == absl::StrCat(port);
  }
  return false;
}

bool SameAge(const Object& a, const Object& b) {
  return a.meta().creation_timestamp == b.meta().creation_timestamp;
}

bool HasPrecedence(const Object& a, const Object& b) {
  // An absent time is older than any: a file in Git says nothing, so only names can decide among
  // several of them.
  const absl::Time age_a = a.meta().creation_timestamp.value_or(absl::InfinitePast());
  const absl::Time age_b = b.meta().creation_timestamp.value_or(absl::InfinitePast());
  if (age_a != age_b) return age_a < age_b;
  if (a.meta().ns == b.meta().ns) return a.meta().name < b.meta().name;
  // As one string each: "-" and "." come before the slash.
  return absl::StrCat(a.meta().ns, "/", a.meta().name) <
         absl::StrCat(b.meta().ns, "/", b.meta().name);
}

}  // namespace gwpolicy
