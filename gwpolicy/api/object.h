#ifndef GWPOLICY_API_OBJECT_H_
#define GWPOLICY_API_OBJECT_H_

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/source_position.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

struct VersionInfo {
  absl::string_view name;  // "v1beta1"
  bool served = true;      // by the newest release, standard channel or kgateway
  bool served_in_experimental = true;
  absl::string_view deprecated;  // what to use instead; "" when not deprecated
  // Where it has other fields or limits than the preferred one.
  const TypeInfo& (*type)() = nullptr;
  // The names of group and kind in that version; "" where they are today's.
  absl::string_view former_group = {};
  absl::string_view former_kind = {};
  // For a version that is read as another than it is: how, beside its label.
  absl::string_view conversion = {};
  // What cannot be kept when it is read so. Null where there is no such thing.
  void (*tell_lost)(const KubernetesObject& object, FindingSink& sink) = nullptr;
};

// One row of the registry of kinds (kinds.cc).
struct KindInfo {
  Kind kind = Kind::kUntyped;
  absl::string_view group;
  absl::string_view name;    // "HTTPRoute"
  absl::string_view plural;  // "httproutes"
  bool namespaced = true;
  absl::Span<const VersionInfo> versions;  // preferred first
  const TypeInfo& (*type)() = nullptr;
  std::shared_ptr<KubernetesObject> (*make)() = nullptr;
};

// Null where the kind has no such version. `api_version` is the whole of it, with the group.
const VersionInfo* FindVersion(const KindInfo& kind, absl::string_view api_version);
// "gateway.networking.k8s.io/v1".
std::string ApiVersionOf(const KindInfo& kind, const VersionInfo& version);

struct KindVersion {
  const KindInfo* kind = nullptr;        // null where the kind is not modelled
  const VersionInfo* version = nullptr;  // null where the kind has no such version
};
// By apiVersion and kind as they are in a manifest, former names included.
KindVersion FindKindVersion(absl::string_view api_version, absl::string_view kind);
// The table of a version; that of the kind where `version` is null.
inline const TypeInfo& TypeOfVersion(const KindInfo& kind, const VersionInfo* version) {
  return version != nullptr && version->type != nullptr ? version->type() : kind.type();
}

// Kinds of Kubernetes itself are checked by its code, others by their definitions; some words
// differ.
bool IsBuiltIn(const KindInfo& info);

// All modelled kinds in the order of `Kind`.
absl::Span<const KindInfo> AllKinds();
// Never kUntyped.
const KindInfo& InfoOf(Kind kind);
// Null for kinds that are not modelled.
const KindInfo* FindKind(absl::string_view group, absl::string_view kind);
// Kinds that stand beside the modelled ones and that those refer to. They are known by name alone
// and kept untyped: `kind` is kUntyped, `type` and `make` are null. Null for any other.
const KindInfo* FindUntypedKind(absl::string_view group, absl::string_view kind);

// Splits "group/version" ("v1" has the group "").
std::pair<absl::string_view, absl::string_view> SplitApiVersion(absl::string_view api_version);

// Identity of an object within a cluster; versions of one kind are the same object.
// Orders by group, kind, namespace, name.
struct ObjectKey {
  Text group;
  Text kind;
  Text ns;  // "" for cluster-scoped kinds
  Text name;

  friend bool operator==(const ObjectKey& a, const ObjectKey& b) {
    return std::tie(a.group, a.kind, a.ns, a.name) == std::tie(b.group, b.kind, b.ns, b.name);
  }
  friend bool operator!=(const ObjectKey& a, const ObjectKey& b) { return !(a == b); }
  friend bool operator<(const ObjectKey& a, const ObjectKey& b) {
    return std::tie(a.group, a.kind, a.ns, a.name) < std::tie(b.group, b.kind, b.ns, b.name);
  }
  template <typename H>
  friend H AbslHashValue(H h, const ObjectKey& k) {
    return H::combine(std::move(h), k.group, k.kind, k.ns, k.name);
  }
  // "HTTPRoute default/web"
  std::string ToString() const { return std::string(ToText()); }
  Text ToText() const;
};

// An ObjectKey where its texts stand. Borrowed.
struct KeyView {
  const Text& group;
  const Text& kind;
  const Text& ns;
  const Text& name;

