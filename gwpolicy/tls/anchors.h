#ifndef GWPOLICY_TLS_ANCHORS_H_
#define GWPOLICY_TLS_ANCHORS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "gwpolicy/tls/trust_bundle.h"

// BoringSSL's types, declared as it declares them: its headers stay out of ours.
struct X509_crl_st;
struct x509_st;
struct x509_store_st;

namespace gwpolicy {
namespace tls {

// The parsed certificates of a bundle. Private to this layer.
//
// They are not put into an X509_STORE: adding there is quadratic, and the store's sorting makes the
// order of equal subjects depend on the C++ library. A verification gets the few that it can need,
// in the order of the text. `crls` is a store with the bundle's CRLs alone.
struct TrustBundle::Anchors {
  Anchors() = default;
  ~Anchors();
  Anchors(const Anchors&) = delete;
  Anchors& operator=(const Anchors&) = delete;

  std::vector<x509_st*> certificates;  // owned; without duplicates; extensions decoded
  // By X509_NAME_hash of the subject: indices into `certificates`, ascending.
  absl::flat_hash_map<uint32_t, std::vector<size_t>> by_subject;
  x509_store_st* crls = nullptr;       // owned; never null
  std::vector<X509_crl_st*> crl_list;  // those in `crls`, borrowed from it

  // What the accessors of TrustBundle return.
  std::string error;
  std::vector<TrustNote> notes;
  std::vector<CertificateSummary> summaries;
  std::string pem;
  std::string content_hash;
};

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_ANCHORS_H_
