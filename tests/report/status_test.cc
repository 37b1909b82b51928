#include "gwpolicy/report/status.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/resolve/engine.h"
#include "tests/report/value_at.h"

namespace gwpolicy {
namespace report {
namespace {

PolicyResult Result() {
  BackendTLSPolicy policy;
  policy.metadata.ns = "default";
  policy.metadata.name = "web";
  policy.spec.validation.hostname = "web.example.com";
  // What the input says of its status is not what the controller would write.
  PolicyAncestorStatus stale;
  stale.controller_name = "example.com/stale";
  policy.status.emplace().ancestors = {stale};
  PolicyResult result;
  result.policy = Object::Make(std::move(policy));
  return result;
}

PolicyAncestorStatus Accepted() {
  PolicyAncestorStatus ancestor;
  ancestor.ancestor_ref.name = "http";
  ancestor.controller_name = "kgateway.dev/kgateway";
  Condition condition;
  condition.type = "Accepted";
  condition.status = "True";
  ancestor.conditions = {condition};
  return ancestor;
}

PolicyStatus StatusOf(PolicyAncestorStatus entry) {
  PolicyStatus status;
  status.ancestors = {std::move(entry)};
  return status;
}

TEST(PolicyValueTest, IsThePolicyWithTheNewStatus) {
  PolicyResult result = Result();
  result.status = StatusOf(Accepted());
  const Value value = PolicyValue(result);
  EXPECT_EQ(At(value, "kind"), "BackendTLSPolicy");
  EXPECT_EQ(At(value, "metadata.name"), "web");
  EXPECT_EQ(At(value, "spec.validation.hostname"), "web.example.com");
  EXPECT_EQ(At(value, "status.ancestors"), "[1]");
  EXPECT_EQ(At(value, "status.ancestors.0.controllerName"), "kgateway.dev/kgateway");
  EXPECT_EQ(At(value, "status.ancestors.0.conditions.0.status"), "True");
}

TEST(PolicyValueTest, StatusWithoutAncestorsHasAnEmptyList) {
  EXPECT_EQ(At(PolicyValue(Result()), "status.ancestors"), "[0]");
}

TEST(StatusDocumentTest, IsAKubernetesList) {
  const std::vector<std::shared_ptr<const PolicyResult>> policies = {
      std::make_shared<PolicyResult>(Result()), std::make_shared<PolicyResult>(Result())};
  const Value document = StatusDocument(policies);
  EXPECT_EQ(At(document, "apiVersion"), "v1");
  EXPECT_EQ(At(document, "kind"), "List");
  EXPECT_EQ(At(document, "items"), "[2]");
}

TEST(StatusPatchesDocumentTest, NamesThoseAloneWhoseStatusDiffers) {
  PolicyResult changed = Result();
  changed.status = StatusOf(Accepted());
  PolicyResult written = Result();
  PolicyAncestorStatus stale;
  stale.controller_name = "example.com/stale";
  written.status = StatusOf(stale);
  const std::vector<std::shared_ptr<const PolicyResult>> policies = {
      std::make_shared<PolicyResult>(changed), std::make_shared<PolicyResult>(written)};
  const Value document = StatusPatchesDocument(policies);
  EXPECT_EQ(At(document, "kind"), "StatusPatches");
  EXPECT_EQ(At(document, "patches"), "[1]");
  EXPECT_EQ(At(document, "patches.0.object.kind"), "BackendTLSPolicy");
  EXPECT_EQ(At(document, "patches.0.object.name"), "web");
  EXPECT_EQ(At(document, "patches.0.patch.status.ancestors.0.controllerName"),
            "kgateway.dev/kgateway");
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
