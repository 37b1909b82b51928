// What the profiles answer, and what each makes of the same objects.
#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/profile_table.h"
#include "gwpolicy/resolve/story.h"
#include "tests/resolve/engine_fixture.h"
#include "tests/testing/member_count.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::Backends;
using ::gwpolicy::testing::CaObjects;
using ::gwpolicy::testing::ConfigPolicy;
using ::gwpolicy::testing::Findings;
using ::gwpolicy::testing::kGateway;
using ::gwpolicy::testing::kGoodBcp;
using ::gwpolicy::testing::kNew;
using ::gwpolicy::testing::kNginx;
using ::gwpolicy::testing::kOld;
using ::gwpolicy::testing::MakeEngine;
using ::gwpolicy::testing::Statuses;
using ::gwpolicy::testing::TlsPolicy;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ValuesIn;

// --- The table ---------------------------------------------------------------------------------

TEST(ProfileTableTest, HasAQuestionForEveryAnswer) {
  EXPECT_EQ(testing::CountArgs<ProfileAnswers>(), ProfileQuestions().size());
}

TEST(ProfileTableTest, EveryProfileAnswersEveryQuestionInWords) {
  for (const Profile* profile : AllProfiles()) {
    for (const ProfileQuestion& question : ProfileQuestions()) {
      EXPECT_NE(question.answer(*profile), "") << profile->name << ": " << question.text;
    }
  }
}

TEST(ProfileTableTest, TheSpecificationClaimsNoSourceOfAController) {
  const Profile* profile = FindProfile("gateway-api");
  ASSERT_NE(profile, nullptr);
  for (const ProfileQuestion& question : ProfileQuestions()) {
    EXPECT_LE(question.basis(*profile), Basis::kSpecification) << question.text;
  }
}

TEST(ProfilesTest, StandInAlphabeticalOrder) {
  EXPECT_TRUE(std::is_sorted(AllProfiles().begin(), AllProfiles().end(),
                             [](const Profile* a, const Profile* b) { return a->name < b->name; }));
  EXPECT_EQ(AllProfiles().size(), 7u);
}

struct ControllerCase {
  const char* name;
  const char* controller;
  const char* profile;  // null: none
};
std::ostream& operator<<(std::ostream& out, const ControllerCase& c) { return out << c.name; }

class ControllerTest : public ::testing::TestWithParam<ControllerCase> {};

TEST_P(ControllerTest, ChoosesTheProfile) {
  EXPECT_EQ(FindProfileByController(GetParam().controller),
            GetParam().profile == nullptr ? nullptr : FindProfile(GetParam().profile));
}

INSTANTIATE_TEST_SUITE_P(
    GatewayClass, ControllerTest,
    ValuesIn<ControllerCase>({
        {"KgatewayIsTheNewest", "kgateway.dev/kgateway", "kgateway"},
        {"Agentgateway", "agentgateway.dev/agentgateway", "agentgateway"},
        {"FormerNameOfAgentgateway", "kgateway.dev/agentgateway", "agentgateway"},
        {"EnvoyGateway", "gateway.envoyproxy.io/gatewayclass-controller", "envoy-gateway"},
        {"Istio", "istio.io/gateway-controller", "istio"},
        {"Nginx", "gateway.nginx.org/nginx-gateway-controller", "nginx-gateway-fabric"},
        {"SpecificationIsChosenByNameAlone", "gateway.networking.k8s.io/specification", nullptr},
        {"Unknown", "example.com/gateway", nullptr},
    }),
    [](const auto& info) { return std::string(info.param.name); });

// --- The same objects under each profile -------------------------------------------------------

std::string RoutedPort(const Engine& engine) {
  const std::string all = Backends(engine);
  return all.substr(all.find("nginx:8443 ") + 22);
}

// Findings that are not about how well the backend is protected.
std::vector<std::string> OtherFindings(const Engine& engine) {
  std::vector<std::string> out;
  for (std::string& line : Findings(engine)) {
    if (!absl::StartsWith(line, "Posture/")) out.push_back(std::move(line));
  }
  return out;
}

