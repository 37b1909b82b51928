// What trust bundles cost: parsing one of 5,000 CAs, and 1,000 policies that share one of 150.
//
//   trust_scale
//
// Writes one line of JSON. Times are CPU time; the least of some runs counts. Exit status 1: a bar
// is missed.

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace tls {
namespace {

constexpr int kManyCas = 5000;
constexpr int kSystemCas = 150;
constexpr int kPolicies = 1000;
constexpr int kRuns = 5;
constexpr double kMaxParseMs = 300;
constexpr double kMaxPoliciesMs = 25;
constexpr double kMaxPoliciesMib = 6;

std::string BundleText(int count) {
  std::string pem;
  for (int i = 0; i < count; ++i) {
    pem += testing::MakeRoot(absl::StrCat("Certification Authority ", i)).cert_pem;
  }
  return pem;
}

double Milliseconds(std::clock_t began) {
  return 1000.0 * static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
}

size_t HeldBytes() { return mallinfo2().uordblks; }

int Run() {
  const std::string many = BundleText(kManyCas);
  double parse_ms = 1e9;
  double bytes_per_certificate = 0;
  for (int run = 0; run < kRuns; ++run) {
    const size_t held = HeldBytes();
    const std::clock_t began = std::clock();
    const auto bundle = TrustBundle::Parse(many, PemReader::kEnvoy);
    parse_ms = std::min(parse_ms, Milliseconds(began));
    if (bundle->certificates().size() != kManyCas) {
      std::fprintf(stderr, "trust_scale: %s\n", bundle->error().c_str());
      return 2;
    }
    bytes_per_certificate = static_cast<double>(HeldBytes() - held) / kManyCas;
  }

  const std::string system = BundleText(kSystemCas);
  double policies_ms = 1e9;
  double policies_mib = 0;
  for (int run = 0; run < kRuns; ++run) {
    const size_t held = HeldBytes();
    const std::clock_t began = std::clock();
    SessionOptions options;
    options.system_trust = TrustBundle::Parse(system, PemReader::kEnvoy);
    std::vector<std::shared_ptr<const ClientContext>> contexts;
    for (int i = 0; i < kPolicies; ++i) {
      auto tls = std::make_shared<ClientTls>();
      tls->sni = absl::StrCat("service-", i, ".example.com");
      tls->trust.source = TrustSource::kSystem;
      tls->names.accepted = {{PeerName::Type::kDns, tls->sni}};
      auto context = ClientContext::Create(std::move(tls), options);
      if (!context.ok() || !(*context)->failures().empty()) return 2;
      contexts.push_back(*std::move(context));
    }
    policies_ms = std::min(policies_ms, Milliseconds(began));
    policies_mib = static_cast<double>(HeldBytes() - held) / (1 << 20);
  }
  std::printf(
      "{\"cas\": %d, \"parse_ms\": %.1f, \"bytes_per_certificate\": %.0f, \"policies\": %d, "
      "\"policies_ms\": %.1f, \"policies_mib\": %.1f, \"bars\": [%.0f, %.0f, %.0f]}\n",
      kManyCas, parse_ms, bytes_per_certificate, kPolicies, policies_ms, policies_mib, kMaxParseMs,
      kMaxPoliciesMs, kMaxPoliciesMib);
  const bool held =
      parse_ms <= kMaxParseMs && policies_ms <= kMaxPoliciesMs && policies_mib <= kMaxPoliciesMib;
  return held ? 0 : 1;
}

}  // namespace
}  // namespace tls
}  // namespace gwpolicy

int main() { return gwpolicy::tls::Run(); }
