// Which policy counts for a backend port, and what it comes to: one row a rule.
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/story.h"
#include "tests/resolve/engine_fixture.h"

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
using ::gwpolicy::testing::TlsPolicy;
using ::testing::Contains;
using ::testing::ElementsAreArray;
using ::testing::ValuesIn;

// A BackendTLSPolicy as v1alpha2 had it, with one targetRef.
std::string OlderTlsPolicy(const std::string& target) {
  return "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: BackendTLSPolicy\n"
         "metadata: {name: a, namespace: default}\nspec:\n  targetRef: " +
         target +
         "\n  tls: {hostname: a.example.com, caCertRefs: [{group: '', kind: ConfigMap, name: "
         "ca}]}\n";
}

struct PrecedenceCase {
  const char* name;
  std::vector<std::string> policies;
  std::string backend;  // of the routed port 8443
  std::vector<std::string> findings;
};
std::ostream& operator<<(std::ostream& out, const PrecedenceCase& c) { return out << c.name; }

class PrecedenceTest : public ::testing::TestWithParam<PrecedenceCase> {};

TEST_P(PrecedenceTest, GivesTheRoutedPortItsTls) {
  std::vector<std::string> yaml = {kGateway, kNginx, CaObjects()};
  yaml.insert(yaml.end(), GetParam().policies.begin(), GetParam().policies.end());
  const Engine engine = MakeEngine(yaml);
  const std::string all = Backends(engine);
  EXPECT_EQ(all.substr(all.find('\n') + 1), GetParam().backend);
  EXPECT_THAT(Findings(engine), ElementsAreArray(GetParam().findings));
}

TEST(OlderFormTest, WithATargetInAnotherNamespaceDoesNotCountInItsOwn) {
  Engine engine = MakeEngine({kGateway, kNginx, CaObjects()});
  const manifest::LoadResult loaded = manifest::ReadText(
      OlderTlsPolicy("{group: '', kind: Service, name: nginx, namespace: other}"), "in.yaml");
  ASSERT_EQ(loaded.objects.size(), 1u);
  ASSERT_TRUE(engine.Apply(loaded.objects[0]).ok());
  engine.Resolve();
  EXPECT_THAT(Backends(engine), ::testing::HasSubstr("nginx:8443 infra/http plaintext"));
}

