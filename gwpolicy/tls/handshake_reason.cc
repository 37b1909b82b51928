#include "gwpolicy/tls/handshake_reason.h"

#include <openssl/err.h>
#include <openssl/evp_errors.h>
#include <openssl/ssl.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/tls/names.h"
#include "gwpolicy/tls/verify_parsed.h"

namespace gwpolicy {
namespace tls {
namespace {

constexpr size_t kMaxFirstBytes = 60;
constexpr int kAlertReasonOffset = 1000;
constexpr int kFirstOwnReason = 100;  // below are those that all libraries share: out of memory

struct AlertRow {
  int alert;
  absl::string_view name;     // RFC 8446 section 6, RFC 5246 section 7.2
  absl::string_view meaning;  // as its sender means it
};

constexpr AlertRow kAlerts[] = {
    {0, "close_notify", "nothing more will be sent"},
    {10, "unexpected_message", "a message came that has no place at this point"},
    {20, "bad_record_mac",
     "a record could not be decrypted: it was damaged, or somebody else wrote into the stream"},
    {21, "decryption_failed", "a record could not be decrypted"},
    {22, "record_overflow", "a record is longer than the protocol allows"},
    {30, "decompression_failure", "compressed data could not be read"},
    {40, "handshake_failure",
     "no version, cipher, group or signature algorithm suits both sides, or a client certificate "
     "is missing"},
    {41, "no_certificate", "there is no certificate to show (SSL 3)"},
    {42, "bad_certificate", "the certificate is damaged or its signature is wrong"},
    {43, "unsupported_certificate",
     "the certificate is of a kind or for a purpose that is not accepted"},
    {44, "certificate_revoked", "the certificate has been revoked"},
    {45, "certificate_expired", "the certificate has expired or is not valid yet"},
    {46, "certificate_unknown",
     "the certificate is not accepted for some other reason, such as its names"},
    {47, "illegal_parameter", "a field has a value that it may not have"},
    {48, "unknown_ca", "the certificate is of a CA that is not trusted"},
    {49, "access_denied", "the certificate is valid, and its owner may not come in"},
    {50, "decode_error", "a message could not be parsed"},
    {51, "decrypt_error", "a signature or the end of the handshake could not be verified"},
    {70, "protocol_version", "none of the offered TLS versions is spoken here"},
    {71, "insufficient_security", "the offered ciphers or groups are too weak"},
    {80, "internal_error", "something unrelated to the other side went wrong"},
    {86, "inappropriate_fallback",
     "the client came back with an older version than both sides speak"},
    {90, "user_canceled", "somebody gave up the handshake"},
    {100, "no_renegotiation", "another handshake on this connection is not wanted"},
    {109, "missing_extension", "an extension is missing that must be there, often the server name"},
    {110, "unsupported_extension", "an extension came that was not asked for"},
    {112, "unrecognized_name", "the server name is not known here"},
    {113, "bad_certificate_status_response", "the OCSP response is not acceptable"},
    {114, "bad_certificate_hash_value",
     "the certificate is not the one that was expected by its hash"},
    {115, "unknown_psk_identity", "the pre-shared key is not known here"},
    {116, "certificate_required", "a client certificate must be shown"},
    {120, "no_application_protocol", "none of the offered ALPN protocols is spoken here"},
};

const AlertRow* FindAlert(int alert) {
  for (const AlertRow& row : kAlerts) {
    if (row.alert == alert) return &row;
  }
  return nullptr;
}

// Why a server that asked for a client certificate says no.
Failure ExplainClientCertificateAlert(Code code, absl::string_view said,
                                      const HandshakeSoFar& so_far) {
  if (!so_far.certificate_sent) {
    return MakeFailure(
        Code::kClientCertRequired,
        absl::StrCat("the server asked for a client certificate, got none and ", said));
  }
  return MakeFailure(code, absl::StrCat("the server got our client certificate and ", said));
}

bool LooksLikeTls(absl::string_view first_bytes) {
  return first_bytes.size() >= 2 && first_bytes[0] >= 20 && first_bytes[0] <= 24 &&
         first_bytes[1] == 3;
}

Code CodeOfReason(int reason, const HandshakeSoFar& so_far, bool certificate_error_before) {
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_ENCRYPTED_LENGTH_TOO_LONG:
      return LooksLikeTls(so_far.first_bytes) ? Code::kTlsProtocol : Code::kTlsNotTls;
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
      return Code::kTlsNotTls;
    case SSL_R_TOO_MANY_EMPTY_FRAGMENTS:
    case SSL_R_TOO_MANY_WARNING_ALERTS:
    case SSL_R_TOO_MANY_KEY_UPDATES:
      return Code::kTlsFlood;
    case SSL_R_NO_RENEGOTIATION:
    case SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED:
    case SSL_R_RENEGOTIATION_MISMATCH:
    case SSL_R_RENEGOTIATION_EMS_MISMATCH:
    case SSL_R_SERVER_CERT_CHANGED:
      return Code::kTlsRenegotiation;
    case SSL_R_TLS13_DOWNGRADE:
      return Code::kTlsDowngrade;
    case SSL_R_EXCESSIVE_MESSAGE_SIZE:
      return Code::kTlsChainTooLarge;
    case SSL_R_NO_SUPPORTED_VERSIONS_ENABLED:
      return Code::kConfigVersionRange;
    case SSL_R_NO_CIPHERS_AVAILABLE:
    case SSL_R_NO_CIPHER_MATCH:
    case SSL_R_INVALID_COMMAND:
      return Code::kConfigCiphers;
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return Code::kTlsVersion;
    case SSL_R_WRONG_CURVE:
      return Code::kTlsNoOverlap;
    case SSL_R_INVALID_ALPN_PROTOCOL:
      return Code::kTlsAlpnRejected;
    case SSL_R_DECODE_ERROR:
      return certificate_error_before ? Code::kCertMalformed : Code::kTlsProtocol;
    case SSL_R_CANNOT_PARSE_LEAF_CERT:
      return Code::kCertMalformed;
    case SSL_R_KEY_USAGE_BIT_INCORRECT:
      return Code::kCertKeyUsage;
    case SSL_R_BAD_ECC_CERT:
    case SSL_R_WRONG_CERTIFICATE_TYPE:
    case SSL_R_WRONG_SIGNATURE_TYPE:
      return Code::kCertKeyUnsupported;
    case SSL_R_NO_COMMON_SIGNATURE_ALGORITHMS:
      return Code::kClientCertRejected;
    case SSL_R_BAD_SIGNATURE:
      return Code::kTlsServerKeyMismatch;
    case SSL_R_SSL3_EXT_INVALID_SERVERNAME:
      return Code::kConfigSni;
    default:
      return Code::kTlsProtocol;
  }
}

std::string RenegotiationMessage(int reason) {
  switch (reason) {
    case SSL_R_NO_RENEGOTIATION:
      return "the server asked for another handshake on the same connection, which the settings do "
             "not allow";
    case SSL_R_SERVER_CERT_CHANGED:
      return "the server changed its certificate in a renegotiation";
    default:
      return "the server does not renegotiate securely (RFC 5746)";
  }
}

}  // namespace

std::string AlertName(int alert) {
  const AlertRow* row = FindAlert(alert);
  return row == nullptr ? absl::StrCat("alert ", alert) : std::string(row->name);
}

std::string AlertMeaning(int alert) {
  const AlertRow* row = FindAlert(alert);
  return std::string(row == nullptr ? "something that no specification knows" : row->meaning);
}

Failure ExplainAlert(int alert, const HandshakeSoFar& so_far) {
  const std::string name = AlertName(alert);
  const std::string answered = absl::StrCat("answered with the alert ", name);
  const auto refused = [&](Code code, absl::string_view means) {
    return MakeFailure(code, means.empty() ? absl::StrCat("the server ", answered,
                                                          ", which means: ", AlertMeaning(alert))
                                           : absl::StrCat("the server ", answered, means));
  };
  switch (alert) {
    case SSL_AD_CLOSE_NOTIFY:
      return MakeFailure(Code::kNetClosed,
                         "the server closed TLS politely before the handshake was complete");
    case SSL_AD_UNEXPECTED_MESSAGE:
    case SSL_AD_BAD_RECORD_MAC:
    case SSL_AD_INAPPROPRIATE_FALLBACK:
      return refused(Code::kTlsProtocol, "");
    case SSL_AD_HANDSHAKE_FAILURE:
      if (so_far.certificate_requested) {
        return ExplainClientCertificateAlert(Code::kClientCertRejected, answered, so_far);
      }
      return refused(Code::kTlsNoOverlap,
                     ": no version, cipher, group or signature algorithm in common");
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_ACCESS_DENIED:
      if (!so_far.certificate_requested) return refused(Code::kTlsPeerRejected, "");
      return ExplainClientCertificateAlert(Code::kClientCertRejected, answered, so_far);
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
      if (!so_far.certificate_requested) return refused(Code::kTlsPeerRejected, "");
      return ExplainClientCertificateAlert(Code::kClientCertExpired, answered, so_far);
    case SSL_AD_UNKNOWN_CA:
      if (!so_far.certificate_requested) return refused(Code::kTlsPeerRejected, "");
      return ExplainClientCertificateAlert(Code::kClientCertUntrusted, answered, so_far);
    case SSL_AD_DECRYPT_ERROR:
      if (!so_far.certificate_sent) return refused(Code::kTlsProtocol, "");
      return ExplainClientCertificateAlert(Code::kClientCertRejected, answered, so_far);
    case SSL_AD_CERTIFICATE_REQUIRED:
      return ExplainClientCertificateAlert(Code::kClientCertRequired, answered, so_far);
    case SSL_AD_PROTOCOL_VERSION:
      return refused(Code::kTlsVersion, ": it speaks none of the TLS versions that we offer");
    case SSL_AD_INSUFFICIENT_SECURITY:
      return refused(Code::kTlsNoOverlap, ": it wants stronger ciphers than we offer");
    case SSL_AD_MISSING_EXTENSION:
      return refused(so_far.sni.empty() ? Code::kTlsSniRejected : Code::kTlsPeerRejected,
                     so_far.sni.empty() ? ": it may want a server name (SNI)" : "");
    case SSL_AD_UNRECOGNIZED_NAME:
      return refused(Code::kTlsSniRejected, so_far.sni.empty()
                                                ? ": it wants a server name (SNI)"
                                                : absl::StrCat(": it does not know the name ",
                                                               EscapedForPeople(so_far.sni, 255)));
    case SSL_AD_NO_APPLICATION_PROTOCOL:
      return refused(Code::kTlsAlpnRejected, ": no ALPN protocol in common");
    case SSL_AD_DECODE_ERROR:
      return refused(Code::kTlsPeerRejected,
                     absl::EndsWith(so_far.sni, ".")
                         ? ": it may not take the dot at the end of the server name"
                         : "");
    default:
      return refused(Code::kTlsPeerRejected, "");
  }
}

Failure ExplainErrorQueue(const HandshakeSoFar& so_far) {
  const std::string queue = EnvoyErrorQueueText();
  int reason = 0;
  int system_error = 0;
  const char* of_cryptography = nullptr;  // what is wrong with a number that the server sent
  bool certificate_error_before = false;
  bool unknown_kind_of_key = false;  // the leaf's
  while (const uint32_t error = ERR_get_error()) {
    switch (ERR_GET_LIB(error)) {
      case ERR_LIB_SSL:
        // HANDSHAKE_FAILURE_ON_CLIENT_HELLO follows the alert and says less.
        if (reason < kAlertReasonOffset) reason = ERR_GET_REASON(error);
        break;
      case ERR_LIB_ASN1:
      case ERR_LIB_X509:
      case ERR_LIB_X509V3:
        certificate_error_before = true;
        break;
      case ERR_LIB_SYS:
        system_error = ERR_GET_REASON(error);
        break;
      case ERR_LIB_EVP:
        if (ERR_GET_REASON(error) == EVP_R_UNSUPPORTED_ALGORITHM) unknown_kind_of_key = true;
        [[fallthrough]];
      case ERR_LIB_EC:
      case ERR_LIB_ECDSA:
      case ERR_LIB_RSA:
      case ERR_LIB_BN:
        if (ERR_GET_REASON(error) >= kFirstOwnReason) {
          of_cryptography = ERR_reason_error_string(error);
        }
        break;
      default:
        break;
    }
  }
  Failure failure;
  if (reason >= kAlertReasonOffset) {
    failure = ExplainAlert(reason - kAlertReasonOffset, so_far);
  } else if (reason == 0) {
    if (system_error != 0) {
      failure = MakeFailure(Code::kNetReset, "the connection failed");
    } else if (unknown_kind_of_key) {
      failure = MakeFailure(Code::kCertKeyUnsupported,
                            "the key of the server's certificate is of a kind that Envoy does not "
                            "know, for instance one for RSASSA-PSS alone");
    } else if (of_cryptography != nullptr) {
      failure = MakeFailure(
          Code::kTlsProtocol,
          absl::StrCat("the server sent a number that cannot be right: ", of_cryptography));
    } else {
      failure = MakeFailure(Code::kTlsInternal, absl::StrCat("the handshake failed", queue));
    }
  } else {
    const Code code = CodeOfReason(reason, so_far, certificate_error_before);
    const char* text = ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, reason));
    std::string message =
        absl::StrCat("the handshake failed: ", text == nullptr ? "unknown error" : text);
    switch (code) {
      case Code::kTlsNotTls:
        message = absl::StrCat("the server's answer is not TLS; it begins with \"",
                               EscapedForPeople(so_far.first_bytes, kMaxFirstBytes), "\"");
        break;
      case Code::kTlsServerKeyMismatch:
        message = "the server signed the handshake with a key that is not its certificate's";
        break;
      case Code::kCertKeyUsage:
        message = "the keyUsage of the server's certificate does not allow this handshake";
        break;
      case Code::kCertMalformed:
        message = "a certificate that the server sent cannot be parsed";
        break;
      case Code::kTlsDowngrade:
        message =
            "both sides speak TLS 1.3, and something between them brought the handshake down to an "
            "older version";
        break;
      case Code::kTlsRenegotiation:
        message = RenegotiationMessage(reason);
        break;
      case Code::kConfigVersionRange:
        message = "the minimum TLS version is above the maximum";
        break;
      case Code::kConfigCiphers:
        message = "no cipher suite can be used with the TLS versions of the policy";
        break;
      default:
        break;
    }
    failure = MakeFailure(code, std::move(message));
  }
  failure.envoy_reason = absl::StrCat("TLS_error:", queue, ":TLS_error_end");
  return failure;
}

std::string EnvoyReasonOf(int ssl_reason) {
  ERR_clear_error();
  ERR_put_error(ERR_LIB_SSL, 0, ssl_reason, "", 0);
  std::string text = absl::StrCat("TLS_error:", EnvoyErrorQueueText(), ":TLS_error_end");
  ERR_clear_error();
  return text;
}

}  // namespace tls
}  // namespace gwpolicy
