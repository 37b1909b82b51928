#include "gwpolicy/resolve/attach.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"

namespace gwpolicy {
namespace {

template <typename Ref>
bool AimsAt(const Ref& ref, const std::string& policy_ns, const ObjectKey& key) {
  return MakeKey(ref.group, ref.kind, policy_ns, ref.name) == key;
}

void AddSelected(const Object& policy, ObjectId id, const Object& backend,
                 std::vector<Attachment>& out) {
  const BackendConfigPolicySpec& spec = policy.As<BackendConfigPolicy>()->spec;
  for (size_t i = 0; i < spec.target_selectors.size(); ++i) {
    const LocalPolicyTargetSelector& selector = spec.target_selectors[i];
    const auto& labels = backend.meta().labels;
    // kgateway evaluates selectors for labelled targets alone, and an empty one selects nothing.
    const bool selected = !selector.match_labels.empty() && selector.kind == backend.kind_name() &&
                          MakeKey(selector.group, selector.kind, "", "").group == backend.group() &&
                          std::all_of(selector.match_labels.begin(), selector.match_labels.end(),
                                      [&labels](const auto& pair) {
                                        auto at = labels.find(pair.first);
                                        return at != labels.end() && at->second == pair.second;
                                      });
    if (!selected) continue;
    Attachment attachment;
    attachment.policy = id;
    attachment.object = &policy;
    attachment.target_index = i;
    attachment.by_selector = true;
    out.push_back(attachment);
    return;  // attached twice is attached once
  }
}

}  // namespace

std::string Attachment::FieldPath() const {
  return absl::StrCat(by_selector ? "spec.targetSelectors[" : "spec.targetRefs[", target_index,
                      "]");
}

std::vector<Attachment> AttachmentsOf(const Cluster& cluster, const Object& backend) {
  const ObjectKey key = backend.key();
  std::vector<Attachment> out;
  for (ObjectId id : cluster.Referrers(key, Edge::kTarget)) {
    const Object* policy = cluster.Find(id);
    if (const auto* tls_policy = policy->As<BackendTLSPolicy>()) {
      const auto& refs = tls_policy->spec.target_refs;
      for (size_t i = 0; i < refs.size(); ++i) {
        if (!AimsAt(refs[i], key.ns, key)) continue;
        Attachment attachment;
        attachment.policy = id;
        attachment.object = policy;
        attachment.target_index = i;
        attachment.section_name = refs[i].section_name;
        out.push_back(std::move(attachment));
      }
    } else if (const auto* config_policy = policy->As<BackendConfigPolicy>()) {
      const auto& refs = config_policy->spec.target_refs;
      for (size_t i = 0; i < refs.size(); ++i) {
        if (!AimsAt(refs[i], key.ns, key)) continue;
        Attachment attachment;
        attachment.policy = id;
        attachment.object = policy;
        attachment.target_index = i;
        out.push_back(std::move(attachment));
        break;
      }
    }
  }
  for (ObjectId id : cluster.InNamespace(Kind::kBackendConfigPolicy, key.ns)) {
    const bool attached = std::any_of(out.begin(), out.end(), [id](const Attachment& attachment) {
      return attachment.policy == id;
    });
    if (!attached) AddSelected(*cluster.Find(id), id, backend, out);
  }
  std::stable_sort(out.begin(), out.end(), [](const Attachment& a, const Attachment& b) {
    return HasPrecedence(*a.object, *b.object);
  });
  return out;
}

bool ReachesPort(const Attachment& attachment, const std::string& port_name, int port,
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
  const std::string name_a = absl::StrCat(a.meta().ns, "/", a.meta().name);
  const std::string name_b = absl::StrCat(b.meta().ns, "/", b.meta().name);
  return name_a < name_b;
}

}  // namespace gwpolicy
