#ifndef GWPOLICY_TLS_CLIENT_CERTIFICATE_H_
#define GWPOLICY_TLS_CLIENT_CERTIFICATE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"

struct evp_pkey_st;
struct x509_st;

namespace gwpolicy {
namespace tls {

// A client certificate as BoringSSL takes it. Private to this layer. Owns its parts; move-only.
class LoadedClientCertificate {
 public:
  LoadedClientCertificate() = default;
  LoadedClientCertificate(const LoadedClientCertificate&) = delete;
  LoadedClientCertificate& operator=(const LoadedClientCertificate&) = delete;
  ~LoadedClientCertificate();

  // Reads `pair` as Envoy does (envoyproxy/envoy context_impl.cc `loadCertificateChain`). Returns
  // what is wrong, in the order in which Envoy looks; usable only when that is empty. At most once.
  std::vector<TrustNote> Load(const ClientCertificate& pair);

  const std::vector<x509_st*>& chain() const { return chain_; }  // leaf first
  evp_pkey_st* key() const { return key_; }
  // What Envoy says when it refuses the pair; "" when it does not.
  const std::string& envoy_reason() const { return envoy_reason_; }

 private:
  // Whether the text holds a chain and nothing that is none.
  bool ReadChain(absl::string_view pem);

  std::vector<x509_st*> chain_;
  evp_pkey_st* key_ = nullptr;
  std::string envoy_reason_;
};

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_CLIENT_CERTIFICATE_H_