std::string WithValidation(std::string policy, const char* line) {
  return absl::StrCat(policy, "    ", line, "\n");
}

std::vector<std::string> NamesOfProfiles() {
  std::vector<std::string> names;
  for (const Profile* profile : AllProfiles()) names.push_back(std::string(profile->name));
  return names;
}

class EveryProfileTest : public ::testing::TestWithParam<std::string> {
 protected:
  const Profile& profile() const { return *FindProfile(GetParam()); }
  Engine Make(const std::vector<std::string>& policies) const {
    std::vector<std::string> yaml = {kGateway, kNginx, CaObjects()};
    yaml.insert(yaml.end(), policies.begin(), policies.end());
    return MakeEngine(yaml, GetParam());
  }
};

TEST_P(EveryProfileTest, AGoodBackendTLSPolicyGivesTls) {
  const Engine engine = Make({TlsPolicy("a")});
  EXPECT_EQ(RoutedPort(engine), "tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com}");
  EXPECT_THAT(Findings(engine), IsEmpty());
}

TEST_P(EveryProfileTest, ThePolicyOfAPortOwnsItWhateverItsAge) {
  const Engine engine = Make({TlsPolicy("whole", kOld), TlsPolicy("port", kNew, "https")});
  EXPECT_THAT(RoutedPort(engine), HasSubstr("sni=port.example.com"));
}

TEST_P(EveryProfileTest, OfTwoPoliciesTheOlderWins) {
  const Engine engine = Make({TlsPolicy("a", kNew), TlsPolicy("b", kOld)});
  EXPECT_THAT(RoutedPort(engine), HasSubstr("sni=b.example.com"));
  EXPECT_THAT(Findings(engine),
              ElementsAre("Attach/Conflicted BackendTLSPolicy/a spec.targetRefs[0]"));
}

TEST_P(EveryProfileTest, ABackendConfigPolicyIsReadOrReported) {
  const Engine engine = Make({ConfigPolicy("c", kGoodBcp)});
  if (profile().reads_backend_config_policy) {
    EXPECT_EQ(RoutedPort(engine), "tls{sni=example.com trust=bundle:1 names=any}");
    EXPECT_THAT(OtherFindings(engine), IsEmpty());
  } else {
    EXPECT_EQ(RoutedPort(engine), "plaintext");
    EXPECT_THAT(OtherFindings(engine),
                ElementsAre("Attach/NotRead BackendConfigPolicy/c spec.targetRefs[0]"));
    EXPECT_EQ(Statuses(engine), "c:");
  }
}

TEST_P(EveryProfileTest, OptionsAreReadOrReported) {
  const std::string policy = absl::StrCat(
      TlsPolicy("a"), "  options: {kgateway.dev/min-tls-version: \"1.3\", example.com/x: other}\n");
  const Engine engine = Make({policy});
  const bool read = !profile().options_prefix.value.empty();
  std::vector<std::string> unread = {
      "Config/OptionUnread BackendTLSPolicy/a spec.options.example.com/x"};
  if (!read) {
    unread.push_back(
        "Config/OptionUnread BackendTLSPolicy/a spec.options.kgateway.dev/min-tls-version");
  }
  EXPECT_THAT(Findings(engine), ElementsAreArray(unread));
}

TEST_P(EveryProfileTest, ANumberAsSectionNameAttachesOrIsReported) {
  const Engine engine = Make({TlsPolicy("a", "", "\"8443\"")});
  if (profile().section_name == Profile::SectionName::kPortNameOrNumber) {
    EXPECT_THAT(RoutedPort(engine), HasSubstr("sni=a.example.com"));
    EXPECT_THAT(Findings(engine), ElementsAre("Attach/PortNumber BackendTLSPolicy/a "
                                              "spec.targetRefs[0].sectionName"));
  } else {
    EXPECT_EQ(RoutedPort(engine), "plaintext");
    EXPECT_THAT(Findings(engine), ElementsAre("Attach/PortNotFound BackendTLSPolicy/a "
                                              "spec.targetRefs[0].sectionName"));
  }
}

