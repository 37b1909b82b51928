// spec.options of a BackendTLSPolicy as kgateway reads them: one row a key and a rule (issue
// 14283).
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "gwpolicy/resolve/engine.h"
#include "gwpolicy/tls/values.h"
#include "tests/resolve/engine_fixture.h"

namespace gwpolicy {
namespace {

using ::gwpolicy::testing::CaObjects;
using ::gwpolicy::testing::kGateway;
using ::gwpolicy::testing::kNginx;
using ::gwpolicy::testing::MakeEngine;
using ::gwpolicy::testing::TlsPolicy;
using ::testing::ValuesIn;

constexpr char kHash[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

const char* VersionText(tls::TlsVersion version) {
  switch (version) {
    case tls::TlsVersion::kDefault:
      return "default";
    case tls::TlsVersion::k1_0:
      return "1.0";
    case tls::TlsVersion::k1_1:
      return "1.1";
    case tls::TlsVersion::k1_2:
      return "1.2";
    case tls::TlsVersion::k1_3:
      return "1.3";
  }
  return "";
}

// What the options changed, or the message of Accepted=False.
std::string Read(const std::string& options) {
  const Engine engine = MakeEngine(
      {kGateway, kNginx, CaObjects(), absl::StrCat(TlsPolicy("a"), "  options:\n", options)});
  for (const Condition& condition : engine.Policies().at(0)->status->ancestors[0].conditions) {
    if (condition.status == "False") {
      return absl::StrCat(condition.reason, ": ", condition.message);
    }
  }
  const auto entry = engine.Find({"infra", "http"}, {"", "Service", "default", "nginx", 8443});
  if (entry == nullptr || entry->port->tls == nullptr) return "no TLS";
  const tls::ClientTls& tls = *entry->port->tls;
  std::vector<std::string> parts;
  const auto list = [&parts](const char* name, const auto& items) {
    if (!items.empty()) parts.push_back(absl::StrCat(name, "=", absl::StrJoin(items, "|")));
  };
  if (tls.min_version != tls::TlsVersion::kDefault ||
      tls.max_version != tls::TlsVersion::kDefault) {
    parts.push_back(absl::StrCat(VersionText(tls.min_version), "..", VersionText(tls.max_version)));
  }
  list("ciphers", tls.cipher_suites);
  list("groups", tls.groups);
  list("signatures", tls.signature_algorithms);
  list("alpn", tls.alpn_protocols);
  list("hashes", tls.pins->certificate_hashes);
  return absl::StrJoin(parts, " ");
}

std::string Option(const std::string& key, const std::string& value) {
  return absl::StrCat("    ", key, ": \"", value, "\"\n");
}
std::string Own(const std::string& key, const std::string& value) {
  return Option("kgateway.dev/" + key, value);
}

struct OptionCase {
  const char* name;
  std::string options;
  std::string outcome;
};
std::ostream& operator<<(std::ostream& out, const OptionCase& c) { return out << c.name; }

class TlsOptionsTest : public ::testing::TestWithParam<OptionCase> {};

TEST_P(TlsOptionsTest, AreReadAsKgatewayDoes) {
  EXPECT_EQ(Read(GetParam().options), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Kgateway, TlsOptionsTest,
    ValuesIn<OptionCase>({
        {"KeysOfOthersAreIgnored", Option("example.com/min-tls-version", "9"), ""},
        {"CipherSuitesAreTrimmed",
         Own("cipher-suites", "ECDHE-RSA-AES128-GCM-SHA256 , ECDHE-RSA-AES256-GCM-SHA384"),
         "ciphers=ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-AES256-GCM-SHA384"},
        {"EcdhCurves", Own("ecdh-curves", "X25519,P-384"), "groups=X25519|P-384"},
        {"SignatureAlgorithms", Own("signature-algorithms", "ecdsa_secp256r1_sha256"),
         "signatures=ecdsa_secp256r1_sha256"},
        {"AlpnProtocols", Own("alpn-protocols", "h2,http/1.1"), "alpn=h2|http/1.1"},
        {"AlpnMayBeExplicitlyEmpty", Own("alpn-protocols", " allow-empty"), ""},
        {"MinimumAloneRaisesTheMaximum", Own("min-tls-version", "1.2"), "1.2..1.3"},
        {"MaximumAlone", Own("max-tls-version", "1.2"), "default..1.2"},
        {"MinimumAndMaximum", Own("min-tls-version", "1.1") + Own("max-tls-version", "1.2"),
         "1.1..1.2"},
        {"MaximumBelowMinimum", Own("min-tls-version", "1.3") + Own("max-tls-version", "1.2"),
         "Invalid: invalid TLS options: maximum tls version TLSv1_2 is less than minimum tls "
         "version TLSv1_3"},
        {"UnknownMinimum", Own("min-tls-version", "2"),
         "Invalid: invalid TLS options: invalid minimum tls version: 2"},
        {"UnknownMaximum", Own("max-tls-version", "AUTO"),
         "Invalid: invalid TLS options: invalid maximum tls version: AUTO"},
        {"CertificateHash", Own("verify-certificate-hash", kHash), absl::StrCat("hashes=", kHash)},
        {"CertificateHashesAreSplitAtCommasAndHyphens",
         Own("verify-certificate-hash", absl::StrCat(kHash, "-", kHash, ", ")),
         absl::StrCat("hashes=", kHash, "|", kHash)},
        {"BadCertificateHash", Own("verify-certificate-hash", "abc"),
         "Invalid: invalid TLS options: invalid certificate hash: abc"},
        {"SubjectAltNamesAreRefused", Own("verify-subject-alt-names", "x"),
         "Invalid: invalid TLS options: kgateway.dev/verify-subject-alt-names is not supported on "
         "BackendTLSPolicy: additional SANs would be OR'd with the required spec.validation "
         "identity check, weakening it"},
        {"UnknownKey", Own("ciphers", "x"),
         "Invalid: invalid TLS options: unknown tls option: kgateway.dev/ciphers"},
        {"EmptyItemOfAList", Own("ecdh-curves", "X25519,,P-256"),
         "Invalid: invalid TLS options: empty item in tls option: kgateway.dev/ecdh-curves"},
        {"EveryErrorIsReported", Own("ciphers", "x") + Own("min-tls-version", "2"),
         "Invalid: invalid TLS options: unknown tls option: kgateway.dev/ciphers\ninvalid minimum "
         "tls version: 2"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace gwpolicy
