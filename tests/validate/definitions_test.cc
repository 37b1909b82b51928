// Validation against the cluster's own definitions: CustomResourceDefinitions among the objects.
#include "gwpolicy/validate/definitions.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/validate/validate.h"
#include "tests/testing/matchers.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::IsFinding;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What is said of the objects of a text that are no definitions, by the definitions in it.
std::vector<Finding> FindingsOf(const std::string& text, Channel channel = Channel::kStandard) {
  const manifest::LoadResult loaded = manifest::ReadText(text, "-");
  for (const Finding& finding : loaded.findings) {
    EXPECT_EQ(finding.code, Code::kReadConverted) << ::testing::PrintToString(finding);
  }
  const Definitions definitions(loaded.objects);
  ValidateOptions options;
  options.channel = channel;
  options.definitions = &definitions;
  std::vector<Finding> findings;
  for (const Object& object : loaded.objects) {
    for (Finding& finding : Validate(object, options)) findings.push_back(std::move(finding));
  }
  return findings;
}

// A Gateway definition with one field, spec.gatewayClassName, and lists of listeners' names, ports
// and protocols.
std::string GatewayDefinition(const std::string& channel) {
  return absl::StrReplaceAll(R"(---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gateways.gateway.networking.k8s.io
  annotations:
    gateway.networking.k8s.io/bundle-version: v1.3.0
    gateway.networking.k8s.io/channel: CHANNEL
spec:
  group: gateway.networking.k8s.io
  scope: Namespaced
  names: {kind: Gateway, plural: gateways, singular: gateway, listKind: GatewayList, shortNames: [gtw]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              gatewayClassName: {type: string}
              listeners:
                type: array
                items:
                  type: object
                  properties: {name: {type: string}, port: {type: integer}, protocol: {type: string}}
              addresses:
                type: array
                items: {type: object, x-kubernetes-preserve-unknown-fields: true}
  - {name: v1beta1, served: false, storage: false, deprecated: true, deprecationWarning: no more}
)",
                             {{"CHANNEL", channel}});
}

std::string Gateway(const std::string& version, const std::string& more) {
  return absl::StrCat("---\napiVersion: gateway.networking.k8s.io/", version,
                      "\nkind: Gateway\nmetadata: {name: g}\nspec:\n  gatewayClassName: c\n"
                      "  listeners: [{name: a, port: 80, protocol: HTTP}]\n",
                      more);
}

TEST(DefinitionsTest, AreReadWithTheirMarks) {
  const manifest::LoadResult loaded = manifest::ReadText(GatewayDefinition("standard"), "-");
  EXPECT_THAT(loaded.findings, IsEmpty());
  ASSERT_EQ(loaded.objects.size(), 1u);
  EXPECT_THAT(Validate(loaded.objects[0]), IsEmpty());
  const Definitions definitions(loaded.objects);
  const Definition* definition = definitions.Find("gateway.networking.k8s.io", "Gateway");
  ASSERT_NE(definition, nullptr);
  EXPECT_EQ(definition->bundle_version, "v1.3.0");
  EXPECT_EQ(definition->channel, Channel::kStandard);
  EXPECT_EQ(definition->Describe(), "bundle version v1.3.0, standard channel");
  EXPECT_TRUE(definition->Find("v1")->served);
  EXPECT_FALSE(definition->Find("v1beta1")->served);
  EXPECT_EQ(definition->Find("v2"), nullptr);
  EXPECT_EQ(definitions.Find("gateway.networking.k8s.io", "HTTPRoute"), nullptr);
}

TEST(DefinitionsTest, SayWhetherAVersionIsDeprecated) {
  const std::string definition =
      absl::StrReplaceAll(GatewayDefinition("standard"),
                          {{"{name: v1beta1, served: false", "{name: v1beta1, served: true"}});
  EXPECT_THAT(FindingsOf(absl::StrCat(definition, Gateway("v1beta1", ""))),
              ElementsAre(IsFinding(Code::kLintDeprecatedVersion, "apiVersion", "no more")));
  const std::string own_words =
      absl::StrReplaceAll(definition, {{", deprecationWarning: no more", ""}});
  EXPECT_THAT(FindingsOf(absl::StrCat(own_words, Gateway("v1beta1", ""))),
              ElementsAre(IsFinding(Code::kLintDeprecatedVersion, "apiVersion",
                                    "gateway.networking.k8s.io/v1beta1 Gateway is deprecated")));
}

