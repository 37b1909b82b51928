#include "gwpolicy/resolve/status_patch.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/resolve/engine.h"
#include "tests/resolve/engine_fixture.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::CaObjects;
using ::gwpolicy::testing::kGateway;
using ::gwpolicy::testing::kNginx;
using ::gwpolicy::testing::MakeEngine;
using ::gwpolicy::testing::TlsPolicy;
using ::testing::SizeIs;

PolicyResult Resolve(const std::string& policy) {
  return *MakeEngine({kGateway, kNginx, CaObjects(), policy}).Policies().at(0);
}

// RFC 7386, section 2.
Value Merged(Value target, const Value& patch) {
  if (patch.AsObject() == nullptr) return patch;
  if (target.AsObject() == nullptr) target = Value::MakeObject();
  for (const auto& [name, value] : *patch.AsObject()) {
    const Value* old = target.Find(name);
    target.Set(name, Merged(old == nullptr ? Value() : *old, value));
  }
  return target;
}

Value Encoded(const Object& object) { return Encode(object, Secrets::kRedact); }

PolicyResult WithStatusWritten(PolicyResult result) {
  BackendTLSPolicy written = *result.policy.As<BackendTLSPolicy>();
  written.status = *result.status;
  result.policy = Object::Make(std::move(written));
  return result;
}

TEST(StatusPatchTest, HoldsTheStatusAloneAndGivesTheNewOne) {
  const PolicyResult result = Resolve(TlsPolicy("a"));
  const Value patch = StatusPatch(result);
  ASSERT_NE(patch.AsObject(), nullptr);
  EXPECT_THAT(*patch.AsObject(), SizeIs(1));
  EXPECT_EQ(Merged(Encoded(result.policy), patch), Encoded(WithStatusWritten(result).policy));
}

TEST(StatusPatchTest, IsEmptyWhereNothingIsToBeWritten) {
  const PolicyResult result = WithStatusWritten(Resolve(TlsPolicy("a")));
  EXPECT_EQ(StatusPatch(result), Value::MakeObject());
}

TEST(StatusPatchTest, IsEmptyForAPolicyThatHasNoEntryAndNeedsNone) {
  PolicyResult result = Resolve(TlsPolicy("a"));
  result.status = PolicyStatus();
  EXPECT_EQ(StatusPatch(result), Value::MakeObject());
}

TEST(StatusPatchTest, TakesTheLastEntryAwayByAnEmptyList) {
  PolicyResult result = WithStatusWritten(Resolve(TlsPolicy("a")));
  result.status = PolicyStatus();
  const Value patch = StatusPatch(result);
  const Value* status = patch.Find("status");
  ASSERT_NE(status, nullptr);
  ASSERT_NE(status->Find("ancestors"), nullptr);
  EXPECT_EQ(*status->Find("ancestors"), Value::MakeList());
}

}  // namespace
}  // namespace gwpolicy