TEST_P(EveryProfileTest, HostnameBesideSubjectAltNamesIsAcceptedOrNotAndReported) {
  const Engine engine =
      Make({WithValidation(TlsPolicy("a"), "subjectAltNames: [{type: URI, uri: spiffe://td/a}]")});
  switch (profile().hostname_with_sans) {
    case Profile::HostnameWithSans::kSniOnly:
      EXPECT_THAT(RoutedPort(engine), HasSubstr("names=uri:spiffe://td/a}"));
      EXPECT_THAT(Findings(engine), IsEmpty());
      break;
    case Profile::HostnameWithSans::kAlsoAccepted:
      EXPECT_THAT(RoutedPort(engine), HasSubstr("names=dns:a.example.com,uri:spiffe://td/a}"));
      EXPECT_THAT(Findings(engine),
                  ElementsAre("Name/HostnameAccepted BackendTLSPolicy/a spec.validation.hostname"));
      break;
    case Profile::HostnameWithSans::kAlone:
      EXPECT_THAT(RoutedPort(engine), HasSubstr("names=dns:a.example.com}"));
      EXPECT_THAT(Findings(engine), ElementsAre("Name/SansUnread BackendTLSPolicy/a "
                                                "spec.validation.subjectAltNames"));
      break;
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryProfileTest, ValuesIn(NamesOfProfiles()), [](const auto& info) {
  return absl::StrReplaceAll(info.param, {{"-", "_"}, {".", "_"}});
});

// --- kgateway 2.1 ------------------------------------------------------------------------------

class Kgateway21Test : public ::testing::Test {
 protected:
  static Engine Make(const std::vector<std::string>& policies) {
    std::vector<std::string> yaml = {kGateway, kNginx, CaObjects()};
    yaml.insert(yaml.end(), policies.begin(), policies.end());
    return MakeEngine(yaml, "kgateway-2.1");
  }
};

TEST_F(Kgateway21Test, BackendConfigPolicyOverwritesTlsAndBothAreToldThatItIsUndefined) {
  const Engine engine = Make({TlsPolicy("a"), ConfigPolicy("c", kGoodBcp)});
  EXPECT_EQ(RoutedPort(engine), "tls{sni=example.com trust=bundle:1 names=any}");
  EXPECT_THAT(OtherFindings(engine),
              ElementsAre("Attach/Undefined BackendConfigPolicy/c spec.tls",
                          "Attach/Undefined BackendTLSPolicy/a spec.targetRefs[0]"));
  const auto entry = engine.Find({"infra", "http"}, {"", "Service", "default", "nginx", 8443});
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(ProvenanceOf(*entry)[0].field, "sni");
  ASSERT_EQ(ProvenanceOf(*entry)[0].over.size(), 1u);
  EXPECT_EQ(ProvenanceOf(*entry)[0].over[0].source,
            (FieldSource{"BackendTLSPolicy", "default", "a", "spec.validation.hostname"}));
}

TEST_F(Kgateway21Test, BackendConfigPolicyWithoutTlsLeavesTheBackendTLSPolicyInForce) {
  const Engine engine = Make({TlsPolicy("a"), ConfigPolicy("c", "", "", "connectTimeout: 3s")});
  EXPECT_THAT(RoutedPort(engine), HasSubstr("sni=a.example.com"));
  EXPECT_THAT(OtherFindings(engine), IsEmpty());
}

TEST_F(Kgateway21Test, ThePolicyThatIsInErrorFailsClosedBesideTheOneThatWouldWin) {
  const Engine engine = Make({TlsPolicy("a", "", "", "missing"), ConfigPolicy("c", kGoodBcp)});
  EXPECT_EQ(RoutedPort(engine), "closed{InvalidCACertificateRef}");
}

TEST_F(Kgateway21Test, OfSeveralBackendConfigPoliciesTheNewestGivesEachFieldThatItSets) {
  const Engine engine =
      Make({ConfigPolicy("c", kGoodBcp, kOld, "connectTimeout: 1s"),
            ConfigPolicy("d", "{sni: new.example.com, wellKnownCACertificates: System}", kNew)});
  EXPECT_THAT(RoutedPort(engine), HasSubstr("sni=new.example.com"));
  const auto entry = engine.Find({"infra", "http"}, {"", "Service", "default", "nginx", 8443});
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->port->settings->traffic->connect_timeout, absl::Seconds(1));
}

