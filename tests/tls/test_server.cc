#include "tests/tls/test_server.h"

#include <openssl/aead.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace gwpolicy {
namespace tls {
namespace testing {
namespace {

#define MUST(condition)                                                    \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      ERR_print_errors_fp(stderr);                                         \
      std::abort();                                                        \
    }                                                                      \
  } while (false)

bssl::UniquePtr<BIO> ReaderOf(const std::string& text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<ossl_ssize_t>(text.size())));
}

bssl::UniquePtr<X509> ReadCertificate(const std::string& pem) {
  bssl::UniquePtr<BIO> bio = ReaderOf(pem);
  bssl::UniquePtr<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  MUST(certificate != nullptr);
  return certificate;
}

uint16_t Version(TlsVersion version) {
  switch (version) {
    case TlsVersion::k1_0:
      return TLS1_VERSION;
    case TlsVersion::k1_1:
      return TLS1_1_VERSION;
    case TlsVersion::k1_2:
      return TLS1_2_VERSION;
    case TlsVersion::kDefault:
    case TlsVersion::k1_3:
      return TLS1_3_VERSION;
  }
  return TLS1_3_VERSION;
}

}  // namespace

ServerSpec ServeWith(const Identity& leaf, const std::vector<Identity>& intermediates) {
  ServerSpec spec;
  spec.chain_pem.push_back(leaf.cert_pem);
  for (const Identity& intermediate : intermediates) {
    spec.chain_pem.push_back(intermediate.cert_pem);
  }
  spec.key_pem = leaf.key_pem;
  return spec;
}

struct ServerContext::Impl {
  explicit Impl(const ServerSpec& server_spec);

  static const Impl& Of(SSL* ssl) {
    return *static_cast<const Impl*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  }
  // Verification of the client is at this time, so that the tests do not age.
  static int VerifyClient(X509_STORE_CTX* store, void*) {
    X509_STORE_CTX_set_time_posix(store, 0, absl::ToUnixSeconds(TestNow()));
    return X509_verify_cert(store);
  }
  static int SelectAlpn(SSL* ssl, const uint8_t** chosen, uint8_t* chosen_size,
                        const uint8_t* offered, unsigned offered_size, void*) {
    const std::vector<uint8_t>& own = Of(ssl).alpn;
    uint8_t* picked = nullptr;
    if (SSL_select_next_proto(&picked, chosen_size, own.data(), static_cast<unsigned>(own.size()),
                              offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *chosen = picked;
    return SSL_TLSEXT_ERR_OK;
  }
  static int CheckSni(SSL* ssl, int* alert, void*) {
    const char* sni = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (sni != nullptr && Of(ssl).spec.sni == sni) return SSL_TLSEXT_ERR_OK;
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }

  const ServerSpec spec;
  bssl::UniquePtr<SSL_CTX> owned;
  std::vector<uint8_t> alpn;
};

ServerContext::Impl::Impl(const ServerSpec& server_spec)
    : spec(server_spec), owned(SSL_CTX_new(TLS_method())) {
  SSL_CTX* const ctx = owned.get();
  SSL_CTX_set_app_data(ctx, this);
  MUST(SSL_CTX_set_min_proto_version(ctx, Version(spec.min_version)));
  MUST(SSL_CTX_set_max_proto_version(ctx, Version(spec.max_version)));
  MUST(SSL_CTX_use_certificate(ctx, ReadCertificate(spec.chain_pem.at(0)).get()));
  for (size_t i = 1; i < spec.chain_pem.size(); ++i) {
    MUST(SSL_CTX_add1_chain_cert(ctx, ReadCertificate(spec.chain_pem[i]).get()));
  }
  bssl::UniquePtr<BIO> key_reader = ReaderOf(spec.key_pem);
  bssl::UniquePtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(key_reader.get(), nullptr, nullptr, nullptr));
  MUST(key != nullptr && SSL_CTX_use_PrivateKey(ctx, key.get()));
  // Large keys and curves of the tests must not fail on the server's side.
  MUST(SSL_CTX_set1_groups_list(
      ctx, spec.groups.empty() ? "X25519MLKEM768:X25519:P-256:P-384:P-521" : spec.groups.c_str()));
  switch (spec.client_certificates) {
    case ServerSpec::ClientCertificates::kNone:
      break;
    case ServerSpec::ClientCertificates::kOptional:
      SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
      break;
    case ServerSpec::ClientCertificates::kRequired:
      SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
      break;
  }
  if (!spec.client_ca_pem.empty()) {
    bssl::UniquePtr<X509> ca = ReadCertificate(spec.client_ca_pem);
    MUST(X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), ca.get()));
    MUST(SSL_CTX_add_client_CA(ctx, ca.get()));
  }
  SSL_CTX_set_cert_verify_callback(ctx, VerifyClient, nullptr);
  for (const std::string& protocol : spec.alpn) {
    alpn.push_back(static_cast<uint8_t>(protocol.size()));
    alpn.insert(alpn.end(), protocol.begin(), protocol.end());
  }
  if (!alpn.empty()) {
    SSL_CTX_set_alpn_select_cb(ctx, SelectAlpn, nullptr);
  }
  if (spec.reject_unknown_sni) {
    SSL_CTX_set_tlsext_servername_callback(ctx, CheckSni);
  }
  if (!spec.tickets) SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
}

ServerContext::ServerContext(const ServerSpec& spec) : impl_(std::make_unique<const Impl>(spec)) {}

ServerContext::~ServerContext() = default;

struct ServerSession::Impl {
  std::shared_ptr<const ServerContext> context;
  bssl::UniquePtr<SSL> ssl;
  BIO* in = nullptr;
  BIO* out = nullptr;
  bool done = false;
  bool saw_certificate = false;
  int alert = -1;
  std::string received;

