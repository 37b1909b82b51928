#include "gwpolicy/api/core/custom_resource_definition.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kScopes[] = {"Cluster", "Namespaced"};

}  // namespace

template <>
const TypeInfo& TypeOf<CustomResourceNames>() {
  using T = CustomResourceNames;
  static const TypeInfo* const kType =
      TypeBuilder<T>("CustomResourceNames", Doc{"What a kind is called."})
          .Field<&T::plural>("plural", Required{}, Doc{"In the paths of the API: httproutes."})
          .Field<&T::singular>("singular", Doc{"On the command line: httproute."})
          .Field<&T::short_names>("shortNames", Doc{"Shorter words for it."})
          .Field<&T::kind>("kind", Required{}, Doc{"In manifests: HTTPRoute."})
          .Field<&T::list_kind>("listKind", Doc{"Of lists of it: HTTPRouteList."})
          .Field<&T::categories>("categories", Doc{"Words that stand for several kinds."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<CustomResourceVersion>() {
  using T = CustomResourceVersion;
  static const TypeInfo* const kType =
      TypeBuilder<T>("CustomResourceVersion", Doc{"A version of a kind."})
          .Field<&T::name>("name", Required{}, Doc{"As in apiVersion, without the group."})
          .Field<&T::served>("served", Required{}, Doc{"Whether the API server takes it."})
          .Field<&T::storage>("storage", Required{},
                              Doc{"Whether objects are stored as this version."})
          .Field<&T::deprecated>("deprecated", Doc{"Whether clients are warned."})
          .Field<&T::deprecation_warning>("deprecationWarning", Doc{"What they are told then."})
          .Field<&T::schema>("schema", Doc{"The fields; openAPIV3Schema has them."})
          .Field<&T::subresources>("subresources", Doc{"Parts with paths of their own: status."})
          .Field<&T::additional_printer_columns>("additionalPrinterColumns",
                                                 Doc{"What a list of objects shows."})
          .Field<&T::selectable_fields>("selectableFields", Doc{"Fields to choose objects by."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<CustomResourceDefinitionSpec>() {
  using T = CustomResourceDefinitionSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("CustomResourceDefinitionSpec", Doc{"A kind and its versions."})
          .Field<&T::group>("group", Required{}, Doc{"The API group."})
          .Field<&T::names>("names", Required{}, Doc{"What the kind is called."})
          .Field<&T::scope>("scope", Required{}, OneOf{kScopes},
                            Doc{"Whether its objects live in namespaces."})
          .Field<&T::versions>("versions", Required{}, Doc{"Its versions."})
          .Field<&T::conversion>("conversion", Doc{"How objects change from version to version."})
          .Field<&T::preserve_unknown_fields>("preserveUnknownFields",
                                              Doc{"Whether fields beyond the schema are kept."})
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<CustomResourceDefinition>() {
  using T = CustomResourceDefinition;
  static const TypeInfo* const kType =
      TypeBuilder<T>("CustomResourceDefinition",
                     Doc{"Makes a kind known to a cluster; which one decides what it takes."})
          .Field<&T::spec>("spec", Required{}, Doc{"The kind."})
          .Field<&T::status>("status", Doc{"What the server says about it."})
          .Build();
  return *kType;
}

}  // namespace gwpolicy
