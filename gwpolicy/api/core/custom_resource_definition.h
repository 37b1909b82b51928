#ifndef GWPOLICY_API_CORE_CUSTOM_RESOURCE_DEFINITION_H_
#define GWPOLICY_API_CORE_CUSTOM_RESOURCE_DEFINITION_H_

#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// CustomResourceDefinition, apiextensions/v1/types.go. Schemas are kept as they are written.
struct CustomResourceNames : ApiStruct {
  Text plural;
  Text singular;
  List<Text> short_names;
  Text kind;
  Text list_kind;
  List<Text> categories;
};

struct CustomResourceVersion : ApiStruct {
  Text name;
  bool served = false;
  bool storage = false;
  bool deprecated = false;
  Text deprecation_warning;
  Value schema;  // openAPIV3Schema below it
  Value subresources;
  Value additional_printer_columns;
  Value selectable_fields;
};

struct CustomResourceDefinitionSpec : ApiStruct {
  Text group;
  CustomResourceNames names;
  Text scope;  // "Cluster" or "Namespaced"
  List<CustomResourceVersion> versions;
  Value conversion;
  bool preserve_unknown_fields = false;
};

struct CustomResourceDefinition : KubernetesObject {
  static constexpr Kind kKind = Kind::kCustomResourceDefinition;
  CustomResourceDefinitionSpec spec;
  Value status;
};

// How a release of the Gateway API marks its definitions.
inline constexpr char kBundleVersionAnnotation[] = "gateway.networking.k8s.io/bundle-version";
inline constexpr char kChannelAnnotation[] = "gateway.networking.k8s.io/channel";

template <>
const TypeInfo& TypeOf<CustomResourceNames>();
template <>
const TypeInfo& TypeOf<CustomResourceVersion>();
template <>
const TypeInfo& TypeOf<CustomResourceDefinitionSpec>();
template <>
const TypeInfo& TypeOf<CustomResourceDefinition>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_CORE_CUSTOM_RESOURCE_DEFINITION_H_
