#include "gwpolicy/tls/settings.h"

#include <openssl/base.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gwpolicy/tls/names.h"
#include "gwpolicy/tls/ssl_settings.h"

namespace gwpolicy {
namespace tls {
namespace {

// envoyproxy/envoy 1.40, source/common/tls/client_context_impl.cc and context_config_impl.cc.
constexpr char kEnvoyCiphers[] =
    "[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]:"
    "[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384";
constexpr char kEnvoyGroups[] = "X25519MLKEM768:X25519:P-256";

constexpr size_t kMaxSni = 255;
constexpr size_t kMaxAlpnName = 255;
constexpr size_t kMaxShownSetting = 200;

// The cipher names that BoringSSL refuses one by one, as Envoy lists them.
std::string RejectedCiphers(SSL_CTX* ctx, const List<Text>& ciphers) {
  std::vector<std::string> rejected;
  for (const Text& cipher : ciphers) {
    std::string name(cipher);
    if (!SSL_CTX_set_strict_cipher_list(ctx, name.c_str())) rejected.push_back(std::move(name));
  }
  ERR_clear_error();
  return absl::StrJoin(rejected, ", ");
}

}  // namespace

std::vector<Failure> ApplySettings(SSL_CTX* ctx, const ClientTls& tls) {
  std::vector<Failure> failures;
  const auto fail = [&failures](Code code, std::string message, std::string envoy_reason) {
    Failure failure = MakeFailure(code, std::move(message));
    failure.envoy_reason = std::move(envoy_reason);
    failures.push_back(std::move(failure));
  };
  if (!tls.cipher_suites.empty()) {
    const std::string list = absl::StrJoin(tls.cipher_suites, ":");
    if (!SSL_CTX_set_strict_cipher_list(ctx, list.c_str())) {
      const std::string rejected = RejectedCiphers(ctx, tls.cipher_suites);
      fail(Code::kConfigCiphers,
           absl::StrCat("Envoy does not accept the cipher suites ",
                        EscapedForPeople(rejected.empty() ? list : rejected, kMaxShownSetting)),
           absl::StrCat(
               "Failed to initialize cipher suites ", list,
               ". The following ciphers were rejected when tried individually: ", rejected));
    }
  } else if (!SSL_CTX_set_strict_cipher_list(ctx, kEnvoyCiphers)) {
    fail(Code::kTlsInternal, "the default cipher suites are not known", "");
  }

  const std::string groups = tls.groups.empty() ? kEnvoyGroups : absl::StrJoin(tls.groups, ":");
  if (!SSL_CTX_set1_groups_list(ctx, groups.c_str())) {
    fail(Code::kConfigGroups,
         absl::StrCat("Envoy does not accept the list of curves ",
                      EscapedForPeople(groups, kMaxShownSetting)),
         absl::StrCat("Failed to initialize ECDH curves ", groups));
  }
  if (!tls.signature_algorithms.empty()) {
    const std::string list = absl::StrJoin(tls.signature_algorithms, ":");
    if (!SSL_CTX_set1_sigalgs_list(ctx, list.c_str())) {
      fail(Code::kConfigSignatureAlgorithms,
           absl::StrCat("Envoy does not accept the signature algorithms ",
                        EscapedForPeople(list, kMaxShownSetting)),
           absl::StrCat("Failed to initialize TLS signature algorithms ", list));
    }
  }

  std::vector<uint8_t> alpn;
  for (const Text& protocol : tls.alpn_protocols) {
    if (protocol.empty() || protocol.size() > kMaxAlpnName) {
      fail(Code::kConfigAlpn, "an ALPN protocol name is empty or longer than 255 bytes",
           "Invalid ALPN protocol string");
      break;
    }
    alpn.push_back(static_cast<uint8_t>(protocol.size()));
    alpn.insert(alpn.end(), protocol.begin(), protocol.end());
  }
  // Zero is success here.
  if (!alpn.empty() && SSL_CTX_set_alpn_protos(ctx, alpn.data(), alpn.size()) != 0) {
    fail(Code::kConfigAlpn, "the list of ALPN protocols is too long",
         "Invalid ALPN protocol string");
  }
  if (tls.sni.size() > kMaxSni) {
    fail(Code::kConfigSni, absl::StrCat("the SNI has ", tls.sni.size(), " bytes; 255 may be sent"),
         "Proto constraint validation failed (UpstreamTlsContextValidationError.Sni: value length "
         "must be at most 255 bytes)");
  } else if (absl::StrContains(tls.sni, '\0')) {
    fail(Code::kConfigSni, "the SNI holds a NUL byte",
         "SNI names containing NULL-byte are not allowed");
  }
  for (const std::string& pin : tls.pins->certificate_hashes) {
    if (!IsCertificateHash(pin)) {
      fail(Code::kConfigPin,
           absl::StrCat("the certificate hash ", EscapedForPeople(pin, kMaxShownSetting),
                        " is not SHA-256 in hexadecimal"),
           absl::StrCat("Invalid hex-encoded SHA-256 ", pin));
    }
  }
  for (const std::string& pin : tls.pins->spki) {
    if (!IsSpkiPin(pin)) {
      fail(Code::kConfigPin,
           absl::StrCat("the SPKI pin ", EscapedForPeople(pin, kMaxShownSetting),
                        " is not SHA-256 in base64"),
           absl::StrCat("Invalid base64-encoded SHA-256 ", pin));
    }
  }
  ERR_clear_error();
  return failures;
}

std::vector<std::string> OfferedCipherSuites(const ClientTls& tls) {
  const std::string list =
      tls.cipher_suites.empty() ? kEnvoyCiphers : absl::StrJoin(tls.cipher_suites, ":");
  return absl::StrSplit(list, absl::ByAnyChar("[|]:"), absl::SkipEmpty());
}

std::vector<std::string> OfferedGroups(const ClientTls& tls) {
  const std::string list = tls.groups.empty() ? kEnvoyGroups : absl::StrJoin(tls.groups, ":");
  return absl::StrSplit(list, ':', absl::SkipEmpty());
}

std::vector<Failure> RefusedSettings(const ClientTls& tls) {
  const bool only_defaults = tls.cipher_suites.empty() && tls.groups.empty() &&
                             tls.signature_algorithms.empty() && tls.alpn_protocols.empty() &&
                             tls.pins->empty();
  // Most policies: nothing to ask BoringSSL about, and many of them are looked at.
  if (only_defaults && tls.sni.size() <= kMaxSni && !absl::StrContains(tls.sni, '\0')) return {};
  bssl::UniquePtr<SSL_CTX> ctx(SSL_CTX_new(TLS_method()));
  if (ctx == nullptr) {
    ERR_clear_error();
    return {MakeFailure(Code::kTlsInternal, "the TLS library is out of memory")};
  }
  return ApplySettings(ctx.get(), tls);
}

}  // namespace tls
}  // namespace gwpolicy
