// Every invalid or half-present source of trust, under every profile: TLS or nothing, never
// plaintext. Gateway API reference: CA reference validity, combined outcomes, traffic when a policy
// is invalid; kgateway: backendtlspolicy/plugin.go, backendconfigpolicy/tls.go.
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/resolve/profile.h"
#include "tests/resolve/engine_fixture.h"
#include "tests/testing/certificates.h"
#include "tests/testing/objects.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::Backends;
using ::gwpolicy::testing::CaObjects;
using ::gwpolicy::testing::ConfigPolicy;
using ::gwpolicy::testing::kGateway;
using ::gwpolicy::testing::kNginx;
using ::gwpolicy::testing::MakeEngine;
using ::gwpolicy::testing::Statuses;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ValuesIn;

// A ConfigMap or Secret with one key.
std::string Holder(const char* kind, const char* name, const char* key, const std::string& text) {
  return absl::StrCat(
      "apiVersion: v1\nkind: ", kind, "\nmetadata: {name: ", name, ", namespace: default}\n",
      std::string(kind) == "Secret" ? "stringData" : "data", ":\n  ", key,
      text.empty()
          ? ": \"\"\n"
          : absl::StrCat(": |\n    ", absl::StrReplaceAll(text, {{"\n", "\n    "}}), "\n"));
}

// A certificate whose PEM is good and whose DER is not.
constexpr char kDamaged[] =
    "-----BEGIN CERTIFICATE-----\nAAAAAAAAAAAAAAAA\n-----END CERTIFICATE-----\n";

std::string Holders() {
  return absl::StrJoin(
      {CaObjects(), Holder("ConfigMap", "otherkey", "tls.crt", testing::kCaA),
       Holder("ConfigMap", "empty", "ca.crt", ""),
       Holder("ConfigMap", "text", "ca.crt", "nonsense"),
       Holder("ConfigMap", "keyonly", "ca.crt", testing::kOtherKey),
       Holder("ConfigMap", "damaged", "ca.crt", kDamaged),
       Holder("Secret", "emptyca", "ca.crt", ""), Holder("Secret", "badca", "ca.crt", "nonsense"),
       Holder("Secret", "certonly", "tls.crt", testing::kClientCertificate),
       Holder("Secret", "nothing", "other", "x")},
      "\n---\n");
}

std::string Ref(const char* name, const char* kind = "ConfigMap", const char* group = "") {
  return absl::StrCat("{group: \"", group, "\", kind: ", kind, ", name: ", name, "}");
}

std::string WithTrust(const std::string& trust) {
  return absl::StrCat(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\n"
      "metadata: {name: a, namespace: default, generation: 1}\nspec:\n"
      "  targetRefs: [{group: \"\", kind: Service, name: nginx}]\n"
      "  validation: {hostname: a.example.com",
      trust.empty() ? "" : ", ", trust, "}\n");
}

std::string Refs(const std::vector<std::string>& refs) {
  return absl::StrCat("caCertificateRefs: [", absl::StrJoin(refs, ", "), "]");
}

// The routed port and the conditions, as one text: "closed{Invalid} Accepted=False/Invalid".
std::string Outcome(const std::string& policy, const std::string& profile) {
  const Engine engine = MakeEngine({kGateway, kNginx, Holders(), policy}, profile);
  const std::string backends = Backends(engine);
  EXPECT_THAT(backends, Not(HasSubstr("plaintext")));
  const std::string line = backends.substr(backends.find("nginx:8443 infra/http ") + 22);
  // "a: Gateway/infra/http CONDITIONS": what stands behind the second space.
  const std::vector<std::string> words = absl::StrSplit(Statuses(engine), absl::MaxSplits(' ', 2));
  return absl::StrCat(line, " ", words.size() == 3 ? words[2] : "no entry");
}

constexpr char kTls[] = "tls{sni=a.example.com trust=bundle:1 names=dns:a.example.com} ";
constexpr char kSystem[] = "tls{sni=a.example.com trust=system names=dns:a.example.com} ";
constexpr char kGood[] = "ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted";
constexpr char kGood21[] = "Accepted=True/Valid Attached=True/Attached";
constexpr char kBadRef[] =
    "closed{InvalidCACertificateRef} ResolvedRefs=False/InvalidCACertificateRef "
    "Accepted=False/NoValidCACertificate";
