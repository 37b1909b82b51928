#ifndef GWPOLICY_TLS_PARSE_CERTIFICATES_H_
#define GWPOLICY_TLS_PARSE_CERTIFICATES_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

struct x509_st;  // as BoringSSL declares it: its headers stay out of ours

// From bytes to certificates. Private to this layer. All functions leave the thread's error queue
// empty.
namespace gwpolicy {
namespace tls {

struct CertificateDeleter {
  void operator()(x509_st* certificate) const;
};
using OwnedCertificate = std::unique_ptr<x509_st, CertificateDeleter>;

// Null where `der` is not one certificate and nothing behind it.
OwnedCertificate ParseDer(absl::string_view der);

struct ParsedCertificate {
  OwnedCertificate certificate;
  std::string der;
  int line = 0;  // of its BEGIN
};

// The certificates of a text of plain blocks (see ReadPlainPem), at most `most`. Nothing for any
// other text, or where one of them cannot be parsed.
std::optional<std::vector<ParsedCertificate>> ReadPlainCertificates(absl::string_view pem,
                                                                    size_t most);

}  // namespace tls
}  // namespace gwpolicy

#endif  // GWPOLICY_TLS_PARSE_CERTIFICATES_H_
