// The manifests of the Gateway API's conformance suite for BackendTLSPolicy: the
// statuses and the effective TLS that its tests want. Where a test makes a handshake that has to
// fail, the names and the trust that make it fail are looked at. The CAs and certificates that the
// suite generates are made here.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "tests/resolve/engine_fixture.h"
#include "tests/testing/certificates.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::Backends;
using ::gwpolicy::testing::MakeEngine;
using ::gwpolicy::testing::Statuses;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kInfra[] = "gateway-conformance-infra";
constexpr char kGood[] = " ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted";
constexpr char kBadCa[] =
    " ResolvedRefs=False/InvalidCACertificateRef Accepted=False/NoValidCACertificate";

std::string Folder() {
  const char* shared = std::getenv("GWPOLICY_SHARED");
  return shared == nullptr ? "" : absl::StrCat(shared, "/testdata/gateway-api/conformance/");
}

std::string Text(const std::string& name) {
  std::ifstream file(Folder() + name);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return absl::StrReplaceAll(text, {{"{GATEWAY_CLASS_NAME}", "kgateway"}});
}

Object CaConfigMap(const std::string& name, const std::string& pem) {
  ConfigMap map;
  map.metadata.name = name;
  map.metadata.ns = kInfra;
  map.data["ca.crt"] = pem;
  return Object::Make(std::move(map));
}

// One parameter: the profile.
class ConformanceTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (Folder().empty() || !std::filesystem::is_directory(Folder())) {
      GTEST_SKIP() << "no manifests of the conformance suite at $GWPOLICY_SHARED";
    }
  }

  // The suite's base objects, those of `file`, and what the suite generates.
  void Load(const std::string& file) {
    engine_ = std::make_unique<Engine>(MakeEngine({}, GetParam()));
    for (const std::string& name : {std::string("manifests.yaml"), file}) {
      for (Object& object : manifest::ReadText(Text(name), name).objects) Apply(std::move(object));
    }
    Apply(CaConfigMap("tls-checks-ca-certificate", testing::kCaA));
    Apply(CaConfigMap("mismatch-ca-certificate", testing::kCaB));
    engine_->Resolve();
  }

  void Apply(Object object) { ASSERT_TRUE(engine_->Apply(std::move(object)).ok()); }

  // "Gateway/NS/NAME CONDITIONS …" of one policy.
  std::string StatusOf(absl::string_view policy) const {
    for (absl::string_view line : absl::StrSplit(Statuses(*engine_), '\n')) {
      if (absl::StartsWith(line, absl::StrCat(policy, ": "))) {
        return std::string(line.substr(policy.size() + 2));
      }
    }
    return "";
  }
  static std::string On(absl::string_view gateway, absl::string_view conditions) {
    return absl::StrCat("Gateway/", kInfra, "/", gateway, conditions);
  }

  // "tls{…}" of a port as the Gateway same-namespace reaches it.
  std::string TlsOf(absl::string_view service, int port = 443) const {
    const std::string start = absl::StrCat(service, ":", port, " ", kInfra, "/same-namespace ");
    for (absl::string_view line : absl::StrSplit(Backends(*engine_), '\n')) {
      if (absl::StartsWith(line, start)) return std::string(line.substr(start.size()));
    }
    return "";
  }

  BackendTLSPolicy Policy(absl::string_view name) const {
    for (const auto& result : engine_->Policies()) {
      if (result->policy.meta().name == name) return *result->policy.As<BackendTLSPolicy>();
    }
    ADD_FAILURE() << "no policy " << name;
    return {};
  }

  std::unique_ptr<Engine> engine_;
};

TEST_P(ConformanceTest, BackendTLSPolicy) {
  Load("backendtlspolicy.yaml");
  EXPECT_EQ(StatusOf("normative-test"),
            absl::StrCat(On("same-namespace", kGood), " ",
                         On("same-namespace-with-https-listener", kGood)));
  EXPECT_EQ(TlsOf("backendtlspolicy-test"),
            "tls{sni=abc.example.com trust=bundle:1 names=dns:abc.example.com}");
  EXPECT_EQ(StatusOf("host-mismatch"), On("same-namespace", kGood));
  EXPECT_EQ(TlsOf("backendtlspolicy-host-mismatch-test"),
            "tls{sni=mismatch.example.com trust=bundle:1 names=dns:mismatch.example.com}");
  EXPECT_EQ(StatusOf("cert-mismatch"), On("same-namespace", kGood));
  const auto entry =
      engine_->Find({kInfra, "same-namespace"},
                    {"", "Service", kInfra, "backendtlspolicy-cert-mismatch-test", 443});
  ASSERT_NE(entry, nullptr);
  ASSERT_NE(entry->port->tls, nullptr);
  EXPECT_EQ(entry->port->tls->trust.bundle->pem(), testing::kCaB);
}

