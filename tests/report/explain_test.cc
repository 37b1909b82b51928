#include "gwpolicy/report/explain.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/values.h"
#include "tests/report/value_at.h"

namespace gwpolicy {
namespace report {
namespace {

using Backends = std::vector<std::shared_ptr<const BackendTls>>;
using Policies = std::vector<std::shared_ptr<const PolicyResult>>;

BackendTls Plain(std::string ns, std::string name, int port) {
  BackendTls backend;
  backend.gateway = {"infra", "http"};
  backend.backend = {"", "Service", std::move(ns), std::move(name), port};
  backend.profile = "kgateway";
  backend.mode = TlsMode::kPlaintext;
  backend.settings = std::make_shared<BackendSettings>();
  return backend;
}

// With a name from the policy default/new, which won over default/old.
BackendTls WithTls() {
  BackendTls backend = Plain("default", "nginx", 8443);
  backend.mode = TlsMode::kTls;
  auto tls = std::make_shared<tls::ClientTls>();
  tls->sni = "example.com";
  tls->trust.source = tls::TrustSource::kSystem;
  tls->names.accepted = {{tls::PeerName::Type::kDns, "example.com"}};
  backend.tls = tls;
  backend.provenance = {{"sni",
                         "example.com",
                         {"BackendTLSPolicy", "default", "new", "spec.validation.hostname"},
                         {{{"BackendTLSPolicy", "default", "old", ""}, "it is younger"}}}};
  backend.routes = {"HTTPRoute default/web"};
  return backend;
}

Backends Shared(std::vector<BackendTls> all) {
  Backends out;
  for (BackendTls& one : all) out.push_back(std::make_shared<BackendTls>(std::move(one)));
  return out;
}

Policies Policy(std::string name) {
  BackendTLSPolicy policy;
  policy.metadata.ns = "default";
  policy.metadata.name = std::move(name);
  auto result = std::make_shared<PolicyResult>();
  result->policy = Object::Make(std::move(policy));
  PolicyAncestorStatus ancestor;
  ancestor.ancestor_ref.ns = "infra";
  ancestor.ancestor_ref.name = "http";
  ancestor.controller_name = "kgateway.dev/kgateway";
  Condition condition;
  condition.type = "Accepted";
  condition.status = "True";
  condition.reason = "Accepted";
  condition.message = "Policy accepted";
  ancestor.conditions = {condition};
  result->status.ancestors = {ancestor};
  return {result};
}

Story Find(absl::string_view text, const Backends& backends, const Policies& policies = {},
           absl::string_view ns = "") {
  return FindStory(ParseSubject(text, ns).value(), backends, policies);
}

struct SubjectCase {
  const char* name;
  const char* text;
  bool ok;
};

class ParseSubjectTest : public ::testing::TestWithParam<SubjectCase> {};

TEST_P(ParseSubjectTest, TakesKindNameAndPort) {
  const absl::StatusOr<Subject> subject = ParseSubject(GetParam().text, "");
  EXPECT_EQ(subject.ok(), GetParam().ok) << subject.status();
  if (!subject.ok()) {
    EXPECT_EQ(subject.status().code(), absl::StatusCode::kInvalidArgument);
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, ParseSubjectTest,
                         ::testing::ValuesIn<SubjectCase>({
                             {"KindAndName", "Service/nginx", true},
                             {"KindNameAndPort", "Service/nginx:8443", true},
                             {"NameAlone", "nginx", false},
                             {"NoKind", "/nginx", false},
                             {"NoName", "Service/", false},
                             {"NoNameButPort", "Service/:80", false},
                             {"PortName", "Service/nginx:https", false},
                             {"PortZero", "Service/nginx:0", false},
                             {"PortTooLarge", "Service/nginx:65536", false},
                             {"NamespaceInside", "Service/default/nginx", false},
                             {"Empty", "", false},
                         }),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(FindStoryTest, KindIsMatchedInAnyCaseAndAsPlural) {
  const Backends backends = Shared({Plain("default", "nginx", 80)});
  for (const char* kind : {"Service", "service", "SERVICES"}) {
    EXPECT_EQ(Find(absl::StrCat(kind, "/nginx"), backends).backends.size(), 1u) << kind;
  }
  EXPECT_TRUE(Find("Backend/nginx", backends).empty());
}

TEST(FindStoryTest, PortAndNamespaceNarrowItDown) {
  const Backends backends = Shared({Plain("default", "nginx", 80), Plain("default", "nginx", 8443),
                                    Plain("other", "nginx", 80)});
  EXPECT_EQ(Find("Service/nginx", backends).backends.size(), 3u);
  EXPECT_EQ(Find("Service/nginx:80", backends).backends.size(), 2u);
  EXPECT_EQ(Find("Service/nginx", backends, {}, "default").backends.size(), 2u);
  EXPECT_EQ(Find("Service/nginx:80", backends, {}, "default").backends.size(), 1u);
  EXPECT_TRUE(Find("Service/nginx:443", backends).empty());
}

TEST(FindStoryTest, PolicyBringsTheBackendsThatItWonAndLost) {
  const Backends backends = Shared({WithTls(), Plain("default", "other", 80)});
  EXPECT_EQ(Find("BackendTLSPolicy/new", backends, Policy("new")).backends.size(), 1u);
  EXPECT_EQ(Find("BackendTLSPolicy/old", backends, Policy("old")).backends.size(), 1u);
  const Story idle = Find("BackendTLSPolicy/idle", backends, Policy("idle"));
  EXPECT_TRUE(idle.backends.empty());
  EXPECT_FALSE(idle.empty());
}

TEST(ExplainDocumentTest, IsResolvesEntryWithSteps) {
  const Value document = ExplainDocument(Find("Service/nginx", Shared({WithTls()})));
  EXPECT_EQ(At(document, "policy"), "null");
  EXPECT_EQ(At(document, "backends"), "[1]");
  EXPECT_EQ(At(document, "backends.0.mode"), "TLS");
  EXPECT_EQ(At(document, "backends.0.steps.0.about"), "route");
  EXPECT_EQ(At(document, "backends.0.steps.0.text"),
            "HTTPRoute default/web leads from Gateway infra/http (kgateway) to Service "
            "default/nginx:8443.");
}

TEST(ExplainDocumentTest, PolicyComesWithItsStatus) {
  const Value document = ExplainDocument(Find("backendtlspolicies/new", {}, Policy("new")));
  EXPECT_EQ(At(document, "policy.metadata.name"), "new");
  EXPECT_EQ(At(document, "policy.status.ancestors.0.conditions.0.type"), "Accepted");
}

TEST(ExplainTextTest, TellsWhatWonAndWhatLost) {
  const std::string text = ExplainText(Find("Service/nginx", Shared({WithTls()})));
  EXPECT_TRUE(absl::StrContains(text, "Service default/nginx:8443 through Gateway infra/http"));
  EXPECT_TRUE(absl::StrContains(text, "sends the server name example.com"));
  EXPECT_TRUE(absl::StrContains(text, "trusts the CA certificates of its system"));
  EXPECT_TRUE(absl::StrContains(text, "1. HTTPRoute default/web leads from Gateway infra/http"));
  EXPECT_TRUE(absl::StrContains(text, "from BackendTLSPolicy default/new"));
  EXPECT_TRUE(absl::StrContains(text, "not from BackendTLSPolicy default/old: it is younger"));
}

TEST(ExplainTextTest, FailClosedSaysThatNothingIsSent) {
  BackendTls backend = Plain("default", "nginx", 8443);
  backend.mode = TlsMode::kFailClosed;
  backend.reason = "InvalidCACertificateRef";
  backend.message = "ConfigMap not found";
  const std::string text = ExplainText(Find("Service/nginx", Shared({backend})));
  EXPECT_TRUE(absl::StrContains(text, "Fails closed"));
  EXPECT_TRUE(absl::StrContains(text, "InvalidCACertificateRef"));
  EXPECT_TRUE(absl::StrContains(text, "ConfigMap not found."));
}

TEST(ExplainTextTest, PolicyTellsItsConditions) {
  const std::string text = ExplainText(Find("BackendTLSPolicy/new", {}, Policy("new")));
  EXPECT_TRUE(absl::StrContains(text, "decides nothing about any backend"));
  EXPECT_TRUE(absl::StrContains(text, "Status for Gateway infra/http, by kgateway.dev/kgateway"));
  EXPECT_TRUE(absl::StrContains(text, "Accepted True (Accepted): Policy accepted."));
}

TEST(ExplainTextTest, LinesFitAScreen) {
  BackendTls backend = WithTls();
  backend.message = std::string(50, 'x');
  std::string value = "a value of many words " + std::string(300, ' ') + "and more of it";
  for (int i = 0; i < 60; ++i) value += " word";
  std::vector<Provenance> rows = backend.provenance.items();
  rows[0].value = value;
  backend.provenance = std::move(rows);
  std::vector<PolicyOutcome> outcomes(12);
  for (PolicyOutcome& outcome : outcomes) outcome.target = {"BackendTLSPolicy", "ns", value, ""};
  backend.policies = std::move(outcomes);
  backend.posture = {Code::kPostureNameUnchecked};
  for (absl::string_view line :
       absl::StrSplit(ExplainText(Find("Service/nginx", Shared({backend}))), '\n')) {
    EXPECT_LE(line.size(), 96u) << line;
    EXPECT_FALSE(absl::EndsWith(line, " ")) << line;
  }
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
