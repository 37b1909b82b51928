#ifndef TESTS_TLS_TEST_PKI_H_
#define TESTS_TLS_TEST_PKI_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace gwpolicy {
namespace tls {
namespace testing {

// A certificate with its key, made while the test runs.
struct Identity {
  std::string name;  // common name
  std::string cert_pem;
  std::string cert_der;
  std::string key_pem;
};

struct CertSpec {
  enum class Key { kP224, kP256, kP384, kP521, kEd25519, kRsa1024, kRsa2048 };

  std::string common_name;  // "" makes an empty subject
  bool is_ca = false;
  std::string san;                // as OpenSSL's configuration has it: "DNS:a.example,IP:10.0.0.1"
  std::string eku;                // "serverAuth,clientAuth"
  std::string key_usage;          // "digitalSignature"; CAs have keyCertSign by default
  std::string basic_constraints;  // instead of what is_ca gives
  std::string name_constraints;   // "permitted;DNS:example.com"
  bool key_identifiers = true;    // SKI and AKI
  bool unknown_critical_extension = false;
  std::vector<std::pair<std::string, std::string>> more_extensions;  // OID, DER in hexadecimal
  bool sha1 = false;
  Key key = Key::kP256;
  std::optional<std::string> key_pem;                        // an existing key instead of a new one
  absl::Time not_before = absl::FromUnixSeconds(946684800);  // 2000-01-01
  absl::Time not_after = absl::FromUnixSeconds(4070908800);  // 2099-01-01
};

// Signs with `issuer`, or with its own key when that is null. Aborts the test program on a spec
// that BoringSSL refuses.
Identity MakeCertificate(const CertSpec& spec, const Identity* issuer);

Identity MakeRoot(const std::string& common_name);
Identity MakeIntermediate(const std::string& common_name, const Identity& issuer);
// A server's certificate for one DNS name.
Identity MakeServer(const std::string& dns_name, const Identity& issuer);

// A CRL of `issuer` that is valid from 2020 to 2040 and revokes `revoked`.
std::string MakeCrlPem(const Identity& issuer, const std::vector<Identity>& revoked);

// The time that tests verify at: 2026-01-01.
absl::Time TestNow();

}  // namespace testing
}  // namespace tls
}  // namespace gwpolicy

#endif  // TESTS_TLS_TEST_PKI_H_
