#include "gwpolicy/api/object.h"

#include <cstddef>

namespace gwpolicy {

std::pair<absl::string_view, absl::string_view> SplitApiVersion(absl::string_view api_version) {
  const size_t slash = api_version.find('/');
  if (slash == absl::string_view::npos) return {absl::string_view(), api_version};
  return {api_version.substr(0, slash), api_version.substr(slash + 1)};
}

namespace {

// The table of the version that the object was written in.
const TypeInfo& TableOf(const Object& object) {
  const KindInfo& info = InfoOf(object.kind());
  return TypeOfVersion(info, FindVersion(info, object.api_version()));
}

}  // namespace

const object_internal::KindTexts* object_internal::MakeKindTexts() {
  auto* const texts = new KindTexts[AllKinds().size() + 1];
  for (const KindInfo& info : AllKinds()) {
    texts[static_cast<size_t>(info.kind)] = {info.group, info.name, info.namespaced, Text()};
  }
  return texts;
}

Text ObjectKey::ToText() const { return KeyView(*this).ToText(); }

Text KeyView::ToText() const { return Text::Join({kind, " ", ns, ns.empty() ? "" : "/", name}); }

Object::Object(Kind kind, std::shared_ptr<KubernetesObject> value,
               std::shared_ptr<const SourceMap> source) {
  if (value == nullptr) return;
  value->kind_ = kind;
  value->source_ = std::move(source);
  if (kind != Kind::kUntyped && value->api_version.empty()) {
    const KindInfo& info = InfoOf(kind);
    value->api_version = ApiVersionOf(info, info.versions.front());
  }
  value_ = std::move(value);
}

absl::string_view Object::kind_name() const {
  if (empty()) return "";
  if (kind() == Kind::kUntyped) return As<UntypedObject>()->kind;
  return InfoOf(kind()).name;
}

absl::string_view Object::written_kind() const {
  if (empty() || kind() == Kind::kUntyped) return kind_name();
  const VersionInfo* version = FindVersion(InfoOf(kind()), api_version());
  return version == nullptr || version->former_kind.empty() ? kind_name() : version->former_kind;
}

absl::string_view Object::group() const {
  if (empty()) return "";
  if (kind() == Kind::kUntyped) return SplitApiVersion(api_version()).first;
  return InfoOf(kind()).group;
}

ObjectKey Object::key() const {
  if (empty()) return ObjectKey();
  if (kind() == Kind::kUntyped) return ObjectKey{group(), kind_name(), meta().ns, meta().name};
  return key_view();
}

ObjectRef Object::ref() const {
  if (empty()) return ObjectRef();
  ObjectKey own = key();
  return ObjectRef{api_version(), std::string(written_kind()), std::move(own.ns),
                   std::move(own.name)};
}

bool operator==(const Object& a, const Object& b) {
  if (a.value_ == b.value_) return true;
  if (a.empty() || b.empty() || a.kind() != b.kind() || a.api_version() != b.api_version() ||
      !Equal(TypeOf<ObjectMeta>(), &a.meta(), &b.meta())) {
    return false;
  }
  if (a.kind() == Kind::kUntyped) {
    const auto* left = a.As<UntypedObject>();
    const auto* right = b.As<UntypedObject>();
    return left->kind == right->kind && left->body == right->body;
  }
  return Equal(TableOf(a), a.raw(), b.raw());
}

Value Encode(const Object& object, Secrets secrets) {
  if (object.empty()) return Value();
  Value::Object members;
  members.emplace_back("apiVersion", object.api_version().view());
  members.emplace_back("kind", object.written_kind());
  members.emplace_back("metadata", Encode(TypeOf<ObjectMeta>(), &object.meta(), secrets));
  Value rest = object.kind() == Kind::kUntyped ? object.As<UntypedObject>()->body
                                               : Encode(TableOf(object), object.raw(), secrets);
  if (Value::Object* more = rest.AsObject()) {
    for (Value::Member& member : *more) members.push_back(std::move(member));
  }
  return members;
}

}  // namespace gwpolicy
