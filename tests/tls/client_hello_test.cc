// The first flight of a session is that of Envoy 1.40, recorded in client_hellos.txt: byte for byte
// but for randoms. tests/e2e/client_hello.py writes that file and compares with a running Envoy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bytestring.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace tls {
namespace {

using ::gwpolicy::tls::testing::CertSpec;
using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeCertificate;
using ::gwpolicy::tls::testing::MakeRoot;
using ::gwpolicy::tls::testing::TestNow;
using ::testing::ElementsAreArray;
using ::testing::ValuesIn;
using Lines = std::vector<std::string>;

constexpr uint8_t kHandshake = 22;
constexpr uint8_t kClientHello = 1;
constexpr uint16_t kKeyShare = 51;
constexpr size_t kRandomSize = 32;

std::string Hex(const CBS& bytes) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(CBS_data(&bytes)), CBS_len(&bytes)));
}

std::string Hex(uint16_t number) {
  const char bytes[] = {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
  return absl::BytesToHexString(absl::string_view(bytes, sizeof(bytes)));
}

// "" when it is malformed.
std::string SharesText(CBS body) {
  CBS shares;
  CBS key;
  uint16_t group = 0;
  std::string text;
  if (!CBS_get_u16_length_prefixed(&body, &shares) || CBS_len(&body) != 0) return "";
  while (CBS_len(&shares) > 0) {
    if (!CBS_get_u16(&shares, &group) || !CBS_get_u16_length_prefixed(&shares, &key)) return "";
    absl::StrAppend(&text, text.empty() ? "" : " ", Hex(group), ":", CBS_len(&key));
  }
  return text;
}

// The same lines as `describe` in tests/e2e/client_hello.py. Ends early where something is
// malformed, so that the comparison fails there.
Lines Describe(absl::Span<const uint8_t> flight) {
  Lines lines;
  CBS record;
  CBS_init(&record, flight.data(), flight.size());
  CBS fragment;
  CBS hello;
  CBS session;
  CBS suites;
  CBS compression;
  CBS extensions;
  uint8_t type = 0;
  uint16_t version = 0;
  if (!CBS_get_u8(&record, &type) || type != kHandshake || !CBS_get_u16(&record, &version) ||
      !CBS_get_u16_length_prefixed(&record, &fragment) || CBS_len(&record) != 0) {
    return lines;
  }
  lines.push_back(absl::StrCat("record ", Hex(version)));
  if (!CBS_get_u8(&fragment, &type) || type != kClientHello ||
      !CBS_get_u24_length_prefixed(&fragment, &hello) || CBS_len(&fragment) != 0 ||
      !CBS_get_u16(&hello, &version) || !CBS_skip(&hello, kRandomSize) ||
      !CBS_get_u8_length_prefixed(&hello, &session) ||
      !CBS_get_u16_length_prefixed(&hello, &suites) ||
      !CBS_get_u8_length_prefixed(&hello, &compression) ||
      !CBS_get_u16_length_prefixed(&hello, &extensions) || CBS_len(&hello) != 0) {
    return lines;
  }
  lines.push_back(absl::StrCat("version ", Hex(version)));
  lines.push_back(absl::StrCat("random ", kRandomSize));
  lines.push_back(absl::StrCat("session ", CBS_len(&session)));
  std::string ciphers = "ciphers";
  uint16_t number = 0;
  while (CBS_get_u16(&suites, &number)) absl::StrAppend(&ciphers, " ", Hex(number));
  lines.push_back(std::move(ciphers));
  lines.push_back(absl::StrCat("compression ", Hex(compression)));
  CBS body;
  while (CBS_get_u16(&extensions, &number) && CBS_get_u16_length_prefixed(&extensions, &body)) {
    const std::string text = number == kKeyShare ? SharesText(body) : Hex(body);
    lines.push_back(absl::StrCat("extension ", number, text.empty() ? "" : " ", text));
  }
  return lines;
}

// By the name of the setting.
const std::map<std::string, Lines>& Recorded() {
  static const auto* const kRecorded = [] {
    auto* recorded = new std::map<std::string, Lines>;
    std::ifstream file("tests/tls/client_hellos.txt");
    Lines* current = nullptr;
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == '#') continue;
      if (line[0] == '[') {
        current = &(*recorded)[line.substr(1, line.size() - 2)];
      } else if (current != nullptr) {
        current->push_back(line);
      }
    }
    return recorded;
  }();
  return *kRecorded;
}

struct Setting {
  std::string name;
  std::function<void(ClientTls&)> change = [](ClientTls&) {};
};

std::function<void(ClientTls&)> Versions(TlsVersion min, TlsVersion max) {
  return [min, max](ClientTls& tls) {
    tls.min_version = min;
    tls.max_version = max;
  };
}

std::function<void(ClientTls&)> With13(const std::function<void(ClientTls&)>& change) {
  return [change](ClientTls& tls) {
    Versions(TlsVersion::k1_2, TlsVersion::k1_3)(tls);
    change(tls);
  };
}

Identity MakeClient(CertSpec::Key key) {
  CertSpec spec;
  spec.common_name = "gateway";
  spec.eku = "clientAuth";
  spec.key = key;
  const Identity ca = MakeRoot("Client CA");
  return MakeCertificate(spec, &ca);
}

