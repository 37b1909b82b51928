#ifndef GWPOLICY_TESTS_REPORT_PROBED_CHAINS_H_
#define GWPOLICY_TESTS_REPORT_PROBED_CHAINS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gwpolicy/report/probe_results.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/peer_chain.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "tests/tls/test_pki.h"

// Results of probes, made from certificates alone.
namespace gwpolicy {
namespace report {

// A backend through Gateway infra/http that trusts `ca_pem` and accepts `dns_name`.
inline std::shared_ptr<BackendTls> BackendWith(const std::string& name, const std::string& ca_pem,
                                               const std::string& dns_name) {
  auto tls = std::make_shared<tls::ClientTls>();
  tls->sni = dns_name;
  tls->trust = {tls::TrustSource::kBundle, tls::TrustBundle::Parse(ca_pem, tls::PemReader::kEnvoy)};
  tls->names.accepted = {{tls::PeerName::Type::kDns, dns_name}};
  auto backend = std::make_shared<BackendTls>();
  backend->gateway = ReadingGateway{{"infra", "http"}, "kgateway"};
  backend->port.Modify([&](PortTls& port) {
    port.backend = {"", "Service", "default", name, 443};
    port.mode = TlsMode::kTls;
    port.tls = std::move(tls);
  });
  return backend;
}

// What a handshake saw that got so far as the chain.
inline tls::HandshakeResult SawChain(const std::vector<tls::testing::Identity>& chain) {
  tls::HandshakeResult out;
  out.verdict = tls::Verdict::kPass;
  out.phase = tls::Phase::kPostHandshake;
  for (const tls::testing::Identity& one : chain) {
    out.chain_der.push_back(one.cert_der);
    out.chain.push_back(*tls::SummarizeCertificate(one.cert_der));
  }
  return out;
}

inline ProbeEntry EntryOf(std::shared_ptr<const BackendTls> backend, tls::HandshakeResult result) {
  ProbeEntry entry;
  entry.backend = std::move(backend);
  entry.endpoint = Endpoint{"192.0.2.1", 8443};
  entry.address = "192.0.2.1:8443";
  entry.result = std::make_shared<tls::HandshakeResult>(std::move(result));
  return entry;
}

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_TESTS_REPORT_PROBED_CHAINS_H_
