#ifndef TESTS_TLS_LIMBO_H_
#define TESTS_TLS_LIMBO_H_

#include <cstddef>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"

// Test vectors of C2SP/x509-limbo, with those of Netflix/bettertls in its format. They are not part
// of this repository: the folder that GWPOLICY_SHARED names has them.
namespace gwpolicy {
namespace tls {
namespace testing {

struct LimboCase {
  std::string id;  // "rfc5280::nc::permitted-dns-match"
  std::string description;
  bool is_server = true;           // else the verifier is a server that looks at a client
  std::string bundle_pem;          // trusted certificates, then CRLs
  std::vector<std::string> chain;  // DER, leaf first
  PeerNames names;
  std::optional<absl::Time> time;  // not set: any present time
  Verdict expected = Verdict::kFail;
};

// For GoogleTest: the id.
void PrintTo(const LimboCase& limbo, std::ostream* out);

// What Envoy was seen to do with a case.
struct EnvoyVerdict {
  Verdict verdict = Verdict::kFail;
  std::string stage;  // where it failed: "x509" or "san"; "ok"
  int error = 0;      // X509_V_ERR_... of the first failure, at `depth`; 0 unless stage is "x509"
  int depth = 0;
  // Every [error, depth] when verification goes on after each; empty where it cannot.
  std::vector<std::pair<int, int>> all;
};

// Why there are no cases to run, a sentence for a skipped test; "" when there are.
std::string WhyNoLimbo();

// The cases of "x509-limbo.json.gz" or "x509-limbo-bettertls-nc.json.gz", in their order. Empty
// when WhyNoLimbo() says why; aborts on a damaged file, which is no reason to skip.
std::vector<LimboCase> ReadLimbo(const std::string& file);

// "x509-limbo-envoy.json", by id.
absl::flat_hash_map<std::string, EnvoyVerdict> ReadEnvoyVerdicts();

// The tables of docs/strict-verification.md: ids of cases in which mode strict does not give
// limbo's verdict, and for a group of cases how many they are.
struct Departures {
  std::set<std::string> refused;
  std::set<std::string> accepted;
  std::vector<size_t> refused_name_constraints;  // in the order of the page
};
Departures ReadDepartures();

// VerifyChain on a case. Fails the test when it leaves anything in the thread's error queue.
VerifyResult VerifyLimbo(const LimboCase& limbo, VerifyMode mode);

// The one that Envoy reports; null on a pass.
const Failure* PrimaryOf(const VerifyResult& result);

// A line for each failure, for the message of a failed expectation.
std::string Reasons(const VerifyResult& result);

}  // namespace testing
}  // namespace tls
}  // namespace gwpolicy

#endif  // TESTS_TLS_LIMBO_H_