TEST_P(ConformanceTest, BackendTLSPolicyReconcilesItsConfigMap) {
  Load("backendtlspolicy.yaml");
  const std::string good = On("same-namespace", kGood);
  const std::string bad = On("same-namespace", kBadCa);
  EXPECT_EQ(StatusOf("reconcile-test"), good);
  BackendTLSPolicy policy = Policy("reconcile-test");
  policy.spec.validation.ca_certificate_refs[0].name = "reconcile-ca";
  Apply(Object::Make(policy));
  engine_->Resolve();
  EXPECT_EQ(StatusOf("reconcile-test"), bad);
  EXPECT_EQ(TlsOf("backendtlspolicy-reconcile-test"), "closed{InvalidCACertificateRef}");
  const std::vector<std::pair<std::string, std::string>> steps = {
      {testing::kCaA, good}, {"", bad}, {testing::kCaA, good}};
  for (const auto& [pem, status] : steps) {
    Apply(CaConfigMap("reconcile-ca", pem));
    engine_->Resolve();
    EXPECT_EQ(StatusOf("reconcile-test"), status);
  }
}

TEST_P(ConformanceTest, BackendTLSPolicyConflictResolution) {
  Load("backendtlspolicy-conflict-resolution.yaml");
  const std::string won = On("same-namespace", kGood);
  const std::string lost =
      On("same-namespace", " ResolvedRefs=True/ResolvedRefs Accepted=False/Conflicted");
  EXPECT_EQ(StatusOf("conflicted-without-section-name-1"), won);
  EXPECT_EQ(StatusOf("conflicted-without-section-name-2"), lost);
  EXPECT_THAT(TlsOf("backendtlspolicy-conflicted-without-section-name-test"),
              StartsWith("tls{sni=other.example.com "));
  EXPECT_EQ(StatusOf("conflicted-with-section-name-1"), won);
  EXPECT_EQ(StatusOf("conflicted-with-section-name-2"), lost);
  EXPECT_THAT(TlsOf("backendtlspolicy-conflicted-with-section-name-test"),
              StartsWith("tls{sni=other.example.com "));
  EXPECT_EQ(StatusOf("not-conflicted-with-section-name"), won);
  EXPECT_EQ(StatusOf("not-conflicted-without-section-name"), won);
  EXPECT_THAT(TlsOf("backendtlspolicy-not-conflicted-test", 443),
              StartsWith("tls{sni=other.example.com "));
  EXPECT_THAT(TlsOf("backendtlspolicy-not-conflicted-test", 8443),
              StartsWith("tls{sni=abc.example.com "));
}

TEST_P(ConformanceTest, BackendTLSPolicyInvalidCACertificateRef) {
  Load("backendtlspolicy-invalid-ca-certificate-ref.yaml");
  for (const char* name : {"nonexistent-ca-certificate-ref", "malformed-ca-certificate-ref"}) {
    EXPECT_EQ(StatusOf(name), On("same-namespace", kBadCa));
    EXPECT_EQ(TlsOf(absl::StrCat("backendtlspolicy-", name, "-test")),
              "closed{InvalidCACertificateRef}");
  }
}

TEST_P(ConformanceTest, BackendTLSPolicyInvalidKind) {
  Load("backendtlspolicy-invalid-kind.yaml");
  EXPECT_EQ(
      StatusOf("invalid-kind"),
      On("same-namespace", " ResolvedRefs=False/InvalidKind Accepted=False/NoValidCACertificate"));
  EXPECT_EQ(TlsOf("backendtlspolicy-invalid-kind-test"), "closed{InvalidKind}");
}