TEST_F(Kgateway21Test, ChanceDecidesAmongBackendConfigPoliciesOfOneAge) {
  const Engine engine = Make({ConfigPolicy("c", "", kOld, "connectTimeout: 1s"),
                              ConfigPolicy("d", "", kOld, "connectTimeout: 2s")});
  EXPECT_THAT(OtherFindings(engine),
              ElementsAre("Attach/Undefined BackendConfigPolicy/c spec.connectTimeout"));
}

TEST_F(Kgateway21Test, ThePROXYProtocolMayBeLostBesideABackendTLSPolicy) {
  const Engine engine =
      Make({TlsPolicy("a"), ConfigPolicy("c", "", "", "upstreamProxyProtocol: {}")});
  EXPECT_THAT(OtherFindings(engine), ElementsAre("Attach/Undefined BackendConfigPolicy/c "
                                                 "spec.upstreamProxyProtocol"));
}

TEST_F(Kgateway21Test, StatusStandsOnTheTarget) {
  EXPECT_EQ(Statuses(Make({TlsPolicy("a")})),
            "a: Service/default/nginx Accepted=True/Valid Attached=True/Attached");
}

// --- Several BackendConfigPolicies -------------------------------------------------------------

TEST(MergeTest, ProvenanceOfEveryFieldNamesThePolicyAndThoseThatItBeat) {
  const Engine engine = MakeEngine(
      {kGateway, kNginx, CaObjects(), ConfigPolicy("c", "", kOld, "connectTimeout: 1s"),
       ConfigPolicy("d", "", kNew, "connectTimeout: 2s\n  circuitBreakers: {maxRetries: 1}")});
  const auto entry = engine.Find({"infra", "http"}, {"", "Service", "default", "nginx", 8443});
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->port->settings->traffic->connect_timeout, absl::Seconds(1));
  ASSERT_EQ(ProvenanceOf(*entry).size(), 2u);
  const Provenance timeout = ProvenanceOf(*entry)[0];
  EXPECT_EQ(timeout.field, "connectTimeout");
  EXPECT_EQ(timeout.value, "1s");
  EXPECT_EQ(timeout.from,
            (FieldSource{"BackendConfigPolicy", "default", "c", "spec.connectTimeout"}));
  ASSERT_EQ(timeout.over.size(), 1u);
  EXPECT_EQ(timeout.over[0].source,
            (FieldSource{"BackendConfigPolicy", "default", "d", "spec.connectTimeout"}));
  EXPECT_EQ(timeout.over[0].rule, "a BackendConfigPolicy before it sets the field");
  EXPECT_EQ(ProvenanceOf(*entry)[1].field, "circuitBreakers");
  EXPECT_EQ(ProvenanceOf(*entry)[1].from.name, "d");
}

TEST(MergeTest, ATieOfAgeIsToldWhereItDecidesAField) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), ConfigPolicy("c", "", kOld, "connectTimeout: 1s"),
                  ConfigPolicy("d", "", kOld, "connectTimeout: 2s")});
  bool told = false;
  for (const Finding& finding : engine.Findings()) {
    told = told || (finding.code == Code::kAttachTie && finding.object.name == "d");
  }
  EXPECT_TRUE(told);
}

TEST(MergeTest, OneBadPolicyWithdrawsTheBackendOfAll) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), ConfigPolicy("c", kGoodBcp, kOld),
                  ConfigPolicy("d", "{secretRef: {name: missing}}", kNew)});
  EXPECT_EQ(RoutedPort(engine), "closed{Invalid}");
}

TEST(MergeTest, TlsIsTakenAsAWhole) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), ConfigPolicy("c", "{sni: c.example.com}", kOld),
                  ConfigPolicy("d", "{secretRef: {name: ca}, verifySubjectAltNames: [x]}", kNew)});
  EXPECT_EQ(RoutedPort(engine), "tls{sni=c.example.com trust=system names=dns:c.example.com}");
}

}  // namespace
}  // namespace gwpolicy
