#include "gwpolicy/report/explain.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/report/explain_dot.h"
#include "gwpolicy/report/story.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/values.h"
#include "tests/report/value_at.h"
#include "tests/resolve/engine_fixture.h"

namespace gwpolicy {
namespace report {
namespace {

using gwpolicy::testing::CaObjects;
using gwpolicy::testing::ConfigPolicy;
using gwpolicy::testing::kGateway;
using gwpolicy::testing::kNginx;
using gwpolicy::testing::MakeEngine;
using gwpolicy::testing::TlsPolicy;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kOld[] = "2024-01-01T00:00:00Z";
constexpr char kYoung[] = "2025-01-01T00:00:00Z";
constexpr size_t kColumns = 80;

// One line, whatever was wrapped.
std::string Unwrapped(absl::string_view text) {
  return absl::StrJoin(absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty()), " ");
}

Story Find(const Engine& engine, absl::string_view text, absl::string_view ns = "") {
  absl::StatusOr<Story> story = FindStory(ParseSubject(text, ns).value(), engine);
  EXPECT_TRUE(story.ok()) << story.status();
  return story.ok() ? *std::move(story) : Story();
}

std::string Missing(const Engine& engine, absl::string_view text, absl::string_view ns = "") {
  const absl::Status status = FindStory(ParseSubject(text, ns).value(), engine).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  return std::string(status.message());
}

std::string Text(const Engine& engine, absl::string_view subject) {
  return Unwrapped(ExplainText(Find(engine, subject), kColumns));
}

std::vector<std::string> TextsAbout(const Story& story, absl::string_view about) {
  std::vector<std::string> out;
  for (const Step& step : PolicySteps(story)) {
    if (step.about == about) out.push_back(step.text);
  }
  return out;
}

// Service nginx with one policy that gives it TLS on both ports.
Engine WithPolicy() { return MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("tls")}); }

// The older of two policies wins.
Engine WithTwoPolicies() {
  return MakeEngine(
      {kGateway, kNginx, CaObjects(), TlsPolicy("old", kOld), TlsPolicy("young", kYoung)});
}

// A BackendTLSPolicy takes TLS from a BackendConfigPolicy.
Engine WithBothKinds() {
  return MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("tls"),
                     ConfigPolicy("config", "{sni: other.example.com, secretRef: {name: ca}}")});
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

TEST(FindStoryTest, KindIsMatchedInAnyCaseAsPluralAndByItsShortName) {
  const Engine engine = WithPolicy();
  for (const char* kind : {"Service", "service", "SERVICES", "svc"}) {
    EXPECT_EQ(Find(engine, absl::StrCat(kind, "/nginx")).backends.size(), 2u) << kind;
  }
  for (const char* kind : {"BackendTLSPolicy", "backendtlspolicies", "btlspolicy"}) {
    EXPECT_NE(Find(engine, absl::StrCat(kind, "/tls")).policy, nullptr) << kind;
  }
}

TEST(FindStoryTest, PortAndNamespaceNarrowItDown) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, absl::StrReplaceAll(kNginx, {{"default", "other"}})});
  EXPECT_EQ(Find(engine, "Service/nginx").backends.size(), 4u);
  EXPECT_EQ(Find(engine, "Service/nginx:8443").backends.size(), 2u);
  EXPECT_EQ(Find(engine, "Service/nginx", "other").backends.size(), 2u);
  EXPECT_EQ(Find(engine, "Service/nginx:8080", "other").backends.size(), 1u);
  EXPECT_THAT(Missing(engine, "Service/nginx", "third"), HasSubstr("in namespace third"));
}

TEST(FindStoryTest, NameThatIsNearlyRightIsSuggested) {
  const Engine engine = WithPolicy();
  EXPECT_THAT(Missing(engine, "service/ngnix"), HasSubstr("is it Service default/nginx:80"));
  EXPECT_THAT(Missing(engine, "service/nginx:443"), HasSubstr("Service default/nginx:8443"));
  EXPECT_THAT(Missing(engine, "backend/nginx"), HasSubstr("Service default/nginx"));
  EXPECT_THAT(Missing(engine, "btlspolicy/tsl"), HasSubstr("BackendTLSPolicy default/tls"));
  EXPECT_THAT(Missing(engine, "service/nginx-old"), HasSubstr("Service default/nginx:80"));
  EXPECT_THAT(Missing(engine, "service/nothing-like-it"), HasSubstr("`gwpolicy resolve`"));
}