TEST(DefinitionsTest, AreValidatedLightly) {
  EXPECT_THAT(FindingsOf("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
                         "metadata: {name: a.example.com}\n"
                         "spec: {group: example.com, scope: Nowhere, names: {kind: A}, "
                         "versions: [{name: v1, served: true}]}\n"),
              ElementsAre(IsFinding(Code::kSchemaEnum, "spec.scope"),
                          IsFinding(Code::kSchemaRequired, "spec.names.plural"),
                          IsFinding(Code::kSchemaRequired, "spec.versions[0].storage")));
}

TEST(DefinitionsTest, WhatTheyHaveIsFine) {
  EXPECT_THAT(FindingsOf(absl::StrCat(GatewayDefinition("standard"), Gateway("v1", ""))),
              IsEmpty());
  // Defaults that nobody wrote are no fields, nor is what lies below an untyped one.
  EXPECT_THAT(FindingsOf(absl::StrCat(GatewayDefinition("standard"),
                                      Gateway("v1", "  addresses: [{value: 192.0.2.1}]\n"))),
              IsEmpty());
}

TEST(DefinitionsTest, SayWhichVersionsAreServed) {
  EXPECT_THAT(FindingsOf(absl::StrCat(Gateway("v1beta1", ""), GatewayDefinition("standard"))),
              ElementsAre(IsFinding(
                  Code::kCrdUnservedVersion, "apiVersion",
                  "no matches for kind \"Gateway\" in version "
                  "\"gateway.networking.k8s.io/v1beta1\": your cluster's definitions (bundle "
                  "version v1.3.0, standard channel) do not serve this version but v1")));
}

TEST(DefinitionsTest, SayWhichFieldsThereAre) {
  const std::vector<Finding> findings = FindingsOf(
      absl::StrCat(Gateway("v1", "  tls: {}\n  defaultScope: All\n  allowedListeners: {}\n"),
                   GatewayDefinition("standard")));
  const std::string by =
      "\": the cluster's definition of Gateway v1 (bundle version v1.3.0, standard channel) does "
      "not have it";
  EXPECT_THAT(findings,
              ElementsAre(IsFinding(Code::kCrdUnknownField, "spec.allowedListeners",
                                    absl::StrCat("unknown field \"spec.allowedListeners", by,
                                                 "; it is there since v1.5")),
                          IsFinding(Code::kCrdUnknownField, "spec.tls",
                                    absl::StrCat("unknown field \"spec.tls", by,
                                                 "; it is there since v1.4")),
                          IsFinding(Code::kCrdUnknownField, "spec.defaultScope",
                                    absl::StrCat("unknown field \"spec.defaultScope", by,
                                                 "; it is in the experimental channel"))));
  for (const Finding& finding : findings) EXPECT_GT(finding.line, 4);
}

TEST(DefinitionsTest, FieldsBelowListsAreFoundToo) {
  EXPECT_THAT(FindingsOf(absl::StrReplaceAll(
                  absl::StrCat(Gateway("v1", ""), GatewayDefinition("standard")),
                  {{"protocol: HTTP}",
                    "protocol: HTTP}, {name: b, port: 81, protocol: HTTP, hostname: a.com}"}})),
              ElementsAre(IsFinding(Code::kCrdUnknownField, "spec.listeners[1].hostname")));
}

TEST(DefinitionsTest, TheirChannelCountsInsteadOfTheOption) {
  const std::string wrong = Gateway("v1", "  defaultScope: Nobody\n");
  const auto of = [&](const std::string& channel, Channel option) {
    const std::string own = absl::StrReplaceAll(GatewayDefinition(channel),
                                                {{"              gatewayClassName:",
                                                  "              defaultScope: {type: string}\n"
                                                  "              gatewayClassName:"}});
    return FindingsOf(absl::StrCat(wrong, own), option);
  };
  EXPECT_THAT(of("experimental", Channel::kStandard),
              ElementsAre(IsFinding(Code::kSchemaEnum, "spec.defaultScope"),
                          IsFinding(Code::kSchemaRule, "")));
  EXPECT_THAT(of("standard", Channel::kExperimental), IsEmpty());
  EXPECT_THAT(of("odd", Channel::kExperimental),
              ElementsAre(IsFinding(Code::kSchemaEnum, "spec.defaultScope"),
                          IsFinding(Code::kSchemaRule, "")));
}

