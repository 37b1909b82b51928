// Rules of precedence and merging beyond one port: Gateway API, whole-object versus section
// precedence and conflict resolution; kgateway's backendtlspolicy/plugin.go,
// backendconfigpolicy/merge.go and pull request 14043.
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/cluster/cluster.h"
#include "gwpolicy/resolve/certificate_cache.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/policies/backend_config_policy.h"
#include "gwpolicy/resolve/profile.h"
#include "gwpolicy/resolve/story.h"
#include "tests/resolve/engine_fixture.h"
#include "tests/testing/objects.h"

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
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::ValuesIn;

constexpr char kBcpTls[] = "tls{sni=example.com trust=bundle:1 names=any}";

std::string TlsFor(const char* name) {
  return absl::StrCat("tls{sni=", name, ".example.com trust=bundle:1 names=dns:", name,
                      ".example.com}");
}

Engine Make(const std::vector<std::string>& policies, const char* profile = "") {
  std::vector<std::string> yaml = {kGateway, kNginx, CaObjects()};
  yaml.insert(yaml.end(), policies.begin(), policies.end());
  return MakeEngine(yaml, profile);
}

// What the ports http (unrouted) and https (routed) come to.
std::pair<std::string, std::string> Ports(const Engine& engine) {
  const std::vector<std::string> lines = absl::StrSplit(Backends(engine), '\n');
  return {lines.at(0).substr(std::string("nginx:8080 unrouted ").size()),
          lines.at(1).substr(std::string("nginx:8443 infra/http ").size())};
}

// --- Whole Service and port ----------------------------------------------------------------------

TEST(SectionTest, PoliciesForDifferentPortsAreIndependent) {
  const Engine engine = Make({TlsPolicy("a", kOld, "http"), TlsPolicy("b", kNew, "https")});
  EXPECT_EQ(Ports(engine), std::pair(TlsFor("a"), TlsFor("b")));
  EXPECT_THAT(Findings(engine), IsEmpty());
}

TEST(SectionTest, APolicyForTheServiceGovernsThePortsThatNoOtherClaims) {
  const Engine engine = Make({TlsPolicy("whole", kOld), TlsPolicy("port", kNew, "https")});
  EXPECT_EQ(Ports(engine), std::pair(TlsFor("whole"), TlsFor("port")));
}

TEST(SectionTest, NothingIsInheritedFromThePolicyForTheService) {
  const std::string whole =
      absl::StrCat(TlsPolicy("whole", kOld),
                   "    subjectAltNames: [{type: Hostname, hostname: x.example.com}]\n"
                   "  options: {kgateway.dev/min-tls-version: \"1.3\"}\n");
  const Engine engine = Make({whole, TlsPolicy("port", kNew, "https")});
  EXPECT_EQ(Ports(engine).second, TlsFor("port"));
  const auto entry = engine.Find({"infra", "http"}, {"", "Service", "default", "nginx", 8443});
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->port->tls->min_version, tls::TlsVersion::kDefault);
}

TEST(SectionTest, TwoPoliciesForOnePortConflict) {
  const Engine engine = Make({TlsPolicy("a", kNew, "https"), TlsPolicy("b", kOld, "https")});
  EXPECT_EQ(Ports(engine), std::pair(std::string("plaintext"), TlsFor("b")));
  EXPECT_THAT(Findings(engine),
              ElementsAre("Attach/Conflicted BackendTLSPolicy/a spec.targetRefs[0]"));
}

TEST(SectionTest, ABrokenPolicyForThePortDoesNotGiveWayToAGoodOneForTheService) {
  const Engine engine =
      Make({TlsPolicy("whole", kOld), TlsPolicy("port", kNew, "https", "missing")});
  EXPECT_EQ(Ports(engine),
            std::pair(TlsFor("whole"), std::string("closed{InvalidCACertificateRef}")));
}

TEST(SectionTest, AnUnnamedPortIsReachedByPoliciesForTheServiceAlone) {
  const char kUnnamed[] =
      "apiVersion: v1\nkind: Service\nmetadata: {name: nginx, namespace: default}\n"
      "spec: {ports: [{port: 8443}]}\n";
  EXPECT_THAT(Backends(MakeEngine({kUnnamed, CaObjects(), TlsPolicy("a", "", "https")})),
              HasSubstr("plaintext"));
  EXPECT_THAT(Backends(MakeEngine({kUnnamed, CaObjects(), TlsPolicy("a")})),
              HasSubstr(TlsFor("a")));
}

TEST(SectionTest, ABackendHasNoSections) {
  const std::string backend =
      "apiVersion: gateway.kgateway.dev/v1alpha1\nkind: Backend\n"
      "metadata: {name: ext, namespace: default}\n"
      "spec: {static: {hosts: [{host: example.com, port: 443}]}}\n";
  const auto policy = [](const std::string& section) {
    return absl::StrCat(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\n"
        "metadata: {name: a, namespace: default}\nspec:\n  targetRefs: "
        "[{group: gateway.kgateway.dev, kind: Backend, name: ext",
        section, "}]\n  validation: {hostname: a, wellKnownCACertificates: System}\n");
  };
  EXPECT_THAT(Backends(MakeEngine({backend, policy("")})), HasSubstr("tls{sni=a "));
  EXPECT_THAT(Backends(MakeEngine({backend, policy(", sectionName: https")})),
              HasSubstr("plaintext"));
}

