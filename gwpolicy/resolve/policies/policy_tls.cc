#include "gwpolicy/resolve/policies/policy_tls.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace {

constexpr char kCaKey[] = "ca.crt";

// The field of a ConfigMap or Secret that the bundle stands in.
std::string CaField(const Object& holder) {
  const Secret* secret = holder.As<Secret>();
  const bool plain = secret != nullptr && secret->string_data.count(kCaKey) != 0;
  return plain ? absl::StrCat("stringData.", kCaKey) : absl::StrCat("data.", kCaKey);
}

}  // namespace

CaText FindCa(const Cluster& cluster, const ObjectKey& key) {
  CaText result;
  const Object* object = cluster.Find(key);
  if (object == nullptr) return result;
  if (const ConfigMap* map = object->As<ConfigMap>()) {
    auto at = map->data.find(kCaKey);
    if (at != map->data.end()) result.pem = &at->second;
  } else if (const Secret* secret = object->As<Secret>()) {
    // A CA certificate is public, wherever it is kept.
    const PrivateBytes* bytes = secret->Find(kCaKey);
    if (bytes != nullptr) result.pem = &bytes->Reveal();
  }
  if (result.pem == nullptr || result.pem->empty()) {
    result.pem = nullptr;
    result.code = Code::kTrustKeyMissing;
  }
  return result;
}

std::shared_ptr<const tls::TrustBundle> ReadBundle(const PolicyInput& input,
                                                   const ObjectKey& holder, absl::string_view pem,
                                                   PolicyTls& out) {
  auto bundle = tls::TrustBundle::Parse(pem, input.profile.pem_reader);
  const Object* object = input.cluster.Find(holder);
  FindingSink sink;
  sink.SetObject(object->ref(), object->source());
  const std::string field = CaField(*object);
  for (const tls::TrustNote& note : bundle->notes()) sink.AddAt(field, note.code, note.message);
  for (const tls::TrustNote& note : bundle->NotesAt(input.now, input.expires_soon)) {
    sink.AddAt(field, note.code, note.message);
  }
  for (Finding& finding : sink.Take()) out.findings.push_back(std::move(finding));
  return bundle;
}

std::optional<PolicyError> UnreadableField(const TypeInfo& type, const void* spec) {
  const std::string field = FirstBrokenField(type, spec);
  if (field.empty()) return std::nullopt;
  PolicyError error;
  error.error_class = PolicyError::Class::kOther;
  error.code = Code::kSchemaWrongType;
  error.field_path = field == "." ? "spec" : absl::StrCat("spec.", field);
  error.message = absl::StrCat(error.field_path, " is of a wrong type");
  return error;
}

void AddPolicyFinding(PolicyTls& out, const Object& policy, Code code, std::string field_path,
                      std::string message) {
  FindingSink sink;
  sink.SetObject(policy.ref(), policy.source());
  sink.AddAt(std::move(field_path), code, std::move(message));
  for (Finding& finding : sink.Take()) out.findings.push_back(std::move(finding));
}

}  // namespace gwpolicy
