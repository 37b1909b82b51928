#include "gwpolicy/resolve/policies/policy_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/base/finding_sink.h"

namespace gwpolicy {
namespace {

constexpr char kCaKey[] = "ca.crt";

// The field of a ConfigMap or Secret that the bundle stands in.
std::string CaField(const Object& holder) {
  const Secret* secret = holder.As<Secret>();
  const bool plain = secret != nullptr && secret->string_data.count(kCaKey) != 0;
  return absl::StrCat(plain ? "stringData." : "data.", kCaKey);
}

void Take(FindingSink& sink, PolicyTls& out) {
  for (Finding& finding : sink.Take()) out.findings.push_back(std::move(finding));
}

}  // namespace

PolicyReader::PolicyReader(const Object& object, const PolicyInput& input)
    : object_(object), input_(input), tls_(std::make_shared<tls::ClientTls>()) {
  out_.kind = object.kind();
  out_.source = {std::string(object.kind_name()), object.meta().ns, object.meta().name, ""};
}

void PolicyReader::Set(std::string field, std::string value, std::string path) {
  FieldSource from = out_.source;
  from.field_path = std::move(path);
  rows_.push_back({std::move(field), std::move(value), std::move(from), {}});
}

void PolicyReader::Fail(PolicyError::Class error_class, Code code, std::string path,
                        std::string message) {
  Report(code, path, message);
  out_.errors.push_back({error_class, code, std::move(message), std::move(path)});
}

void PolicyReader::Report(Code code, std::string path, std::string message) {
  AddFinding(code, InfoOf(code).level, std::move(path), std::move(message));
}

void PolicyReader::Warn(Code code, std::string path, std::string message) {
  AddFinding(code, Level::kWarning, std::move(path), std::move(message));
}

void PolicyReader::AddFinding(Code code, Level level, std::string path, std::string message) {
  FindingSink sink;
  sink.SetObject(object_.ref(), object_.source());
  sink.AddAt(std::move(path), code, level, std::move(message));
  Take(sink, out_);
}

PolicyReader::CaText PolicyReader::FindCa(const ObjectKey& holder) const {
  CaText result;
  const Object* object = input_.cluster.Find(holder);
  if (object == nullptr) return result;
  if (const ConfigMap* map = object->As<ConfigMap>()) {
    auto at = map->data.find(kCaKey);
    if (at != map->data.end()) result.pem = at->second;
  } else if (const Secret* secret = object->As<Secret>()) {
    // A CA certificate is public, wherever it is kept.
    const PrivateBytes* bytes = secret->Find(kCaKey);
    if (bytes != nullptr) result.pem = bytes->Reveal();
  }
  if (result.pem.empty()) result.code = Code::kTrustKeyMissing;
  return result;
}

std::shared_ptr<const tls::TrustBundle> PolicyReader::ReadBundle(const ObjectKey& holder,
                                                                 absl::string_view pem) {
  auto bundle = tls::TrustBundle::Parse(pem, input_.profile.pem_reader);
  const Object* object = input_.cluster.Find(holder);
  FindingSink sink;
  sink.SetObject(object->ref(), object->source());
  const std::string field = CaField(*object);
  for (const tls::TrustNote& note : bundle->notes()) sink.AddAt(field, note.code, note.message);
  for (const tls::TrustNote& note : bundle->NotesAt(input_.now, input_.expires_soon)) {
    sink.AddAt(field, note.code, note.message);
  }
  Take(sink, out_);
  return bundle;
}

PolicyTls PolicyReader::Finish(const TypeInfo& type, const void* spec) {
  const std::string field = FirstBrokenField(type, spec);
  if (!field.empty()) {
    const std::string path = field == "." ? "spec" : absl::StrCat("spec.", field);
    out_.errors.push_back({PolicyError::Class::kOther, Code::kSchemaWrongType,
                           absl::StrCat(path, " is of a wrong type"), path});
  }
  if (out_.says_tls && !out_.failed()) out_.tls = tls_;
  out_.provenance = std::move(rows_);
  return std::move(out_);
}

}  // namespace gwpolicy