  std::vector<uint8_t> TakeOutput() {
    const uint8_t* data = nullptr;
    size_t size = 0;
    BIO_mem_contents(out, &data, &size);
    std::vector<uint8_t> to_client(data, data + size);
    BIO_reset(out);
    return to_client;
  }
};

ServerSession::ServerSession(const ServerSpec& spec)
    : ServerSession(std::make_shared<const ServerContext>(spec)) {}

ServerSession::ServerSession(std::shared_ptr<const ServerContext> context)
    : impl_(std::make_unique<Impl>()) {
  Impl& impl = *impl_;
  impl.context = std::move(context);
  impl.ssl.reset(SSL_new(impl.context->impl_->owned.get()));
  SSL_set_accept_state(impl.ssl.get());
  impl.in = BIO_new(BIO_s_mem());
  impl.out = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(impl.in, -1);
  BIO_set_mem_eof_return(impl.out, -1);
  SSL_set_bio(impl.ssl.get(), impl.in, impl.out);
  SSL_set_app_data(impl.ssl.get(), impl_.get());
  SSL_set_info_callback(impl.ssl.get(), [](const SSL* ssl, int type, int value) {
    if ((type & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && (value >> 8) == SSL3_AL_FATAL) {
      static_cast<Impl*>(SSL_get_app_data(ssl))->alert = value & 0xff;
    }
  });
}

ServerSession::~ServerSession() = default;

std::vector<uint8_t> ServerSession::Advance(absl::Span<const uint8_t> from_client) {
  Impl& impl = *impl_;
  if (!from_client.empty()) {
    BIO_write(impl.in, from_client.data(), static_cast<int>(from_client.size()));
  }
  ERR_clear_error();
  if (!impl.done && SSL_do_handshake(impl.ssl.get()) == 1) {
    impl.done = true;
    bssl::UniquePtr<X509> peer(SSL_get_peer_certificate(impl.ssl.get()));
    impl.saw_certificate = peer != nullptr;
  }
  if (impl.done) {
    char buffer[1024];
    int got = 0;
    while ((got = SSL_read(impl.ssl.get(), buffer, sizeof(buffer))) > 0) {
      impl.received.append(buffer, static_cast<size_t>(got));
    }
    // Tickets leave with the first write.
    SSL_write(impl.ssl.get(), nullptr, 0);
  }
  ERR_clear_error();
  return impl.TakeOutput();
}

std::string ServerSession::TakeReceived() { return std::exchange(impl_->received, ""); }

std::vector<uint8_t> ServerSession::Write(absl::string_view data) {
  ERR_clear_error();
  SSL_write(impl_->ssl.get(), data.data(), static_cast<int>(data.size()));
  ERR_clear_error();
  return impl_->TakeOutput();
}

std::vector<uint8_t> ServerSession::KeyUpdate() {
  MUST(SSL_key_update(impl_->ssl.get(), SSL_KEY_UPDATE_NOT_REQUESTED));
  SSL_write(impl_->ssl.get(), nullptr, 0);
  ERR_clear_error();
  return impl_->TakeOutput();
}

std::vector<uint8_t> ServerSession::HelloRequest() {
  constexpr size_t kKey = 32;
  constexpr size_t kNonce = 12;
  constexpr size_t kTag = 16;
  constexpr uint8_t kMessage[] = {SSL3_MT_HELLO_REQUEST, 0, 0, 0};
  SSL* const ssl = impl_->ssl.get();
  uint8_t keys[2 * (kKey + kNonce)];  // RFC 5246 6.3: keys of client and server, then their nonces
  MUST(SSL_version(ssl) == TLS1_2_VERSION && SSL_get_key_block_len(ssl) == sizeof(keys) &&
       SSL_generate_key_block(ssl, keys, sizeof(keys)));
  uint8_t* const nonce = keys + 2 * kKey + kNonce;
  uint8_t header[13] = {};  // RFC 5246 6.2.3.3
  uint64_t sequence = SSL_get_write_sequence(ssl);
  for (size_t i = 0; i < 8; ++i, sequence >>= 8) {
    nonce[kNonce - 1 - i] ^= static_cast<uint8_t>(sequence);
    header[7 - i] = static_cast<uint8_t>(sequence);
  }
  header[8] = SSL3_RT_HANDSHAKE;
  header[9] = 3;
  header[10] = 3;
  header[12] = sizeof(kMessage);
  std::vector<uint8_t> record = {SSL3_RT_HANDSHAKE, 3, 3, 0, sizeof(kMessage) + kTag};
  const size_t head = record.size();
  record.resize(head + sizeof(kMessage) + kTag);
  size_t size = 0;
  bssl::ScopedEVP_AEAD_CTX aead;
  MUST(EVP_AEAD_CTX_init(aead.get(), EVP_aead_chacha20_poly1305(), keys + kKey, kKey,
                         EVP_AEAD_DEFAULT_TAG_LENGTH, nullptr) &&
       EVP_AEAD_CTX_seal(aead.get(), record.data() + head, &size, record.size() - head, nonce,
                         kNonce, kMessage, sizeof(kMessage), header, sizeof(header)));
  return record;
}

std::vector<uint8_t> ServerSession::Close() {
  SSL_shutdown(impl_->ssl.get());
  ERR_clear_error();
  return impl_->TakeOutput();
}

bool ServerSession::handshake_done() const { return impl_->done; }
bool ServerSession::saw_client_certificate() const { return impl_->saw_certificate; }
int ServerSession::alert_received() const { return impl_->alert; }

}  // namespace testing
}  // namespace tls
}  // namespace gwpolicy