TEST(FindStoryTest, PolicyBringsWhatItAimsAtWhetherItWonOrLost) {
  const Engine engine = WithTwoPolicies();
  EXPECT_EQ(Find(engine, "btlspolicy/old").backends.size(), 2u);
  EXPECT_EQ(Find(engine, "btlspolicy/young").backends.size(), 2u);
  EXPECT_EQ(Find(engine, "btlspolicy/young:8443").backends.size(), 1u);
}

TEST(FindStoryTest, FindingsAreThoseOfWhoTakesPart) {
  const Engine engine = WithTwoPolicies();
  EXPECT_THAT(Find(engine, "btlspolicy/old").findings, IsEmpty());
  const Story lost = Find(engine, "btlspolicy/young");
  ASSERT_FALSE(lost.findings.empty());
  EXPECT_EQ(lost.findings[0].code, Code::kAttachConflicted);
  EXPECT_EQ(Find(engine, "service/nginx").findings, lost.findings);
}

// --- policies --------------------------------------------------------------------------------

TEST(PolicyStepsTest, WinnerSaysWhatItGives) {
  const Story story = Find(WithTwoPolicies(), "btlspolicy/old");
  EXPECT_THAT(TextsAbout(story, "target"),
              ElementsAre("spec.targetRefs[0] aims at Service nginx."));
  EXPECT_THAT(TextsAbout(story, "effect"),
              ElementsAre("Service default/nginx:8080, which no Gateway reaches: it gives sni, "
                          "names and trust.",
                          "Service default/nginx:8443 through infra/http: it gives sni, names and "
                          "trust."));
  EXPECT_THAT(TextsAbout(story, "loser"), IsEmpty());
}

TEST(PolicyStepsTest, LoserSaysToWhomAndByWhichRule) {
  const Story story = Find(WithTwoPolicies(), "btlspolicy/young:8443");
  EXPECT_THAT(TextsAbout(story, "effect"), IsEmpty());
  EXPECT_THAT(TextsAbout(story, "loser"),
              ElementsAre("Service default/nginx:8443 through infra/http: not in effect, it loses "
                          "to BackendTLSPolicy default/old: it is older."));
}

TEST(PolicyStepsTest, PolicyForThePortOwnsThePort) {
  const Engine engine = MakeEngine(
      {kGateway, kNginx, CaObjects(), TlsPolicy("whole"), TlsPolicy("port", "", "https")});
  const Story whole = Find(engine, "btlspolicy/whole");
  ASSERT_EQ(TextsAbout(whole, "effect").size(), 1u);
  EXPECT_THAT(TextsAbout(whole, "effect")[0], StartsWith("Service default/nginx:8080"));
  EXPECT_THAT(TextsAbout(whole, "loser"),
              ElementsAre(HasSubstr("BackendTLSPolicy default/port: a policy for the port owns")));
  const Story port = Find(engine, "btlspolicy/port");
  EXPECT_THAT(TextsAbout(port, "target"),
              ElementsAre("spec.targetRefs[0] aims at Service nginx, sectionName https."));
  EXPECT_EQ(TextsAbout(port, "effect").size(), 1u);
}

TEST(PolicyStepsTest, TlsOfAConfigPolicyLosesToABackendTlsPolicy) {
  const Story story = Find(WithBothKinds(), "backendconfigpolicy/config:8443");
  EXPECT_THAT(TextsAbout(story, "loser"),
              ElementsAre(::testing::AllOf(HasSubstr("its TLS settings are not in effect"),
                                           HasSubstr("lose to BackendTLSPolicy default/tls"))));
}