INSTANTIATE_TEST_SUITE_P(
    Kgateway, PrecedenceTest,
    ValuesIn<PrecedenceCase>({
        {"NoPolicyIsPlaintext", {}, "nginx:8443 infra/http plaintext", {}},
        {"BackendTLSPolicyGivesTls",
         {TlsPolicy("a")},
         "nginx:8443 infra/http tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com}",
         {}},
        {"OlderFormOfBackendTLSPolicyGivesTls",
         {OlderTlsPolicy("{group: '', kind: Service, name: nginx, namespace: default}")},
         "nginx:8443 infra/http tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com}",
         {}},
        {"BackendConfigPolicyWithSecretChecksNoName",
         {ConfigPolicy("c", kGoodBcp)},
         "nginx:8443 infra/http tls{sni=example.com trust=bundle:1 names=any}",
         {"Posture/NameUnchecked BackendConfigPolicy/c spec.tls"}},
        {"BackendTLSPolicyBeatsBackendConfigPolicyWhateverTheirAge",
         {ConfigPolicy("c", kGoodBcp, kOld), TlsPolicy("a", kNew)},
         "nginx:8443 infra/http tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com}",
         {"Attach/Overridden BackendConfigPolicy/c spec.tls"}},
        {"InvalidBackendTLSPolicyStillBeatsGoodBackendConfigPolicy",
         {ConfigPolicy("c", kGoodBcp), TlsPolicy("a", "", "", "missing")},
         "nginx:8443 infra/http closed{InvalidCACertificateRef}",
         {"Posture/FailClosed Service/nginx",
          "Trust/NotFound BackendTLSPolicy/a spec.validation.caCertificateRefs[0]"}},
        {"BrokenBackendConfigPolicyTakesTheBackendOutBesideAGoodBackendTLSPolicy",
         {ConfigPolicy("c", "{sni: example.com, secretRef: {name: missing}}"), TlsPolicy("a")},
         "nginx:8443 infra/http closed{Invalid}",
         {"Attach/Overridden BackendConfigPolicy/c spec.tls", "Posture/FailClosed Service/nginx",
          "Trust/NotFound BackendConfigPolicy/c spec.tls.secretRef.name"}},
        {"OlderCreationTimestampWins",
         {TlsPolicy("a", kNew), TlsPolicy("b", kOld)},
         "nginx:8443 infra/http tls{sni=b.example.com trust=bundle:1 names=dns:b.example.com}",
         {"Attach/Conflicted BackendTLSPolicy/a spec.targetRefs[0]"}},
        {"EqualTimestampsFallBackToName",
         {TlsPolicy("b", kOld), TlsPolicy("a", kOld)},
         "nginx:8443 infra/http tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com}",
         {"Attach/Conflicted BackendTLSPolicy/b spec.targetRefs[0]"}},
        {"AnOlderBrokenPolicyKeepsItsPlaceAndFailsClosed",
         {TlsPolicy("a", kNew), TlsPolicy("b", kOld, "", "broken")},
         "nginx:8443 infra/http closed{InvalidCACertificateRef}",
         {"Attach/Conflicted BackendTLSPolicy/a spec.targetRefs[0]",
          "Posture/FailClosed Service/nginx",
          "Trust/Invalid BackendTLSPolicy/b spec.validation.caCertificateRefs[0]"}},
        {"PortPolicyBeatsServicePolicyWhateverTheirAge",
         {TlsPolicy("whole", kOld), TlsPolicy("port", kNew, "https")},
         "nginx:8443 infra/http tls{sni=port.example.com trust=bundle:1 "
         "names=dns:port.example.com}",
         {}},
        {"PolicyForAnotherPortDoesNotReachThisOne",
         {TlsPolicy("a", "", "http")},
         "nginx:8443 infra/http plaintext",
         {}},
        {"NumericSectionNameAttachesToNothing",
         {TlsPolicy("a", "", "\"8443\"")},
         "nginx:8443 infra/http plaintext",
         {"Attach/PortNotFound BackendTLSPolicy/a spec.targetRefs[0].sectionName"}},
        {"OlderBackendConfigPolicyGivesTlsAndTheOtherTheRest",
         {ConfigPolicy("c", kGoodBcp, kOld),
          ConfigPolicy("d", "{sni: other.example.com, wellKnownCACertificates: System}", kNew,
                       "upstreamProxyProtocol: {version: V2}")},
         "nginx:8443 infra/http tls{sni=example.com trust=bundle:1 names=any} proxy",
         {"Posture/NameUnchecked BackendConfigPolicy/c spec.tls"}},
        {"ProxyProtocolOfTheOtherPolicyIsKeptBesideABackendTLSPolicy",
         {TlsPolicy("a"), ConfigPolicy("c", "", "", "upstreamProxyProtocol: {}")},
         "nginx:8443 infra/http tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com} "
         "proxy",
         {}},
        {"SystemTrustOfABackendConfigPolicyIsPinnedToItsSni",
         {ConfigPolicy("c", "{sni: example.com, wellKnownCACertificates: System}")},
         "nginx:8443 infra/http tls{sni=example.com trust=system names=dns:example.com}",
         {}},
        {"VerifySubjectAltNamesReplaceTheSni",
         {ConfigPolicy("c",
                       "{sni: example.com, verifySubjectAltNames: [x.example.com], "
                       "secretRef: {name: ca}}")},
         "nginx:8443 infra/http tls{sni=example.com trust=bundle:1 names=dns:x.example.com}",
         {}},
        {"InsecureSkipVerifyAcceptsAnyCertificate",
         {ConfigPolicy("c", "{insecureSkipVerify: true}")},
         "nginx:8443 infra/http tls{sni= trust=unverified names=any}",
         {"Posture/Unverified BackendConfigPolicy/c spec.tls.insecureSkipVerify"}},
        {"SettingsThatEnvoyWouldNotLoadFailClosedAlone",
         {ConfigPolicy("c",
                       "{sni: example.com, secretRef: {name: ca}, "
                       "parameters: {ecdhCurves: [hello]}}")},
         "nginx:8443 infra/http closed{Invalid}",
         {"Posture/FailClosed Service/nginx"}},
        {"OnlySniMeansTheSystemsRoots",
         {ConfigPolicy("c", "{sni: example.com}")},
         "nginx:8443 infra/http tls{sni=example.com trust=system names=dns:example.com}",
         {}},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(WrongTypeTest, APolicyThatCannotBeReadWholeFailsClosed) {
  // verifySubjectAltNames would be absent, and any name accepted.
  const manifest::LoadResult loaded = manifest::ReadText(
      ConfigPolicy("c", "{sni: a.example.com, verifySubjectAltNames: foo, secretRef: {name: ca}}"),
      "in.yaml");
  ASSERT_EQ(loaded.objects.size(), 1u);
  ASSERT_EQ(loaded.findings.size(), 1u);
  Engine engine = MakeEngine({kGateway, kNginx, CaObjects()});
  ASSERT_TRUE(engine.Apply(loaded.objects[0]).ok());
  engine.Resolve();
  EXPECT_EQ(Backends(engine),
            "nginx:8080 unrouted closed{Invalid}\nnginx:8443 infra/http closed{Invalid}");
  EXPECT_EQ(engine.Backends().at(0)->port->failure->message,
            "spec.tls.verifySubjectAltNames is of a wrong type");
}

TEST(AgentgatewayTest, DoesNotReadBackendConfigPolicy) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), ConfigPolicy("c", kGoodBcp)}, "agentgateway");
  EXPECT_EQ(Backends(engine), "nginx:8080 unrouted plaintext\nnginx:8443 infra/http plaintext");
  EXPECT_THAT(Findings(engine),
              ElementsAreArray({"Attach/NotRead BackendConfigPolicy/c spec.targetRefs[0]"}));
  // It asks for TLS and nothing gives it, which is more than a warning.
  for (const Finding& finding : engine.Findings()) {
    if (finding.code != Code::kAttachNotRead) continue;
    EXPECT_EQ(finding.level, Level::kError);
  }
}

