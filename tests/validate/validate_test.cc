#include "gwpolicy/validate/validate.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "tests/testing/matchers.h"
#include "tests/testing/objects.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::IsFinding;
using ::gwpolicy::testing::ParseObject;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ValidateTest, ClusterScopedKindsHaveNoNamespaceToCheck) {
  EXPECT_THAT(Validate(ParseObject("apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\n"
                                   "metadata: {name: c, namespace: Bad_NS}\n"
                                   "spec: {controllerName: example.com/c}\n")),
              IsEmpty());
}

TEST(ValidateTest, VersionsAreServedByChannel) {
  const Object policy = ParseObject(
      "apiVersion: gateway.networking.k8s.io/v1alpha3\nkind: BackendTLSPolicy\n"
      "metadata: {name: p}\n"
      "spec: {targetRefs: [{group: '', kind: Service, name: web}], "
      "validation: {hostname: a.com, wellKnownCACertificates: System}}\n");
  EXPECT_THAT(Validate(policy),
              ElementsAre(IsFinding(Code::kSchemaUnservedVersion, "apiVersion",
                                    "no matches for kind \"BackendTLSPolicy\" in version "
                                    "\"gateway.networking.k8s.io/v1alpha3\"")));
  EXPECT_THAT(Validate(policy, ValidateOptions{Channel::kExperimental}),
              ElementsAre(IsFinding(Code::kLintDeprecatedVersion, "apiVersion")));
}

TEST(ValidateTest, FindingsCarryObjectAndPosition) {
  const Object service = ParseObject(
      "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec:\n  ports:\n"
      "  - port: 0\n");
  const std::vector<Finding> findings = Validate(service);
  ASSERT_THAT(findings,
              ElementsAre(IsFinding(Code::kSchemaRange, "spec.ports[0].port",
                                    "Invalid value: 0: must be between 1 and 65535, inclusive")));
  EXPECT_EQ(findings[0].object, (ObjectRef{"v1", "Service", "shop", "web"}));
  EXPECT_EQ(findings[0].file, "test.yaml");
  EXPECT_EQ(findings[0].line, 6);
  EXPECT_EQ(findings[0].column, 11);
}

TEST(ValidateTest, WarningsStandAtTheirValues) {
  const Object policy = ParseObject(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\n"
      "metadata: {name: p}\nspec:\n  targetRefs:\n"
      "  - {group: '', kind: Service, name: web, sectionName: a.b}\n"
      "  validation:\n    wellKnownCACertificates: System\n    hostname: 10.0.0.1\n");
  const std::vector<Finding> findings = Validate(policy);
  EXPECT_THAT(findings, ::testing::UnorderedElementsAre(
                            ::gwpolicy::testing::IsFindingAt(Code::kLintSectionNoPortName, 6, 56),
                            ::gwpolicy::testing::IsFindingAt(Code::kLintAddressAsHostname, 9, 15)));
  for (const Finding& finding : findings) EXPECT_EQ(finding.level, Level::kWarning);
}

TEST(ValidateTest, WarningsNeitherSilenceRulesNorAreSilenced) {
  const Object policy = ParseObject(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\n"
      "metadata: {name: p}\n"
      "spec: {targetRefs: [{group: '', kind: Route, name: web}], "
      "validation: {hostname: 10.0.0.1}}\n");
  EXPECT_THAT(Validate(policy),
              ::testing::UnorderedElementsAre(
                  IsFinding(Code::kLintTargetKind, "spec.targetRefs[0].kind"),
                  IsFinding(Code::kLintAddressAsHostname, "spec.validation.hostname"),
                  IsFinding(Code::kSchemaRule, "spec.validation",
                            "Invalid value: must specify either CACertificateRefs or "
                            "WellKnownCACertificates")));
}

TEST(ValidateTest, ObjectsMadeByHandAreCheckedAsATypedClientWritesThem) {
  BackendTLSPolicy policy;
  policy.metadata.name = "p";
  LocalPolicyTargetReferenceWithSectionName target;
  target.kind = "Service";  // the group is empty on purpose: it is the core group
  target.name = "web";
  policy.spec.target_refs.push_back(target);
  policy.spec.validation.well_known_ca_certificates = "System";
  EXPECT_THAT(Validate(Object::Make(policy)),
              ElementsAre(IsFinding(Code::kSchemaTooShort, "spec.validation.hostname")));
  policy.spec.validation.hostname = "a.com";
  EXPECT_THAT(Validate(Object::Make(policy)), IsEmpty());
}

TEST(ValidateTest, LongListsTakeNoQuadraticTime) {
  std::string text =
      "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\n"
      "spec:\n  gatewayClassName: c\n  listeners:\n";
  for (int i = 0; i < 50000; ++i) {
    absl::StrAppend(&text, "  - {name: l", i % 49999, ", port: 80, protocol: HTTP}\n");
  }
  EXPECT_THAT(
      Validate(ParseObject(text)),
      ::testing::UnorderedElementsAre(IsFinding(Code::kSchemaTooMany, "spec.listeners"),
                                      IsFinding(Code::kSchemaDuplicate, "spec.listeners[49999]"),
                                      IsFinding(Code::kSchemaRule, "")));
}

}  // namespace
}  // namespace gwpolicy