constexpr char kBadRef21[] =
    "closed{InvalidCACertificateRef} Accepted=False/Invalid Attached=False/Pending";
constexpr char kBadKind[] =
    "closed{InvalidKind} ResolvedRefs=False/InvalidKind Accepted=False/NoValidCACertificate";
constexpr char kBadKind21[] = "closed{InvalidKind} Accepted=False/Invalid Attached=False/Pending";
constexpr char kInvalid[] = "closed{Invalid} ResolvedRefs=True/ResolvedRefs Accepted=False/Invalid";
constexpr char kInvalidAlone[] = "closed{Invalid} Accepted=False/Invalid";
constexpr char kInvalid21[] = "closed{Invalid} Accepted=False/Invalid Attached=False/Pending";

// Outcomes in the order of AllProfiles(): agentgateway, envoy-gateway, gateway-api, istio,
// kgateway, kgateway-2.1, nginx-gateway-fabric.
using Outcomes = std::vector<std::string>;
Outcomes BadRefForAll() {
  return {kBadRef, kBadRef, kBadRef, kBadRef, kBadRef, kBadRef21, kBadRef};
}
Outcomes InvalidForAll() {
  return {kInvalid, kInvalid, kInvalid, kInvalid, kInvalidAlone, kInvalid21, kInvalidAlone};
}

struct TrustCase {
  const char* name;
  std::string trust;  // in spec.validation
  Outcomes outcomes;
};
std::ostream& operator<<(std::ostream& out, const TrustCase& c) { return out << c.name; }

class TrustTest : public ::testing::TestWithParam<TrustCase> {};

TEST_P(TrustTest, GivesTlsOrFailsClosedUnderEveryProfile) {
  ASSERT_EQ(GetParam().outcomes.size(), AllProfiles().size());
  for (size_t i = 0; i < AllProfiles().size(); ++i) {
    const std::string profile(AllProfiles()[i]->name);
    EXPECT_EQ(Outcome(WithTrust(GetParam().trust), profile), GetParam().outcomes[i]) << profile;
  }
}

std::string Join(const char* a, const char* b) { return absl::StrCat(a, b); }

INSTANTIATE_TEST_SUITE_P(
    BackendTLSPolicy, TrustTest,
    ValuesIn<TrustCase>({
        {"ConfigMapDoesNotExist", Refs({Ref("missing")}), BadRefForAll()},
        {"ConfigMapHasAnotherKeyAlone", Refs({Ref("otherkey")}), BadRefForAll()},
        {"BundleIsEmpty", Refs({Ref("empty")}), BadRefForAll()},
        {"BundleIsNoPem", Refs({Ref("text")}), BadRefForAll()},
        {"BundleHasNoCertificate", Refs({Ref("keyonly")}), BadRefForAll()},
        {"CertificateIsDamaged", Refs({Ref("damaged")}), BadRefForAll()},
        {"SecretDoesNotExist",
         Refs({Ref("missing", "Secret")}),
         {kBadKind, kBadRef, kBadKind, kBadKind, kBadRef, kBadKind21, kBadRef}},
        {"SecretIsGood",
         Refs({Ref("ca", "Secret")}),
         {kBadKind, Join(kTls, kGood), kBadKind, kBadKind, Join(kTls, kGood), kBadKind21,
          Join(kTls, kGood)}},
        {"KindIsUnknown",
         Refs({Ref("x", "InvalidKind", "invalid.io")}),
         {kBadKind, kBadKind, kBadKind, kBadKind, kBadKind, kBadKind21, kBadKind}},
        {"GroupOfConfigMapIsWrong",
         Refs({Ref("ca", "ConfigMap", "example.com")}),
         {kBadKind, Join(kTls, kGood), kBadKind, kBadKind, Join(kTls, kGood), Join(kTls, kGood21),
          kBadKind}},
        {"FirstReferenceIsGoodAndTheSecondMissing",
         Refs({Ref("ca"), Ref("missing")}),
         {kBadRef, kBadRef,
          Join(kTls, "ResolvedRefs=False/InvalidCACertificateRef Accepted=True/Accepted"),
          Join(kTls, kGood), Join(kTls, kGood), Join(kTls, kGood21), kInvalidAlone}},
        {"FirstReferenceIsMissingAndTheSecondGood",
         Refs({Ref("missing"), Ref("ca")}),
         {kBadRef, kBadRef,
          Join(kTls, "ResolvedRefs=False/InvalidCACertificateRef Accepted=True/Accepted"), kBadRef,
          kBadRef, kBadRef21, kInvalidAlone}},
        {"SecondReferenceIsOfAnUnknownKind",
         Refs({Ref("ca"), Ref("x", "InvalidKind", "invalid.io")}),
         {kBadKind, Join(kTls, kGood),
          Join(kTls, "ResolvedRefs=False/InvalidKind Accepted=True/Accepted"), Join(kTls, kGood),
          Join(kTls, kGood), Join(kTls, kGood21), kInvalidAlone}},
        {"AllOfSeveralReferencesAreBad",
         Refs({Ref("missing"), Ref("empty")}),
         {kBadRef, kBadRef, kBadRef, kBadRef, kBadRef, kBadRef21, kInvalidAlone}},
        {"BothTrustSourcesAreGiven",
         absl::StrCat("wellKnownCACertificates: System, ", Refs({Ref("ca")})),
         {kInvalid, Join(kSystem, kGood), kInvalid, Join(kSystem, kGood), Join(kSystem, kGood),
          Join(kSystem, kGood21), kInvalidAlone}},
        {"UnknownWellKnownNameBesideAGoodReference",
         absl::StrCat("wellKnownCACertificates: example.com/mine, ", Refs({Ref("ca")})),
         {kInvalid, Join(kTls, kGood), kInvalid, kInvalid, Join(kTls, kGood), Join(kTls, kGood21),
          kInvalidAlone}},
        {"WellKnownNameIsUnknown", "wellKnownCACertificates: example.com/mine", InvalidForAll()},
        {"NoTrustSourceIsGiven", "", InvalidForAll()},
    }),
    [](const auto& info) { return std::string(info.param.name); });

