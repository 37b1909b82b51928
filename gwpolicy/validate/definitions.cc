#include "gwpolicy/validate/definitions.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {
namespace {

const Value* Member(const Value* object, absl::string_view name) {
  return object == nullptr ? nullptr : object->Find(name);
}

bool IsTrue(const Value* value) {
  const bool* truth = value == nullptr ? nullptr : value->AsBool();
  return truth != nullptr && *truth;
}

FieldGaps GapsOf(const TypeInfo& type, const Value& schema);

// What is missing below a field, or below the items of one.
FieldGaps GapsBelow(const ValueInfo& info, const Value* schema) {
  if (schema == nullptr) return FieldGaps();
  switch (info.shape) {
    case Shape::kStruct:
      return GapsOf(info.struct_type(), *schema);
    case Shape::kList:
      return GapsBelow(*info.element, schema->Find("items"));
    case Shape::kMap:
    case Shape::kString:
    case Shape::kPrivateString:
    case Shape::kBase64:
    case Shape::kBool:
    case Shape::kInt32:
    case Shape::kInt64:
    case Shape::kIntOrString:
    case Shape::kTime:
    case Shape::kAny:
      break;  // nothing that has a name in the schema
  }
  return FieldGaps();
}

FieldGaps GapsOf(const TypeInfo& type, const Value& schema) {
  FieldGaps gaps;
  if (IsTrue(schema.Find("x-kubernetes-preserve-unknown-fields"))) return gaps;
  const Value* properties = schema.Find("properties");
  for (const FieldInfo& field : type.fields()) {
    const Value* property = Member(properties, field.name);
    if (property == nullptr) {
      gaps.missing.push_back(&field);
      continue;
    }
    FieldGaps below = GapsBelow(*field.value, property);
    if (!below.empty()) gaps.below.emplace_back(&field, std::move(below));
  }
  return gaps;
}

absl::string_view Annotation(const ObjectMeta& meta, absl::string_view name) {
  const auto at = meta.annotations.find(name);
  return at == meta.annotations.end() ? absl::string_view() : at->second.view();
}

Definition Read(const CustomResourceDefinition& object) {
  Definition out;
  out.name = object.metadata.name;
  out.bundle_version = std::string(Annotation(object.metadata, kBundleVersionAnnotation));
  const absl::string_view channel = Annotation(object.metadata, kChannelAnnotation);
  if (channel == "standard") out.channel = Channel::kStandard;
  if (channel == "experimental") out.channel = Channel::kExperimental;
  for (const CustomResourceVersion& version : object.spec.versions) {
    Definition::Version& own = out.versions.emplace_back();
    own.name = version.name;
    own.served = version.served;
    own.deprecated = version.deprecated;
    own.deprecation_warning = version.deprecation_warning;
    const KindVersion known =
        FindKindVersion(absl::StrCat(object.spec.group, "/", version.name), object.spec.names.kind);
    const Value* schema = version.schema.Find("openAPIV3Schema");
    if (known.version == nullptr || schema == nullptr || object.spec.preserve_unknown_fields) {
      continue;
    }
    own.gaps = GapsOf(TypeOfVersion(*known.kind, known.version), *schema);
  }
  return out;
}

std::string KeyOf(absl::string_view group, absl::string_view kind) {
  return absl::StrCat(group, "/", kind);
}

}  // namespace

const Definition::Version* Definition::Find(absl::string_view version) const {
  for (const Version& own : versions) {
    if (own.name == version) return &own;
  }
  return nullptr;
}

std::string Definition::Describe() const {
  std::vector<std::string> parts;
  if (!bundle_version.empty()) parts.push_back(absl::StrCat("bundle version ", bundle_version));
  if (channel.has_value()) {
    parts.emplace_back(*channel == Channel::kStandard ? "standard channel"
                                                      : "experimental channel");
  }
  return parts.empty() ? name : absl::StrJoin(parts, ", ");
}

Definitions::Definitions(absl::Span<const Object> objects) {
  for (const Object& object : objects) {
    const auto* definition = object.As<CustomResourceDefinition>();
    if (definition == nullptr) continue;
    by_kind_[KeyOf(definition->spec.group, definition->spec.names.kind)] = Read(*definition);
  }
}

const Definition* Definitions::Find(absl::string_view group, absl::string_view kind) const {
  if (by_kind_.empty()) return nullptr;
  const auto at = by_kind_.find(KeyOf(group, kind));
  return at == by_kind_.end() ? nullptr : &at->second;
}

}  // namespace gwpolicy