std::function<void(ClientTls&)> ClientCertificateOf(CertSpec::Key key) {
  return [key](ClientTls& tls) {
    const Identity client = MakeClient(key);
    tls.client_certificate = std::make_shared<ClientCertificate>(
        ClientCertificate{client.cert_pem, PrivateBytes(client.key_pem)});
  };
}

void Renegotiates(ClientTls& tls) { tls.allow_renegotiation = true; }
void Unverified(ClientTls& tls) { tls.trust = {TrustSource::kUnverified, nullptr}; }

std::vector<Setting> Settings() {
  return {
      {"defaults"},
      {"backend-tls-policy"},
      {"no-sni", [](ClientTls& tls) { tls.sni.clear(); }},
      {"capital-sni-with-dot", [](ClientTls& tls) { tls.sni = "API.Case.test."; }},
      {"only-tls12", Versions(TlsVersion::k1_2, TlsVersion::k1_2)},
      {"only-tls13", Versions(TlsVersion::k1_3, TlsVersion::k1_3)},
      {"tls10-to-tls12", Versions(TlsVersion::k1_0, TlsVersion::k1_2)},
      {"tls10-to-tls13", Versions(TlsVersion::k1_0, TlsVersion::k1_3)},
      {"tls11-to-tls11",
       [](ClientTls& tls) {
         Versions(TlsVersion::k1_1, TlsVersion::k1_1)(tls);
         tls.cipher_suites = {"ECDHE-RSA-AES128-SHA"};
       }},
      {"tls12-to-tls13", Versions(TlsVersion::k1_2, TlsVersion::k1_3)},
      {"ciphers",
       [](ClientTls& tls) {
         tls.cipher_suites = {"ECDHE-RSA-AES256-GCM-SHA384", "AES128-SHA"};
       }},
      {"ciphers-tls13",
       With13([](ClientTls& tls) { tls.cipher_suites = {"ECDHE-RSA-CHACHA20-POLY1305"}; })},
      {"groups",
       [](ClientTls& tls) {
         tls.groups = {"P-384", "X25519"};
       }},
      {"groups-tls13", With13([](ClientTls& tls) {
         tls.groups = {"P-256", "X25519"};
       })},
      {"groups-tls13-one", With13([](ClientTls& tls) { tls.groups = {"P-521"}; })},
      {"groups-tls13-hybrid-last", With13([](ClientTls& tls) {
         tls.groups = {"X25519", "X25519MLKEM768"};
       })},
      {"groups-tls12-hybrid",
       [](ClientTls& tls) {
         tls.groups = {"X25519MLKEM768", "P-256"};
       }},
      {"signature-algorithms",
       [](ClientTls& tls) {
         tls.signature_algorithms = {"ed25519", "rsa_pss_rsae_sha256"};
       }},
      {"signature-algorithms-tls13", With13([](ClientTls& tls) {
         tls.signature_algorithms = {"ecdsa_secp384r1_sha384", "rsa_pkcs1_sha256"};
       })},
      {"alpn-one"},
      {"alpn-several", With13([](ClientTls& tls) {
         tls.alpn_protocols = {"h2", "http/1.1"};
       })},
      {"http2-without-alpn", [](ClientTls& tls) { tls.alpn_protocols = {"h2"}; }},
      {"renegotiation", Renegotiates},
      {"renegotiation-tls13", With13(Renegotiates)},
      {"client-certificate", ClientCertificateOf(CertSpec::Key::kP256)},
      {"client-certificate-tls13", With13(ClientCertificateOf(CertSpec::Key::kRsa2048))},
      {"system-trust",
       [](ClientTls& tls) {
         tls.trust = {TrustSource::kSystem, nullptr};
       }},
      {"unverified", Unverified},
      {"unverified-tls13", With13(Unverified)},
  };
}

class ClientHelloTest : public ::testing::TestWithParam<Setting> {};

TEST_P(ClientHelloTest, IsThatOfEnvoy) {
  const std::string& name = GetParam().name;
  const auto recorded = Recorded().find(name);
  ASSERT_NE(recorded, Recorded().end());
  static const Identity& root = *new Identity(MakeRoot("Root"));
  ClientTls tls;
  tls.sni = absl::StrCat(name, ".case.test");
  tls.trust = {TrustSource::kBundle, TrustBundle::Parse(root.cert_pem, PemReader::kEnvoy)};
  tls.names = PeerNames::Any();
  tls.alpn_protocols = {"http/1.1"};  // of Envoy's connection pool, where the policy has none
  GetParam().change(tls);
  SessionOptions options;
  options.system_trust = TrustBundle::Parse(root.cert_pem, PemReader::kEnvoy);
  auto session =
      ClientSession::Create(std::make_shared<const ClientTls>(tls), TestNow(), std::move(options));
  ASSERT_TRUE(session.ok()) << session.status();
  std::vector<uint8_t> flight;
  ASSERT_EQ(session->Advance({}, flight), Need::kBytes);
  EXPECT_THAT(Describe(flight), ElementsAreArray(recorded->second));
}

INSTANTIATE_TEST_SUITE_P(Settings, ClientHelloTest, ValuesIn(Settings()), [](const auto& info) {
  return absl::StrReplaceAll(info.param.name, {{"-", "_"}});
});

TEST(RecordedHellosTest, EachIsCompared) {
  Lines names;
  for (const Setting& setting : Settings()) names.push_back(setting.name);
  Lines recorded;
  for (const auto& [name, lines] : Recorded()) recorded.push_back(name);
  EXPECT_THAT(names, ::testing::UnorderedElementsAreArray(recorded));
}

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