// The first condition that is False, and its message.
std::string FirstError(const std::string& policy, const char* profile) {
  const Engine engine = MakeEngine({kGateway, kNginx, Holders(), policy}, profile);
  for (const PolicyAncestorStatus& entry : engine.Policies().at(0)->status->ancestors) {
    for (const Condition& condition : entry.conditions) {
      if (condition.status == "False") {
        return absl::StrCat(condition.reason, ": ", condition.message);
      }
    }
  }
  return "";
}

struct MessageCase {
  const char* name;
  std::string policy;
  std::string error;
};
std::ostream& operator<<(std::ostream& out, const MessageCase& c) { return out << c.name; }

class KgatewayMessageTest : public ::testing::TestWithParam<MessageCase> {};

TEST_P(KgatewayMessageTest, IsExact) {
  EXPECT_EQ(FirstError(GetParam().policy, "kgateway"), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Conditions, KgatewayMessageTest,
    ValuesIn<MessageCase>({
        {"ConfigMapDoesNotExist", WithTrust(Refs({Ref("missing")})),
         "InvalidCACertificateRef: invalid CA certificate ref ConfigMap/missing: ConfigMap not "
         "found: default/missing"},
        {"KeyIsMissing", WithTrust(Refs({Ref("otherkey")})),
         "InvalidCACertificateRef: invalid CA certificate ref ConfigMap/otherkey: ca.crt key "
         "missing"},
        {"KeyIsEmpty", WithTrust(Refs({Ref("empty")})),
         "InvalidCACertificateRef: invalid CA certificate ref ConfigMap/empty: ca.crt key missing"},
        {"KindIsUnknown", WithTrust(Refs({Ref("x", "InvalidKind", "invalid.io")})),
         "InvalidKind: unsupported certificate reference kind \"InvalidKind\" in group "
         "\"invalid.io\""},
        {"NoTrustSourceIsGiven", WithTrust(""), "Invalid: invalid validation spec"},
        {"WellKnownNameIsUnknown", WithTrust("wellKnownCACertificates: example.com/mine"),
         "Invalid: invalid validation spec"},
        {"NamesWithoutACa",
         ConfigPolicy("c", "{secretRef: {name: nothing}, verifySubjectAltNames: [a.example.com]}"),
         "Invalid: a root_ca must be provided if verify_subject_alt_name is not empty"},
        {"CertificateWithoutKey", ConfigPolicy("c", "{secretRef: {name: certonly}}"),
         "Invalid: invalid TLS config: for if providing a client certificate, both certChain and "
         "privateKey must be provided"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

struct ConfigCase {
  const char* name;
  std::string tls;     // spec.tls
  std::string newest;  // under kgateway
  std::string older;   // under kgateway-2.1
};
std::ostream& operator<<(std::ostream& out, const ConfigCase& c) { return out << c.name; }

class ConfigTrustTest : public ::testing::TestWithParam<ConfigCase> {};

TEST_P(ConfigTrustTest, GivesTlsOrFailsClosed) {
  const std::string policy = ConfigPolicy("c", GetParam().tls);
  EXPECT_EQ(Outcome(policy, "kgateway"), GetParam().newest);
  EXPECT_EQ(Outcome(policy, "kgateway-2.1"), GetParam().older);
}

constexpr char kUnverified[] = "tls{sni=s.example.com trust=unverified names=any} ";
constexpr char kPinned[] = "tls{sni=s.example.com trust=system names=dns:s.example.com} ";

INSTANTIATE_TEST_SUITE_P(
    BackendConfigPolicy, ConfigTrustTest,
    ValuesIn<ConfigCase>({
        {"SecretDoesNotExist", "{secretRef: {name: missing}}", kInvalid21, kInvalid21},
        {"BundleIsNoPem", "{secretRef: {name: badca}}", kInvalid21, kInvalid21},
        {"CertificateWithoutKey", "{secretRef: {name: certonly}}", kInvalid21, kInvalid21},
        {"NamesWithoutACa", "{secretRef: {name: nothing}, verifySubjectAltNames: [a.example.com]}",
         kInvalid21, kInvalid21},
        {"FilesOfAClientCertificate", "{files: {tlsCertificate: /a, tlsKey: /b}}", kInvalid21,
         kInvalid21},
        {"SecretWithoutABundleAcceptsAnything", "{sni: s.example.com, secretRef: {name: nothing}}",
         Join(kUnverified, kGood21), Join(kUnverified, kGood21)},
        {"EmptyBundleCountsAsNone", "{sni: s.example.com, secretRef: {name: emptyca}}",
         Join(kUnverified, kGood21), Join(kUnverified, kGood21)},
        {"NoTrustSource", "{sni: s.example.com}", Join(kPinned, kGood21),
         Join(kUnverified, kGood21)},
        {"InsecureSkipVerifyFalseAlone", "{sni: s.example.com, insecureSkipVerify: false}",
         Join(kPinned, kGood21), Join(kUnverified, kGood21)},
        {"UnknownWellKnownName", "{sni: s.example.com, wellKnownCACertificates: Mine}",
         Join(kPinned, kGood21), Join(kUnverified, kGood21)},
    }),
    [](const auto& info) { return std::string(info.param.name); });

// Whatever comes first, goes and comes again: once the policy is there, its backend is on TLS or
// fails closed.
TEST(OrderOfArrivalTest, GivesNoPlaintextBetweenTwoSafeStates) {
  const Object policy = testing::ParseObject(WithTrust(Refs({Ref("ca")})));
  const Object ca = testing::ParseObjects(CaObjects()).at(0);
  ASSERT_EQ(ca.kind(), Kind::kConfigMap);
  Engine engine = MakeEngine({kGateway, kNginx});
  const auto expect_modes = [&engine](TlsMode mode) {
    const Changes changes = engine.Resolve();
    EXPECT_EQ(changes.backends.size(), 2u);
    for (const auto& backend : changes.backends) EXPECT_EQ(backend->port->mode, mode);
  };
  ASSERT_TRUE(engine.Apply(policy).ok());
  expect_modes(TlsMode::kFailClosed);
  ASSERT_TRUE(engine.Apply(ca).ok());
  expect_modes(TlsMode::kTls);
  ASSERT_TRUE(engine.Delete(ca.key()).ok());
  expect_modes(TlsMode::kFailClosed);
  ASSERT_TRUE(engine.Delete(policy.key()).ok());
  ASSERT_TRUE(engine.Apply(ca).ok());
  expect_modes(TlsMode::kPlaintext);
  ASSERT_TRUE(engine.Apply(policy).ok());
  expect_modes(TlsMode::kTls);
}

}  // namespace
}  // namespace gwpolicy