TEST_P(ConformanceTest, BackendTLSPolicyObservedGenerationBump) {
  Load("backendtlspolicy-observed-generation-bump.yaml");
  BackendTLSPolicy policy = Policy("observed-generation-bump");
  policy.metadata.generation = 2;
  policy.spec.validation.hostname = "foo.example.com";
  Apply(Object::Make(policy));
  engine_->Resolve();
  EXPECT_EQ(StatusOf("observed-generation-bump"), On("same-namespace", kGood));
  for (const auto& result : engine_->Policies()) {
    for (const PolicyAncestorStatus& entry : result->status->ancestors) {
      for (const Condition& condition : entry.conditions) {
        EXPECT_EQ(condition.observed_generation, 2);
      }
    }
  }
}

TEST_P(ConformanceTest, BackendTLSPolicySANValidation) {
  Load("backendtlspolicy-san.yaml");
  const struct {
    const char* policy;
    const char* names;
  } cases[] = {
      {"san-dns", "dns:abc.example.com"},
      {"san-dns-mismatch", "dns:dce.example.com"},
      {"san-uri", "uri:spiffe://abc.example.com/test-identity"},
      {"san-uri-mismatch", "uri:spiffe://def.example.com/test-identity"},
      {"multiple-sans", "uri:spiffe://abc.example.com/test-identity,dns:abc.example.com"},
      {"multiple-mismatch-sans", "uri:spiffe://def.example.com/test-identity,dns:def.example.com"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(StatusOf(c.policy), On("same-namespace", kGood));
    EXPECT_EQ(TlsOf(absl::StrCat("backendtlspolicy-", c.policy, "-test")),
              absl::StrCat("tls{sni=abc.example.com trust=bundle:1 names=", c.names, "}"));
  }
}

TEST_P(ConformanceTest, BackendTLSPolicyGRPCRoute) {
  Load("backendtlspolicy-grpcroute.yaml");
  for (const char* policy : {"grpc-normative-test", "grpc-host-mismatch", "grpc-cert-mismatch"}) {
    EXPECT_EQ(StatusOf(policy), On("same-namespace", kGood));
  }
  EXPECT_EQ(TlsOf("backendtlspolicy-grpc-test"),
            "tls{sni=abc.example.com trust=bundle:1 names=dns:abc.example.com}");
  EXPECT_EQ(TlsOf("backendtlspolicy-grpc-host-mismatch-test"),
            "tls{sni=mismatch.example.com trust=bundle:1 names=dns:mismatch.example.com}");
}

TEST_P(ConformanceTest, BackendTLSPolicyTLSRouteTerminate) {
  Load("backendtlspolicy-tlsroute-terminate.yaml");
  EXPECT_EQ(StatusOf("btls-tlsroute-terminate-test"), On("gateway-btls-tlsroute-terminate", kGood));
  EXPECT_THAT(Backends(*engine_),
              HasSubstr("btls-terminate-tls-backend:8443 gateway-conformance-infra/"
                        "gateway-btls-tlsroute-terminate tls{sni=abc.example.com trust=bundle:1 "
                        "names=dns:abc.example.com}"));
}

TEST_P(ConformanceTest, GatewayTLSBackendClientCertificate) {
  Load("gateway-tls-backend-client-certificate.yaml");
  Secret secret;
  secret.metadata.name = "tls-checks-client-certificate";
  secret.metadata.ns = kInfra;
  secret.string_data["tls.crt"] = PrivateText(testing::kClientCertificate);
  secret.string_data["tls.key"] = PrivateText(testing::kClientKey);
  Apply(Object::Make(std::move(secret)));
  engine_->Resolve();
  EXPECT_EQ(StatusOf("gateway-tls-backend-client-certificate-test"),
            On("gateway-tls-backend-client-certificate", kGood));
  EXPECT_THAT(Backends(*engine_),
              HasSubstr("gateway-tls-backend-client-certificate tls{sni=abc.example.com "
                        "trust=bundle:1 names=dns:abc.example.com client}"));
}

INSTANTIATE_TEST_SUITE_P(Profile, ConformanceTest, ::testing::Values("gateway-api", "kgateway"),
                         [](const auto& info) {
                           return absl::StrReplaceAll(info.param, {{"-", "_"}});
                         });

}  // namespace
}  // namespace gwpolicy