TEST(PolicyStepsTest, KindThatTheControllerDoesNotReadIsNotInEffect) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), ConfigPolicy("config", "{sni: a.example.com}")},
                 "agentgateway");
  const Story story = Find(engine, "backendconfigpolicy/config:8443");
  EXPECT_THAT(TextsAbout(story, "loser"), ElementsAre(HasSubstr("agentgateway does not read")));
}

TEST(PolicyStepsTest, PolicyInErrorTakesItsBackendsOut) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("tls", "", "", "missing")});
  const Story story = Find(engine, "btlspolicy/tls:8443");
  EXPECT_THAT(TextsAbout(story, "effect"),
              ElementsAre(HasSubstr("it counts, and the backend fails closed")));
  EXPECT_THAT(TextsAbout(story, "finding"), Not(IsEmpty()));
}

TEST(PolicyStepsTest, TargetThatIsNotThereIsNamed) {
  const Engine engine = MakeEngine({kGateway, CaObjects(), TlsPolicy("tls")});
  const Story story = Find(engine, "btlspolicy/tls");
  EXPECT_THAT(TextsAbout(story, "target"),
              ElementsAre("spec.targetRefs[0] aims at Service nginx, and attaches to nothing "
                          "there."));
  EXPECT_THAT(TextsAbout(story, "finding"),
              ElementsAre(StartsWith("Attach/TargetNotFound, spec.targetRefs[0]: ")));
}

TEST(PolicyStepsTest, StatusIsWhatTheControllerWrites) {
  const Story story = Find(WithPolicy(), "btlspolicy/tls");
  EXPECT_THAT(TextsAbout(story, "status"),
              ::testing::Contains(StartsWith("For Gateway infra/http, kgateway.dev/kgateway "
                                             "writes Accepted True (Accepted)")));
}

TEST(PolicyStepsTest, BackendHasNone) {
  EXPECT_THAT(PolicySteps(Find(WithPolicy(), "svc/nginx")), IsEmpty());
}

// --- documents and text ----------------------------------------------------------------------

TEST(ExplainDocumentTest, IsResolvesEntryWithStepsRoutesAndPolicies) {
  const Value document = ExplainDocument(Find(WithTwoPolicies(), "svc/nginx:8443"));
  EXPECT_EQ(At(document, "kind"), "Explanation");
  EXPECT_EQ(At(document, "policy"), "null");
  EXPECT_EQ(At(document, "backends"), "[1]");
  EXPECT_EQ(At(document, "backends.0.mode"), "TLS");
  EXPECT_EQ(At(document, "backends.0.steps.0.about"), "route");
  EXPECT_EQ(At(document, "backends.0.routes.0"), "HTTPRoute default/nginx");
  EXPECT_EQ(At(document, "backends.0.policies.0.policy.name"), "old");
  EXPECT_EQ(At(document, "backends.0.policies.0.fate"), "won");
  EXPECT_EQ(At(document, "backends.0.policies.0.winner"), "null");
  EXPECT_EQ(At(document, "backends.0.policies.1.fate"), "lost");
  EXPECT_EQ(At(document, "backends.0.policies.1.winner.name"), "old");
  EXPECT_EQ(At(document, "backends.0.policies.1.rule"), "it is older");
  EXPECT_EQ(At(document, "findings.0.code"), "Attach/Conflicted");
}

TEST(ExplainDocumentTest, PolicyComesWithItsStatusAndSteps) {
  const Value document = ExplainDocument(Find(WithPolicy(), "backendtlspolicies/tls"));
  EXPECT_EQ(At(document, "policy.metadata.name"), "tls");
  EXPECT_EQ(At(document, "policy.status.ancestors.0.controllerName"), "kgateway.dev/kgateway");
  EXPECT_EQ(At(document, "steps.0.about"), "target");
  EXPECT_EQ(At(document, "backends"), "[2]");
}

