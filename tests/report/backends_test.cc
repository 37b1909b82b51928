#include "gwpolicy/report/backends.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/values.h"
#include "tests/report/value_at.h"

namespace gwpolicy {
namespace report {
namespace {

BackendTls Nginx(TlsMode mode) {
  BackendTls backend;
  backend.gateway = ReadingGateway{{"infra", "http"}, "kgateway"};
  backend.port.Modify([&](PortTls& port) {
    port.backend = {"", "Service", "default", "nginx", 8443};
    port.port_name = "https";
    port.mode = mode;
  });
  return backend;
}

tls::ClientTls Example() {
  tls::ClientTls tls;
  tls.sni = "example.com";
  tls.trust.source = tls::TrustSource::kSystem;
  tls.names.accepted = {{tls::PeerName::Type::kDns, "example.com"}};
  tls.names.unchecked = true;
  return tls;
}

TEST(BackendValueTest, TlsHasEveryMemberOfTheContract) {
  BackendTls backend = Nginx(TlsMode::kTls);
  backend.port.Modify(
      [&](PortTls& port) { port.tls = std::make_shared<tls::ClientTls>(Example()); });
  PolicyOutcome won;
  PolicyFields fields{{"BackendTLSPolicy", "default", "new", ""},
                      {{"sni", "example.com", "spec.validation.hostname"}},
                      {},
                      ""};
  won.fate = Fate::kWon;
  won.fields = fields;
  PolicyOutcome lost = won;
  fields.policy.name = "old";
  lost.fields = fields;
  lost.fate = Fate::kLost;
  lost.rule = OrderRule::kOlder;
  lost.winner = 0;
  backend.port.Modify([&](PortTls& port) { port.policies = {won, lost}; });
  const Value value = BackendValue(backend);
  EXPECT_EQ(At(value, "gateway.namespace"), "infra");
  EXPECT_EQ(At(value, "gateway.name"), "http");
  EXPECT_EQ(At(value, "backend.group"), "");
  EXPECT_EQ(At(value, "backend.kind"), "Service");
  EXPECT_EQ(At(value, "backend.namespace"), "default");
  EXPECT_EQ(At(value, "backend.name"), "nginx");
  EXPECT_EQ(At(value, "backend.port"), "8443");
  EXPECT_EQ(At(value, "mode"), "TLS");
  EXPECT_EQ(At(value, "reason"), "");
  EXPECT_EQ(At(value, "tls.sni"), "example.com");
  EXPECT_EQ(At(value, "tls.trust.source"), "system");
  EXPECT_EQ(At(value, "tls.names.unchecked"), "true");
  EXPECT_EQ(At(value, "tls.names.accepted.0.type"), "DNS");
  EXPECT_EQ(At(value, "tls.names.accepted.0.value"), "example.com");
  EXPECT_EQ(At(value, "tls.clientCertificate"), "null");
  EXPECT_EQ(At(value, "provenance.0.field"), "sni");
  EXPECT_EQ(At(value, "provenance.0.from.kind"), "BackendTLSPolicy");
  EXPECT_EQ(At(value, "provenance.0.from.fieldPath"), "spec.validation.hostname");
  EXPECT_EQ(At(value, "provenance.0.over.0.name"), "old");
  EXPECT_EQ(At(value, "provenance.0.over.0.rule"), "it is older");
  EXPECT_EQ(At(value, "posture.0"), "Posture/NameUnchecked");
}

TEST(BackendValueTest, FailClosedSaysWhyAndHasNoTls) {
  BackendTls backend = Nginx(TlsMode::kFailClosed);
  backend.port.Modify([&](PortTls& port) {
    port.failure =
        Failure{Code::kTrustNotFound, "InvalidCACertificateRef", "no ConfigMap", FieldSource()};
  });
  const Value value = BackendValue(backend);
  EXPECT_EQ(At(value, "mode"), "FailClosed");
  EXPECT_EQ(At(value, "reason"), "InvalidCACertificateRef");
  EXPECT_EQ(At(value, "message"), "no ConfigMap");
  EXPECT_EQ(At(value, "tls"), "null");
}

TEST(BackendValueTest, BackendThatNoGatewayReachesHasNullForIt) {
  BackendTls backend = Nginx(TlsMode::kPlaintext);
  backend.gateway = {};
  EXPECT_EQ(At(BackendValue(backend), "gateway"), "null");
  EXPECT_EQ(At(BackendValue(backend), "mode"), "Plaintext");
}

TEST(BackendValueTest, PrivateKeyIsNowhere) {
  BackendTls backend = Nginx(TlsMode::kTls);
  tls::ClientTls tls = Example();
  tls.client_certificate = std::make_shared<tls::ClientCertificate>(
      tls::ClientCertificate{"no certificate either", PrivateBytes("the private key")});
  backend.port.Modify(
      [&](PortTls& port) { port.tls = std::make_shared<tls::ClientTls>(std::move(tls)); });
  const Value value = BackendValue(backend);
  EXPECT_EQ(At(value, "tls.clientCertificate.subject"), "");
  EXPECT_FALSE(Mentions(value, "the private key"));
  EXPECT_FALSE(Mentions(value, "no certificate either"));
}

struct VersionCase {
  const char* name;
  tls::TlsVersion version;
  const char* text;
};

class VersionTest : public ::testing::TestWithParam<VersionCase> {};

TEST_P(VersionTest, IsShownAsItTakesEffect) {
  tls::ClientTls tls = Example();
  tls.max_version = GetParam().version;
  EXPECT_EQ(At(ClientTlsValue(tls), "maxVersion"), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Maximum, VersionTest,
                         ::testing::ValuesIn<VersionCase>({
                             {"DefaultIsEnvoysOwn", tls::TlsVersion::kDefault, "TLSv1.2"},
                             {"Given10", tls::TlsVersion::k1_0, "TLSv1.0"},
                             {"Given11", tls::TlsVersion::k1_1, "TLSv1.1"},
                             {"Given12", tls::TlsVersion::k1_2, "TLSv1.2"},
                             {"Given13", tls::TlsVersion::k1_3, "TLSv1.3"},
                         }),
                         [](const auto& info) { return std::string(info.param.name); });

struct HostnameCase {
  const char* name;
  const char* sni;
  tls::PeerNames names;
  const char* authenticates;
};

class HostnameTest : public ::testing::TestWithParam<HostnameCase> {};

TEST_P(HostnameTest, AuthenticatesOnlyAsAnAcceptedDnsName) {
  tls::ClientTls tls = Example();
  tls.sni = GetParam().sni;
  tls.names = GetParam().names;
  EXPECT_EQ(At(ClientTlsValue(tls), "hostnameAuthenticates"), GetParam().authenticates);
}

tls::PeerNames Names(tls::PeerName::Type type, std::string value) {
  tls::PeerNames names;
  names.accepted = {{type, std::move(value)}};
  return names;
}

INSTANTIATE_TEST_SUITE_P(
    Names, HostnameTest,
    ::testing::ValuesIn<HostnameCase>({
        {"SameName", "a.test", Names(tls::PeerName::Type::kDns, "A.test"), "true"},
        {"OtherName", "a.test", Names(tls::PeerName::Type::kDns, "b.test"), "false"},
        {"SameTextAsUri", "a.test", Names(tls::PeerName::Type::kUri, "a.test"), "false"},
        {"NamesUnchecked", "a.test", tls::PeerNames::Any(), "false"},
        {"NoSni", "", Names(tls::PeerName::Type::kDns, ""), "false"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(BackendsDocumentTest, KeepsTheOrderGiven) {
  const auto shared = [](TlsMode mode) { return std::make_shared<const BackendTls>(Nginx(mode)); };
  const Value document =
      BackendsDocument({shared(TlsMode::kPlaintext), shared(TlsMode::kFailClosed)});
  EXPECT_EQ(At(document, "apiVersion"), "gwpolicy/v1alpha1");
  EXPECT_EQ(At(document, "backends.0.mode"), "Plaintext");
  EXPECT_EQ(At(document, "backends.1.mode"), "FailClosed");
}

TEST(TimeValueTest, IsRfc3339OrNull) {
  EXPECT_EQ(At(TimeValue(absl::FromUnixSeconds(0)), ""), "1970-01-01T00:00:00Z");
  EXPECT_EQ(At(TimeValue(absl::InfinitePast()), ""), "null");
  EXPECT_EQ(At(TimeValue(absl::InfiniteFuture()), ""), "null");
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
