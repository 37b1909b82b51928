#include "tests/testing/bare_tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>

#include "absl/time/time.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy::testing {
namespace {

void Must(bool condition) {
  if (condition) return;
  ERR_print_errors_fp(stderr);
  std::abort();
}

void SetParameters(X509_VERIFY_PARAM* parameters) {
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_time_posix(parameters, absl::ToUnixSeconds(tls::testing::TestNow()));
}

}  // namespace

class BareTls::Chain {
 public:
  bssl::UniquePtr<STACK_OF(X509)> certificates{sk_X509_new_null()};
};

struct BareTls::Impl {
  bssl::UniquePtr<SSL_CTX> ctx{SSL_CTX_new(TLS_method())};
  bssl::UniquePtr<SSL> ssl;
  BIO* in = nullptr;
  BIO* out = nullptr;
};

BareTls::BareTls(const std::string& root_pem) : impl_(std::make_unique<Impl>()) {
  SSL_CTX* const ctx = impl_->ctx.get();
  bssl::UniquePtr<BIO> reader(
      BIO_new_mem_buf(root_pem.data(), static_cast<ossl_ssize_t>(root_pem.size())));
  bssl::UniquePtr<X509> root(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  Must(root != nullptr && X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), root.get()));
  Must(SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) &&
       SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) &&
       SSL_CTX_set1_groups_list(ctx, "X25519MLKEM768:X25519:P-256"));
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr);
  SetParameters(SSL_CTX_get0_param(ctx));
}

BareTls::~BareTls() = default;

void BareTls::Start(const std::string& host) {
  impl_->ssl.reset(SSL_new(impl_->ctx.get()));
  SSL* const ssl = impl_->ssl.get();
  SSL_set_connect_state(ssl);
  impl_->in = BIO_new(BIO_s_mem());
  impl_->out = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(impl_->in, -1);
  BIO_set_mem_eof_return(impl_->out, -1);
  SSL_set_bio(ssl, impl_->in, impl_->out);
  Must(SSL_set_tlsext_host_name(ssl, host.c_str()) && SSL_set1_host(ssl, host.c_str()));
}

bool BareTls::Advance(absl::Span<const uint8_t> from_server, std::vector<uint8_t>& to_server) {
  BIO_write(impl_->in, from_server.data(), static_cast<int>(from_server.size()));
  const int done = SSL_do_handshake(impl_->ssl.get());
  Must(done == 1 || SSL_get_error(impl_->ssl.get(), done) == SSL_ERROR_WANT_READ);
  const uint8_t* data = nullptr;
  size_t size = 0;
  BIO_mem_contents(impl_->out, &data, &size);
  to_server.insert(to_server.end(), data, data + size);
  BIO_reset(impl_->out);
  return done == 1;
}

std::shared_ptr<const BareTls::Chain> BareTls::Parse(const std::vector<std::string>& chain_der) {
  auto chain = std::make_shared<Chain>();
  for (const std::string& der : chain_der) {
    const auto* at = reinterpret_cast<const uint8_t*>(der.data());
    bssl::UniquePtr<X509> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    Must(certificate != nullptr &&
         bssl::PushToStack(chain->certificates.get(), std::move(certificate)));
  }
  return chain;
}

bool BareTls::Verify(const Chain& chain) {
  bssl::UniquePtr<X509_STORE_CTX> ctx(X509_STORE_CTX_new());
  Must(X509_STORE_CTX_init(ctx.get(), SSL_CTX_get_cert_store(impl_->ctx.get()),
                           sk_X509_value(chain.certificates.get(), 0), chain.certificates.get()) &&
       X509_STORE_CTX_set_default(ctx.get(), "ssl_server"));
  SetParameters(X509_STORE_CTX_get0_param(ctx.get()));
  return X509_verify_cert(ctx.get()) == 1;
}

}  // namespace gwpolicy::testing