TEST(ExplainTextTest, TellsRoutesWinnersLosersAndFields) {
  const std::string text = Text(WithTwoPolicies(), "svc/nginx:8443");
  EXPECT_THAT(text, StartsWith("Service default/nginx:8443 (https) through Gateway infra/http"));
  EXPECT_THAT(text, HasSubstr("1. HTTPRoute default/nginx leads from Gateway infra/http"));
  EXPECT_THAT(text, HasSubstr("default/old aims at it by spec.targetRefs[0] and owns TLS"));
  EXPECT_THAT(text, HasSubstr("default/young aims at it by spec.targetRefs[0] and loses to"));
  EXPECT_THAT(text, HasSubstr("not from BackendTLSPolicy default/young"));
  EXPECT_THAT(
      text, HasSubstr("What to know besides - BackendTLSPolicy default/young, Attach/Conflicted"));
}

TEST(ExplainTextTest, FailClosedSaysThatNothingIsSent) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("tls", "", "", "missing")});
  const std::string text = Text(engine, "svc/nginx:8443");
  EXPECT_THAT(text, HasSubstr("Fails closed: a policy asks for TLS"));
  EXPECT_THAT(text, HasSubstr("InvalidCACertificateRef"));
}

TEST(ExplainTextTest, PolicyThatIsAcceptedAndNotInEffectSaysSo) {
  EXPECT_THAT(Text(WithBothKinds(), "backendconfigpolicy/config"),
              HasSubstr("In effect on none of 2 backend ports that it aims at, although its "
                        "controller accepts it."));
}

TEST(ExplainTextTest, PolicyHasItsParts) {
  const std::string text = Text(WithPolicy(), "btlspolicy/tls");
  EXPECT_THAT(text, StartsWith("BackendTLSPolicy default/tls In effect on 2 backend ports. What "
                               "it aims at - spec.targetRefs[0]"));
  EXPECT_THAT(text, HasSubstr("Where it is in effect - Service default/nginx:8080"));
  EXPECT_THAT(text, HasSubstr("What its controller writes - For Gateway infra/http"));
  EXPECT_THAT(text, HasSubstr("Service default/nginx:8443 (https) through Gateway infra/http"));
}

class ColumnsTest : public ::testing::TestWithParam<size_t> {};

TEST_P(ColumnsTest, LinesFitTheScreen) {
  for (const char* subject : {"svc/nginx", "btlspolicy/old", "btlspolicy/young"}) {
    const std::string text = ExplainText(Find(WithTwoPolicies(), subject), GetParam());
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      const bool one_word = !absl::StrContains(absl::StripAsciiWhitespace(line), ' ');
      EXPECT_TRUE(line.size() <= GetParam() || one_word) << line;
      EXPECT_FALSE(absl::EndsWith(line, " ")) << line;
    }
    EXPECT_TRUE(absl::EndsWith(text, "\n") && !absl::EndsWith(text, "\n\n"));
  }
}

INSTANTIATE_TEST_SUITE_P(Screens, ColumnsTest, ::testing::Values(60u, 80u, 120u),
                         ::testing::PrintToStringParamName());

TEST(ExplainDotTest, PolicyWhoseTlsLostIsDashedToo) {
  const std::string dot = ExplainDot(Find(WithBothKinds(), "svc/nginx:8443"));
  EXPECT_THAT(dot,
              HasSubstr("\"BackendConfigPolicy\\ndefault/config\" [shape=note, style=dashed]"));
  EXPECT_THAT(dot, HasSubstr("label=\"an attached BackendTLSPolicy owns TLS\""));
}

TEST(ExplainDotTest, DrawsWinnersBoldAndLosersDashed) {
  const std::string dot = ExplainDot(Find(WithTwoPolicies(), "svc/nginx:8443"));
  EXPECT_THAT(dot, StartsWith("digraph gwpolicy {"));
  EXPECT_THAT(dot, HasSubstr("\"HTTPRoute default/nginx\" -> \"Service default/nginx:8443\\n"));
  EXPECT_THAT(dot, HasSubstr("\"BackendTLSPolicy\\ndefault/old\" [shape=note, style=bold]"));
  EXPECT_THAT(dot, HasSubstr("\"BackendTLSPolicy\\ndefault/young\" [shape=note, style=dashed]"));
  EXPECT_THAT(dot, HasSubstr("label=\"it is older\""));
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
