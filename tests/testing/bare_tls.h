#ifndef GWPOLICY_TESTS_TESTING_BARE_TLS_H_
#define GWPOLICY_TESTS_TESTING_BARE_TLS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace gwpolicy::testing {

// What BoringSSL alone costs for the work of tls/; the yardstick of benchmarks. Verifies at
// tls::testing::TestNow(). Aborts on what is malformed.
class BareTls {
 public:
  // A client of TLS 1.2 and 1.3 with Envoy's settings, which trusts `root_pem` alone.
  explicit BareTls(const std::string& root_pem);
  ~BareTls();

  // One handshake at a time.
  void Start(const std::string& host);
  // Takes what the server sent and appends what goes to it. True once the handshake is complete.
  bool Advance(absl::Span<const uint8_t> from_server, std::vector<uint8_t>& to_server);

  // X509_verify_cert over a chain that is parsed already, leaf first.
  class Chain;
  std::shared_ptr<const Chain> Parse(const std::vector<std::string>& chain_der);
  bool Verify(const Chain& chain);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_TESTING_BARE_TLS_H_