  KeyView(const Text& of_group, const Text& of_kind, const Text& of_ns, const Text& of_name)
      : group(of_group), kind(of_kind), ns(of_ns), name(of_name) {}
  KeyView(
      const ObjectKey& key ABSL_ATTRIBUTE_LIFETIME_BOUND)  // NOLINT(google-explicit-constructor)
      : KeyView(key.group, key.kind, key.ns, key.name) {}
  operator ObjectKey() const { return {group, kind, ns, name}; }  // NOLINT

  friend bool operator==(const KeyView& a, const KeyView& b) {
    return a.name == b.name && a.ns == b.ns && a.kind == b.kind && a.group == b.group;
  }
  std::string ToString() const { return std::string(ToText()); }
  Text ToText() const;
};

// An object of a kind that gwpolicy does not model, kept whole: `body` has every top-level member
// but apiVersion, kind and metadata.
struct UntypedObject : KubernetesObject {
  Text kind;
  Value body;
};

namespace object_internal {

// What the keys of a kind have in common, as texts that all of them share.
struct KindTexts {
  Text group;
  Text name;
  bool namespaced = true;
  Text no_namespace;
};
const KindTexts* MakeKindTexts();
// Of a modelled kind.
inline const KindTexts& TextsOf(Kind kind) {
  static const KindTexts* const kTexts = MakeKindTexts();
  return kTexts[static_cast<size_t>(kind)];
}

}  // namespace object_internal

// A shared, immutable Kubernetes object of any kind, with the place that it was read from.
// Copying is cheap; reading is thread-safe.
class Object {
 public:
  Object() = default;

  // T is one of the structs of api/core, api/gateway, api/kgateway, or UntypedObject. Sets
  // `api_version` to the kind's preferred one where it is empty.
  template <typename T>
  static Object Make(T value, std::shared_ptr<const SourceMap> source = nullptr) {
    if constexpr (std::is_same_v<T, UntypedObject>) {
      return Object(Kind::kUntyped, std::make_shared<T>(std::move(value)), std::move(source));
    } else {
      return Object(T::kKind, std::make_shared<T>(std::move(value)), std::move(source));
    }
  }
  // `value` is of the struct of `kind`, and the caller keeps no other pointer to it.
  Object(Kind kind, std::shared_ptr<KubernetesObject> value,
         std::shared_ptr<const SourceMap> source);

  bool empty() const { return value_ == nullptr; }
  Kind kind() const { return empty() ? Kind::kUntyped : value_->kind_; }
  absl::string_view kind_name() const;
  // The same as in its manifest: a former name where `api_version` is of that time.
  absl::string_view written_kind() const;
  absl::string_view group() const;
  const Text& api_version() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return value_->api_version; }
  const ObjectMeta& meta() const ABSL_ATTRIBUTE_LIFETIME_BOUND { return value_->metadata; }
  const SourceMap* source() const { return empty() ? nullptr : value_->source_.get(); }
  std::shared_ptr<const SourceMap> shared_source() const {
    return empty() ? nullptr : value_->source_;
  }
  ObjectKey key() const;
  // The same without a copy. Of an object of a modelled kind.
  KeyView key_view() const ABSL_ATTRIBUTE_LIFETIME_BOUND {
    const auto& texts = object_internal::TextsOf(kind());
    return {texts.group, texts.name, texts.namespaced ? meta().ns : texts.no_namespace,
            meta().name};
  }
  ObjectRef ref() const;

  // Null when the object is of another kind.
  template <typename T>
  const T* As() const {
    if constexpr (std::is_same_v<T, UntypedObject>) {
      return kind() == Kind::kUntyped ? static_cast<const T*>(value_.get()) : nullptr;
    } else {
      return kind() == T::kKind ? static_cast<const T*>(value_.get()) : nullptr;
    }
  }
  template <typename T>
  std::shared_ptr<const T> Share() const {
    return As<T>() == nullptr ? nullptr : std::static_pointer_cast<const T>(value_);
  }
  const void* raw() const { return static_cast<const ApiStruct*>(value_.get()); }

  // Same kind, same fields; where they were read does not count.
  friend bool operator==(const Object& a, const Object& b);
  friend bool operator!=(const Object& a, const Object& b) { return !(a == b); }

 private:
  std::shared_ptr<const KubernetesObject> value_;
};

// The whole object as JSON: apiVersion, kind, metadata, then the fields of its table.
Value Encode(const Object& object, Secrets secrets);

}  // namespace gwpolicy

#endif  // GWPOLICY_API_OBJECT_H_