TEST(SectionTest, AServiceInAnotherNamespaceIsNotReached) {
  const char kOther[] =
      "apiVersion: v1\nkind: Service\nmetadata: {name: nginx, namespace: other}\n"
      "spec: {ports: [{name: https, port: 8443}]}\n";
  const Engine engine = MakeEngine({kOther, CaObjects(), TlsPolicy("a")});
  EXPECT_EQ(Backends(engine), "nginx:8443 unrouted plaintext");
  EXPECT_THAT(Findings(engine),
              ElementsAre("Attach/TargetNotFound BackendTLSPolicy/a spec.targetRefs[0]"));
}

TEST(FindingsTest, PoliciesThatReachNothingAreStillJudged) {
  const std::string config = ConfigPolicy("b", "{sni: example.com, secretRef: {name: gone}}");
  const Engine engine = MakeEngine({kGateway, CaObjects(), TlsPolicy("a", "", "", "gone"), config});
  EXPECT_THAT(Findings(engine),
              IsSupersetOf({"Attach/TargetNotFound BackendTLSPolicy/a spec.targetRefs[0]",
                            "Trust/NotFound BackendConfigPolicy/b spec.tls.secretRef.name",
                            "Trust/NotFound BackendTLSPolicy/a "
                            "spec.validation.caCertificateRefs[0]"}));
  // One that the controller does not read is not judged.
  EXPECT_THAT(Findings(MakeEngine({kGateway, config}, "agentgateway")),
              Not(Contains(HasSubstr("Trust/NotFound"))));
}

// --- BackendTLSPolicy and BackendConfigPolicy ----------------------------------------------------

TEST(TlsOwnerTest, IsDecidedForEachPort) {
  const Engine engine = Make({TlsPolicy("a", "", "https"), ConfigPolicy("c", kGoodBcp)});
  EXPECT_EQ(Ports(engine), std::pair(std::string(kBcpTls), TlsFor("a")));
}

TEST(TlsOwnerTest, IsNotABackendTLSPolicyThatAttachesNowhere) {
  const Engine engine = Make({TlsPolicy("a", "", "nosuchport"), ConfigPolicy("c", kGoodBcp)});
  EXPECT_EQ(Ports(engine), std::pair(std::string(kBcpTls), std::string(kBcpTls)));
}

TEST(TlsOwnerTest, GivesWayWhenItIsDeleted) {
  Engine engine = Make({TlsPolicy("a"), ConfigPolicy("c", kGoodBcp)});
  EXPECT_EQ(Ports(engine).second, TlsFor("a"));
  ASSERT_TRUE(
      engine.Delete({"gateway.networking.k8s.io", "BackendTLSPolicy", "default", "a"}).ok());
  engine.Resolve();
  EXPECT_EQ(Ports(engine), std::pair(std::string(kBcpTls), std::string(kBcpTls)));
}

TEST(TlsOwnerTest, TakesNothingFromTheOther) {
  const Engine engine =
      Make({TlsPolicy("a"), ConfigPolicy("c",
                                         "{sni: example.com, secretRef: {name: ca}, alpnProtocols: "
                                         "[h2], allowRenegotiation: true, parameters: "
                                         "{minVersion: \"1.3\", maxVersion: \"1.3\"}}")});
  const auto entry = engine.Find({"infra", "http"}, {"", "Service", "default", "nginx", 8443});
  ASSERT_NE(entry, nullptr);
  EXPECT_THAT(entry->port->tls->alpn_protocols, IsEmpty());
  EXPECT_FALSE(entry->port->tls->allow_renegotiation);
  EXPECT_EQ(entry->port->tls->min_version, tls::TlsVersion::kDefault);
}

TEST(TlsOwnerTest, LeavesTheOtherItsFieldsBesideTls) {
  const Engine engine =
      Make({TlsPolicy("a"), ConfigPolicy("c", kGoodBcp, "", "connectTimeout: 3s")});
  const auto entry = engine.Find({"infra", "http"}, {"", "Service", "default", "nginx", 8443});
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->port->settings->traffic->connect_timeout, absl::Seconds(3));
}

TEST(TlsOwnerTest, TellsNobodyThatTheyAreOverriddenWhenItIsInError) {
  const Engine engine = Make({TlsPolicy("a", "", "", "missing"), ConfigPolicy("c", kGoodBcp)});
  EXPECT_THAT(Statuses(engine), Not(HasSubstr("Overridden")));
  EXPECT_EQ(Ports(engine).second, "closed{InvalidCACertificateRef}");
}

// --- Several BackendConfigPolicies ---------------------------------------------------------------

struct UnitCase {
  const char* name;
  const char* path;
  const char* one;    // in spec
  const char* other;  // in spec
};
std::ostream& operator<<(std::ostream& out, const UnitCase& c) { return out << c.name; }