TEST(DefinitionsTest, OlderFormsAreCheckedAsTheyAreWritten) {
  EXPECT_THAT(
      FindingsOf(R"(
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: BackendTLSPolicy
metadata: {name: p}
spec:
  targetRef: {group: '', kind: Service, name: web, sectionName: https}
  tls: {hostname: a.com, wellKnownCACerts: Other, caCertRefs: [{group: '', kind: ConfigMap, name: c}]}
---
apiVersion: gateway.networking.x-k8s.io/v1alpha1
kind: XListenerSet
metadata: {name: l}
spec: {parentRef: {name: g}, listeners: [{name: a, port: 80, protocol: HTTP}]}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: backendtlspolicies.gateway.networking.k8s.io}
spec:
  group: gateway.networking.k8s.io
  scope: Namespaced
  names: {kind: BackendTLSPolicy, plural: backendtlspolicies}
  versions:
  - name: v1alpha2
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        properties:
          spec:
            properties:
              targetRef: {properties: {group: {}, kind: {}, name: {}}}
              tls: {properties: {hostname: {}, caCertRefs: {}, wellKnownCACerts: {}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: xlistenersets.gateway.networking.x-k8s.io}
spec:
  group: gateway.networking.x-k8s.io
  scope: Namespaced
  names: {kind: XListenerSet, plural: xlistenersets}
  versions: [{name: v1alpha1, served: false, storage: true}, {name: v1alpha9, served: false, storage: false}]
)"),
      ElementsAre(IsFinding(Code::kSchemaEnum, "spec.tls.wellKnownCACerts",
                            "Unsupported value: \"Other\": supported values: \"System\""),
                  IsFinding(Code::kSchemaRule, ""),
                  IsFinding(Code::kCrdUnknownField, "spec.targetRef.sectionName",
                            "unknown field \"spec.targetRef.sectionName\": the cluster's "
                            "definition of BackendTLSPolicy v1alpha2 "
                            "(backendtlspolicies.gateway.networking.k8s.io) does not have it"),
                  IsFinding(Code::kCrdUnservedVersion, "apiVersion",
                            "no matches for kind \"XListenerSet\" in version "
                            "\"gateway.networking.x-k8s.io/v1alpha1\": your cluster's definitions "
                            "(xlistenersets.gateway.networking.x-k8s.io) do not serve this version "
                            "but none")));
}

TEST(PublishedDefinitionsTest, HaveEveryFieldOfTheTables) {
  const char* shared = std::getenv("GWPOLICY_SHARED");
  for (const Channel channel : {Channel::kStandard, Channel::kExperimental}) {
    const manifest::LoadResult loaded = manifest::ReadPath(
        absl::StrCat(shared == nullptr ? "" : shared, "/testdata/gateway-api/crds-",
                     channel == Channel::kStandard ? "standard" : "experimental"));
    if (loaded.objects.empty()) GTEST_SKIP() << "no published definitions at $GWPOLICY_SHARED";
    const Definitions definitions(loaded.objects);
    for (const Object& object : loaded.objects) {
      const auto* definition = object.As<CustomResourceDefinition>();
      if (definition == nullptr) continue;
      EXPECT_THAT(Validate(object), IsEmpty()) << object.meta().name;
      const Definition* own = definitions.Find(definition->spec.group, definition->spec.names.kind);
      ASSERT_NE(own, nullptr);
      EXPECT_EQ(own->channel, channel);
      for (const Definition::Version& version : own->versions) {
        if (channel == Channel::kExperimental) {
          EXPECT_TRUE(version.gaps.empty()) << object.meta().name << " " << version.name;
        }
      }
    }
  }
}

TEST(PublishedDefinitionsTest, TellFieldsOfTheExperimentalChannel) {
  const char* shared = std::getenv("GWPOLICY_SHARED");
  manifest::LoadResult loaded = manifest::ReadPath(
      absl::StrCat(shared == nullptr ? "" : shared, "/testdata/gateway-api/crds-standard"));
  if (loaded.objects.empty()) GTEST_SKIP() << "no published definitions at $GWPOLICY_SHARED";
  const Definitions definitions(loaded.objects);
  ValidateOptions options;
  options.channel = Channel::kExperimental;
  options.definitions = &definitions;
  const manifest::LoadResult routes = manifest::ReadText(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\n"
      "spec: {rules: [{retry: {attempts: 2}}]}\n"
      "---\n"
      "apiVersion: gateway.networking.k8s.io/v1alpha3\nkind: TLSRoute\nmetadata: {name: r}\n"
      "spec: {hostnames: [a.com], rules: [{backendRefs: [{name: w, port: 1}]}]}\n",
      "-");
  ASSERT_EQ(routes.objects.size(), 2u);
  EXPECT_THAT(Validate(routes.objects[0], options),
              ElementsAre(IsFinding(Code::kCrdUnknownField, "spec.rules[0].retry")));
  EXPECT_THAT(Validate(routes.objects[1], options),
              ElementsAre(IsFinding(Code::kCrdUnservedVersion, "apiVersion")));
}

}  // namespace
}  // namespace gwpolicy