TEST(AgentgatewayTest, TakesAPortNumberAsSectionName) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("a", "", "\"8443\"")}, "agentgateway");
  EXPECT_EQ(Backends(engine),
            "nginx:8080 unrouted plaintext\n"
            "nginx:8443 infra/http tls{sni=a.example.com trust=bundle:1 "
            "names=dns:a.example.com}");
}

TEST(ProfileTest, IsChosenByTheControllerNameOfTheGatewayClass) {
  std::string gateway = kGateway;
  gateway.replace(gateway.find("kgateway.dev/kgateway"), 21, "agentgateway.dev/agentgateway");
  const Engine engine = MakeEngine({gateway, kNginx, CaObjects(), ConfigPolicy("c", kGoodBcp)});
  const std::string all = Backends(engine);
  EXPECT_EQ(all.substr(all.find('\n') + 1), "nginx:8443 infra/http plaintext");
}

// Findings are worked out when somebody asks, which may be before the next Resolve.
TEST(FindingsTest, SayNothingOfWhatIsGone) {
  Engine engine = MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("a", "", "", "broken")});
  EXPECT_THAT(Findings(engine),
              Contains("Trust/Invalid BackendTLSPolicy/a spec.validation.caCertificateRefs[0]"));
  ASSERT_TRUE(
      engine.Delete({"gateway.networking.k8s.io", "BackendTLSPolicy", "default", "a"}).ok());
  ASSERT_TRUE(engine.Delete({"", "Service", "default", "nginx"}).ok());
  for (const Finding& finding : engine.Findings()) {
    EXPECT_NE(finding.object.kind, "BackendTLSPolicy");
    EXPECT_NE(finding.object.kind, "Service");
  }
}

TEST(ProvenanceTest, NamesTheFieldAndTheOneThatLost) {
  const Engine engine =
      MakeEngine({kGateway, kNginx, CaObjects(), TlsPolicy("a"), ConfigPolicy("c", kGoodBcp)});
  const auto entry = engine.Find({"infra", "http"}, {"", "Service", "default", "nginx", 8443});
  ASSERT_NE(entry, nullptr);
  const Provenance sni = ProvenanceOf(*entry)[0];
  EXPECT_EQ(sni.field, "sni");
  EXPECT_EQ(sni.value, "a.example.com");
  EXPECT_EQ(sni.from,
            (FieldSource{"BackendTLSPolicy", "default", "a", "spec.validation.hostname"}));
  ASSERT_EQ(sni.over.size(), 1u);
  EXPECT_EQ(sni.over[0].source,
            (FieldSource{"BackendConfigPolicy", "default", "c", "spec.tls.sni"}));
  EXPECT_EQ(sni.over[0].rule, "an attached BackendTLSPolicy owns TLS");
}

}  // namespace
}  // namespace gwpolicy