class UnitTest : public ::testing::TestWithParam<UnitCase> {
 protected:
  static Object Parse(const char* spec) {
    return testing::ParseObject(
        absl::StrCat("apiVersion: gateway.kgateway.dev/v1alpha1\nkind: BackendConfigPolicy\n"
                     "metadata: {name: p, namespace: shop}\nspec: {",
                     spec, "}\n"));
  }
  static PolicyOutcome Merged(const Object& policy) {
    Cluster cluster;
    cluster.Apply(policy);
    CertificateCache certificates(absl::Now(), absl::ZeroDuration());
    const PolicyInput input{cluster, *cluster.LookUp(policy.key()), *FindProfile("kgateway"),
                            certificates};
    PolicyOutcome outcome;
    outcome.fate = Fate::kMerged;
    outcome.fields = ReadBackendConfigPolicy(policy, input).fields;
    return outcome;
  }
};

TEST_P(UnitTest, IsGivenAsAWholeByTheFirstThatHasIt) {
  const Object one = Parse(GetParam().one);
  const Object other = Parse(GetParam().other);
  EXPECT_THAT(
      SharedFields(one.As<BackendConfigPolicy>()->spec, other.As<BackendConfigPolicy>()->spec),
      ElementsAre(absl::StrCat("spec.", GetParam().path)));
  if (std::string(GetParam().path) == "tls") return;  // chosen with the BackendTLSPolicies
  EXPECT_TRUE(MergeSettings({&one}) == MergeSettings({&one, &other}));
  BackendTls result;
  result.gateway = ReadingGateway{{}, "kgateway"};
  result.port.Modify([&](PortTls& port) {
    port.mode = TlsMode::kPlaintext;
    port.policies = {Merged(one), Merged(other)};
  });
  const std::vector<Provenance> rows = ProvenanceOf(result);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].field, GetParam().path);
  EXPECT_NE(rows[0].value, "");
  EXPECT_EQ(rows[0].over.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Merge, UnitTest,
    ValuesIn<UnitCase>({
        {"ConnectTimeoutZero", "connectTimeout", "connectTimeout: 0s", "connectTimeout: 5s"},
        {"BufferLimit", "perConnectionBufferLimitBytes", "perConnectionBufferLimitBytes: 0",
         "perConnectionBufferLimitBytes: 9"},
        {"Keepalive", "tcpKeepalive", "tcpKeepalive: {keepAliveProbes: 1}",
         "tcpKeepalive: {keepAliveTime: 5s}"},
        {"CommonHttp", "commonHttpProtocolOptions", "commonHttpProtocolOptions: {idleTimeout: 1s}",
         "commonHttpProtocolOptions: {maxHeadersCount: 1}"},
        {"Http1", "http1ProtocolOptions", "http1ProtocolOptions: {enableTrailers: true}",
         "http1ProtocolOptions: {preserveHttp1HeaderCase: true}"},
        {"Http2", "http2ProtocolOptions", "http2ProtocolOptions: {maxConcurrentStreams: 1}",
         "http2ProtocolOptions: {maxConcurrentStreams: 2}"},
        {"Tls", "tls", "tls: {sni: a}", "tls: {insecureSkipVerify: true}"},
        {"LoadBalancer", "loadBalancer", "loadBalancer: {random: {}}",
         "loadBalancer: {roundRobin: {}}"},
        {"HealthCheck", "healthCheck",
         "healthCheck: {timeout: 1s, interval: 1s, unhealthyThreshold: 1, healthyThreshold: 1, "
         "grpc: {}}",
         "healthCheck: {timeout: 2s, interval: 1s, unhealthyThreshold: 1, healthyThreshold: 1, "
         "grpc: {}}"},
        {"Outliers", "outlierDetection", "outlierDetection: {}",
         "outlierDetection: {interval: 1s}"},
        {"Circuit", "circuitBreakers", "circuitBreakers: {maxRetries: 0}",
         "circuitBreakers: {maxConnections: 1}"},
        {"DnsRefreshRate", "dns.refreshRate", "dns: {refreshRate: 1s}", "dns: {refreshRate: 2s}"},
        {"DnsJitter", "dns.jitter", "dns: {jitter: 1s}", "dns: {jitter: 2s}"},
        {"DnsRespectTtlFalse", "dns.respectTTL", "dns: {respectTTL: false}",
         "dns: {respectTTL: true}"},
        {"ProxyProtocol", "upstreamProxyProtocol", "upstreamProxyProtocol: {}",
         "upstreamProxyProtocol: {version: V2}"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(DurationTest, IsReadByTheFormOfTheSchema) {
  // A fraction is no duration of the API; the object has a finding of its own.
  const Object policy = testing::ParseObject(
      "apiVersion: gateway.kgateway.dev/v1alpha1\nkind: BackendConfigPolicy\n"
      "metadata: {name: p, namespace: shop}\nspec: {connectTimeout: 1.5s}\n");
  EXPECT_EQ(MergeSettings({&policy}).connect_timeout, std::nullopt);
}

}  // namespace
}  // namespace gwpolicy
