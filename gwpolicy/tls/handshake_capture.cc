#include "gwpolicy/tls/handshake_capture.h"

#include <openssl/base.h>
#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/pool.h>
#include <openssl/ssl.h>
#include <openssl/stack.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "gwpolicy/tls/certificate.h"

namespace gwpolicy {
namespace tls {
namespace {

constexpr size_t kMaxShownCas = 100;

}  // namespace

void CaptureNegotiated(const SSL* ssl, HandshakeResult& result) {
  result.version = SSL_get_version(ssl);
  if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl)) {
    result.cipher = SSL_CIPHER_get_name(cipher);
  }
  if (const uint16_t group = SSL_get_group_id(ssl)) {
    const char* name = SSL_get_group_name(group);
    result.group = name == nullptr ? absl::StrCat("0x", absl::Hex(group)) : name;
  }
  if (const uint16_t algorithm = SSL_get_peer_signature_algorithm(ssl)) {
    const char* name = SSL_get_signature_algorithm_name(algorithm, /*include_curve=*/1);
    result.signature_algorithm = name == nullptr ? absl::StrCat("0x", absl::Hex(algorithm)) : name;
  }
  const uint8_t* alpn = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &alpn, &size);
  if (size > 0) result.alpn.assign(reinterpret_cast<const char*>(alpn), size);
  const SSL_SESSION* established = SSL_in_init(ssl) ? nullptr : SSL_get_session(ssl);
  result.resumption_offered = result.tickets_received > 0 ||
                              (established != nullptr && SSL_SESSION_is_resumable(established));
}

void CaptureChain(const SSL* ssl, const JudgedChain& judged, HandshakeResult& result) {
  result.chain = judged.shown;
  result.chain_der.assign(judged.der.begin(),
                          judged.der.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                   judged.der.size(), kMaxShownCertificates)));
  const STACK_OF(X509)* chain = SSL_get_peer_full_cert_chain(ssl);
  if (chain == nullptr || sk_X509_num(chain) == 0) return;
  const X509* leaf = sk_X509_value(chain, 0);
  const uint8_t* data = nullptr;
  size_t size = 0;
  SSL_get0_ocsp_response(ssl, &data, &size);
  result.ocsp_response = size > 0;
  SSL_get0_signed_cert_timestamp_list(ssl, &data, &size);
  result.sct_list = size > 0;
  result.leaf_sct_list = HasSctList(leaf);
  result.must_staple = WantsOcspStaple(leaf);
}

void CaptureUnverifiedChain(absl::string_view certificate_message, bool tls13,
                            HandshakeResult& result) {
  result.chain.clear();
  result.chain_der.clear();
  CBS message;
  CBS_init(&message, reinterpret_cast<const uint8_t*>(certificate_message.data()),
           certificate_message.size());
  CBS context;
  CBS list;
  // RFC 8446 4.4.2, RFC 5246 7.4.2, behind type and length of the message.
  if (!CBS_skip(&message, 4) || (tls13 && !CBS_get_u8_length_prefixed(&message, &context)) ||
      !CBS_get_u24_length_prefixed(&message, &list)) {
    return;
  }
  CBS der;
  CBS extensions;
  while (result.chain_der.size() < kMaxShownCertificates &&
         CBS_get_u24_length_prefixed(&list, &der) &&
         (!tls13 || CBS_get_u16_length_prefixed(&list, &extensions))) {
    const uint8_t* at = CBS_data(&der);
    bssl::UniquePtr<X509> certificate(
        d2i_X509(nullptr, &at, static_cast<long>(CBS_len(&der))));  // NOLINT
    if (certificate == nullptr) break;
    result.chain_der.emplace_back(reinterpret_cast<const char*>(CBS_data(&der)), CBS_len(&der));
    result.chain.push_back(Summarize(certificate.get(), result.chain_der.back()));
  }
  ERR_clear_error();
}

void CaptureAcceptableCas(const SSL* ssl, HandshakeResult& result) {
  const STACK_OF(CRYPTO_BUFFER)* names = SSL_get0_server_requested_CAs(ssl);
  if (names == nullptr) return;
  result.acceptable_cas.clear();
  for (const CRYPTO_BUFFER* der : names) {
    if (result.acceptable_cas.size() == kMaxShownCas) break;
    const uint8_t* at = CRYPTO_BUFFER_data(der);
    bssl::UniquePtr<X509_NAME> name(
        d2i_X509_NAME(nullptr, &at, static_cast<long>(CRYPTO_BUFFER_len(der))));  // NOLINT
    result.acceptable_cas.push_back(name == nullptr ? "unreadable" : NameText(name.get()));
  }
}

}  // namespace tls
}  // namespace gwpolicy
