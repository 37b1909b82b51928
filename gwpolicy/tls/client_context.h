#ifndef GWPOLICY_TLS_CLIENT_CONTEXT_H_
#define GWPOLICY_TLS_CLIENT_CONTEXT_H_

#include <memory>
#include <string>
#include <vector>

#include "gwpolicy/tls/client_certificate.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/judged_chain.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"

// Private to tls/: what sessions of one ClientContext share.

struct ssl_ctx_st;  // SSL_CTX

namespace gwpolicy {
namespace tls {

struct FreeSslContext {
  void operator()(ssl_ctx_st* ctx) const;
};

struct ClientContext::Impl {
  std::shared_ptr<const ClientTls> tls;
  SessionOptions options;
  std::vector<Failure> failures;
  std::unique_ptr<ssl_ctx_st, FreeSslContext> ctx;
  LoadedClientCertificate certificate;
  bool has_certificate = false;
  const TrustBundle* trust = nullptr;  // owned by `tls` or `options`; null when not needed
  mutable LastChain last_chain;

  void Configure();
  void ConfigureTrust();
  void Fail(Code code, std::string message, std::string envoy_reason);
};

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_CLIENT_CONTEXT_H_
