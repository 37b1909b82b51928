#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/validate/cases.h"
#include "tests/validate/shared_cases.h"

namespace gwpolicy::testing {
namespace {

constexpr char kSubdomain[] =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

std::vector<ValidateCase> MetadataCases() {
  return {
      {"DottedName", "metadata: {name: a.b}\n", {}},
      {"UpperCaseName",
       "metadata: {name: A}\n",
       {{Code::kSchemaFormat, "metadata.name",
         absl::StrCat("Invalid value: \"A\": ", kSubdomain)}}},
      {"LongName",
       "metadata: {name: " + std::string(254, 'a') + "}\n",
       {{Code::kSchemaTooLong, "metadata.name",
         absl::StrCat("Invalid value: \"", std::string(254, 'a'),
                      "\": must be no more than 253 characters")}}},
      {"DottedNamespace",
       "metadata: {name: a, namespace: a.b}\n",
       {{Code::kSchemaFormat, "metadata.namespace",
         "Invalid value: \"a.b\": must not contain dots"}}},
      {"LabelKeyWithTwoSlashes",
       "metadata: {name: a, labels: {a/b/c: d}}\n",
       {{Code::kSchemaFormat, "metadata.labels",
         "Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, "
         "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
         "'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
         "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and "
         "'/' (e.g. 'example.com/MyName')"}}},
      {"UpperCaseLabelPrefix",
       "metadata: {name: a, labels: {A.b/c: d}}\n",
       {{Code::kSchemaFormat, "metadata.labels",
         absl::StrCat("Invalid value: \"A.b/c\": prefix part ", kSubdomain)}}},
      {"UpperCaseAnnotationPrefix", "metadata: {name: a, annotations: {A.b/c: d}}\n", {}},
      {"LabelValueWithBlank",
       "metadata: {name: a, labels: {a: b c}}\n",
       {{Code::kSchemaFormat, "metadata.labels",
         "Invalid value: \"b c\": a valid label must be an empty string or consist of "
         "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
         "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
         "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"}}},
      {"EmptyLabelValue", "metadata: {name: a, labels: {a: ''}}\n", {}},
      {"LabelValueOf64Bytes",
       "metadata: {name: a, labels: {a: " + std::string(64, 'x') + "}}\n",
       {{Code::kSchemaTooLong, "metadata.labels",
         absl::StrCat("Invalid value: \"", std::string(64, 'x'),
                      "\": must be no more than 63 bytes")}}},
      {"AnnotationsTooLarge",
       "metadata: {name: a, annotations: {a: " + std::string(262144, 'x') + "}}\n",
       {{Code::kSchemaTooLong, "metadata.annotations",
         "Too long: may not be more than 262144 bytes"}}}};
}

std::vector<ValidateCase> ServiceCases() {
  return Placed(
      {"spec: {ports: [", "]}\n", "spec.ports"}, "",
      {
          {"OnePortWithoutName", "{port: 80}", {}},
          {"TwoPorts", "{name: a, port: 80}, {name: b, port: 81}", {}},
          {"TwoPortsWithoutName", "{name: a, port: 80}, {port: 81}", {Required("[1].name")}},
          {"TwoPortsOfOneName",
           "{name: a, port: 80}, {name: a, port: 81}",
           {{Code::kSchemaDuplicate, "[1].name", "Duplicate value: \"a\""}}},
      });
}

}  // namespace

std::vector<CaseTable> CoreTables() {
  return {
      {"Metadata", "apiVersion: v1\nkind: ConfigMap\n", MetadataCases()},
      {"Service", HeadOf("v1", "Service"), ServiceCases()},
  };
}

}  // namespace gwpolicy::testing
