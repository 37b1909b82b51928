#ifndef GWPOLICY_TLS_STRICT_CHECKS_H_
#define GWPOLICY_TLS_STRICT_CHECKS_H_

#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "gwpolicy/tls/verdict.h"

// BoringSSL's types, declared as it declares them: its headers stay out of ours.
struct X509_crl_st;
struct x509_st;

namespace gwpolicy {
namespace tls {

// What mode kStrict refuses of a path that Envoy may accept: rules of RFC 5280 and of the
// CA/Browser Forum's Baseline Requirements (CABF) about single certificates. Private to this layer.
// The rules about names are in names.h, and those about the whole path are BoringSSL's.
//
// chain      as it was built, leaf first.
// is_anchor  whether a certificate of `chain` is one of the trust bundle.
// crls       of the trust bundle.
//
// Appends at most VerifyResult::kMaxFailures to `out`, by depth, none of them primary. Leaves the
// thread's error queue empty.
void AppendStrictFailures(absl::Span<x509_st* const> chain,
                          absl::FunctionRef<bool(const x509_st*)> is_anchor,
                          absl::Span<X509_crl_st* const> crls, std::vector<Failure>& out);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_STRICT_CHECKS_H_
