// What do handshakes, verification and bundles cost, and how much of it is on top of bare
// BoringSSL?
//
// Of a handshake only the client's work is timed, in CPU time of the thread. `tls_bench handshake
// N` does it N times and nothing else, and so do the others of Repeat: bench/tls.py counts the
// instructions of the functions that begin with Client.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bench/by_turns.h"
#include "bench/cpu_time.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verify_chain.h"
#include "tests/testing/bare_tls.h"
#include "tests/tls/test_pki.h"
#include "tests/tls/test_server.h"

namespace gwpolicy::bench {

using tls::ClientContext;
using tls::ClientSession;
using tls::ClientTls;
using tls::Need;
using tls::PeerNames;
using tls::TrustBundle;
using tls::Verdict;
using tls::testing::Identity;
using tls::testing::ServerSession;
using tls::testing::ServerSpec;
using Bytes = std::vector<uint8_t>;

constexpr char kHost[] = "web.example.com";

struct Pki {
  Identity root = tls::testing::MakeRoot("Root");
  Identity intermediate = tls::testing::MakeIntermediate("Intermediate", root);
  Identity leaf = tls::testing::MakeServer(kHost, intermediate);
  ServerSpec server = tls::testing::ServeWith(leaf, {intermediate});
};

const Pki& P() {
  static const Pki* const kPki = new Pki;
  return *kPki;
}

int64_t HeldBytes() {
  const struct mallinfo2 now = mallinfo2();
  return static_cast<int64_t>(now.uordblks + now.hblkhd);
}

std::shared_ptr<const TrustBundle> Roots() {
  return TrustBundle::Parse(P().root.cert_pem, tls::PemReader::kEnvoy);
}

std::shared_ptr<const ClientContext> Context() {
  auto tls = std::make_shared<ClientTls>();
  tls->sni = kHost;
  tls->trust = {tls::TrustSource::kBundle, Roots()};
  tls->names.accepted = {{tls::PeerName::Type::kDns, kHost}};
  tls->max_version = tls::TlsVersion::k1_3;
  return *ClientContext::Create(std::move(tls), {});
}

// A second later than ever before, so that no chain is known from an earlier handshake.
absl::Time LaterNow() {
  static int64_t seconds = 0;
  return tls::testing::TestNow() + absl::Seconds(++seconds);
}

// One handshake with all that a report holds. Not inlined: instructions are counted by these names.
class Ours {
 public:
  explicit Ours(absl::Time now) : now_(now) {}
  __attribute__((noinline)) void ClientStart(const std::shared_ptr<const ClientContext>& context) {
    session_ = std::make_unique<ClientSession>(*ClientSession::Create(context, now_));
  }
  // False once it is over.
  __attribute__((noinline)) bool ClientAdvance(absl::Span<const uint8_t> from_server, Bytes& out) {
    return session_->Advance(from_server, out) != Need::kNothing;
  }
  __attribute__((noinline)) bool ClientEnd() {
    const tls::HandshakeResult result = std::move(*session_).TakeResult();
    session_.reset();
    return result.verdict == Verdict::kPass && result.built_chain.size() == 3;
  }

 private:
  const absl::Time now_;
  std::unique_ptr<ClientSession> session_;
};

class Bare {
 public:
  __attribute__((noinline)) void ClientStart(testing::BareTls& bare) {
    bare_ = &bare;
    bare.Start(kHost);
  }
  __attribute__((noinline)) bool ClientAdvance(absl::Span<const uint8_t> from_server, Bytes& out) {
    done_ = bare_->Advance(from_server, out);
    return !done_;
  }
  __attribute__((noinline)) bool ClientEnd() { return done_; }

 private:
  testing::BareTls* bare_ = nullptr;
  bool done_ = false;
};

// Gives back the seconds of the client's work, or a negative number where it fails.
template <typename Client, typename Settings>
double Handshake(Client client, Settings&& settings) {
  double spent = 0;
  const auto timed = [&spent](auto&& work) {
    const double start = ThreadCpuSeconds();
    const auto answer = work();
    spent += ThreadCpuSeconds() - start;
    return answer;
  };
  ServerSession server(P().server);
  Bytes to_server;
  Bytes from_server;
  bool more = timed([&] {
    client.ClientStart(settings);
    return client.ClientAdvance({}, to_server);
  });
  while (more) {
    from_server = server.Advance(to_server);
    to_server.clear();
    if (from_server.empty()) return -1;
    more = timed([&] { return client.ClientAdvance(from_server, to_server); });
  }
  return timed([&] { return client.ClientEnd(); }) ? spent : -1;
}

template <typename MakeClient, typename Settings>
void HandshakeFor(benchmark::State& state, MakeClient make_client, Settings&& settings) {
  for (auto _ : state) {
    const double seconds = Handshake(make_client(), settings);
    if (seconds < 0) {
      state.SkipWithError("the handshake failed");
      return;
    }
    state.SetIterationTime(seconds);
  }
}

void FullHandshake(benchmark::State& state) {
  HandshakeFor(
      state, [] { return Ours(LaterNow()); }, Context());
}
BENCHMARK(FullHandshake)->UseManualTime()->Unit(benchmark::kMicrosecond);

// With an endpoint that sends the chain of the one before.
void KnownChainHandshake(benchmark::State& state) {
  HandshakeFor(
      state, [] { return Ours(tls::testing::TestNow()); }, Context());
}
BENCHMARK(KnownChainHandshake)->UseManualTime()->Unit(benchmark::kMicrosecond);

void BareHandshake(benchmark::State& state) {
  testing::BareTls bare(P().root.cert_pem);
  HandshakeFor(
      state, [] { return Bare(); }, bare);
}
BENCHMARK(BareHandshake)->UseManualTime()->Unit(benchmark::kMicrosecond);

void HandshakeToBare(benchmark::State& state) {
  const std::shared_ptr<const ClientContext> context = Context();
  testing::BareTls bare(P().root.cert_pem);
  RatioOf(
      state, [&] { return Handshake(Ours(LaterNow()), context); },
      [&] { return Handshake(Bare(), bare); });
}
BENCHMARK(HandshakeToBare)->Iterations(200)->Unit(benchmark::kMicrosecond);

void KnownChainToUnknown(benchmark::State& state) {
  const std::shared_ptr<const ClientContext> context = Context();
  const std::shared_ptr<const ClientContext> other = Context();
  RatioOf(
      state, [&] { return Handshake(Ours(tls::testing::TestNow()), context); },
      [&] { return Handshake(Ours(LaterNow()), other); });
}
BENCHMARK(KnownChainToUnknown)->Iterations(200)->Unit(benchmark::kMicrosecond);

std::vector<std::string> ChainDer() { return {P().leaf.cert_der, P().intermediate.cert_der}; }

// Parsing included, on both sides.
class OurVerification {
 public:
  OurVerification() { names_.accepted = {{tls::PeerName::Type::kDns, kHost}}; }
  __attribute__((noinline)) bool ClientVerify() {
    return tls::VerifyChain(chain_, *roots_, names_, tls::testing::TestNow(),
                            tls::VerifyMode::kEnvoy)
               .verdict == Verdict::kPass;
  }

 private:
  std::vector<std::string> chain_ = ChainDer();
  std::shared_ptr<const TrustBundle> roots_ = Roots();
  PeerNames names_;
};

class BareVerification {
 public:
  __attribute__((noinline)) bool ClientVerify() { return bare_.Verify(*bare_.Parse(chain_)); }

 private:
  std::vector<std::string> chain_ = ChainDer();
  testing::BareTls bare_{P().root.cert_pem};
};

template <typename Verification>
void VerifyWith(benchmark::State& state) {
  Verification verification;
  for (auto _ : state) {
    if (!verification.ClientVerify()) state.SkipWithError("the chain is refused");
  }
}

void Verify(benchmark::State& state) { VerifyWith<OurVerification>(state); }
BENCHMARK(Verify)->Unit(benchmark::kMicrosecond);

void BareVerify(benchmark::State& state) { VerifyWith<BareVerification>(state); }
BENCHMARK(BareVerify)->Unit(benchmark::kMicrosecond);

void VerifyToBare(benchmark::State& state) {
  OurVerification ours;
  BareVerification bare;
  const auto timed = [](auto& verification) {
    const double start = ThreadCpuSeconds();
    return verification.ClientVerify() ? ThreadCpuSeconds() - start : -1;
  };
  RatioOf(
      state, [&] { return timed(ours); }, [&] { return timed(bare); });
}
BENCHMARK(VerifyToBare)->Iterations(500)->Unit(benchmark::kMicrosecond);

std::string BundleOf(size_t count) {
  std::string pem;
  tls::testing::CertSpec spec;
  spec.is_ca = true;
  spec.key_pem = P().root.key_pem;  // making keys takes longer than all the rest
  for (size_t i = 0; i < count; ++i) {
    spec.common_name = absl::StrCat("CA number ", i, " of a large bundle");
    pem += tls::testing::MakeCertificate(spec, nullptr).cert_pem;
  }
  return pem;
}

void ParseBundle(benchmark::State& state) {
  const auto count = static_cast<size_t>(state.range(0));
  const std::string pem = BundleOf(count);
  int64_t held = 0;
  for (auto _ : state) {
    const int64_t before = HeldBytes();
    const auto bundle = TrustBundle::Parse(pem, tls::PemReader::kEnvoy);  // let go again at once
    held = HeldBytes() - before;
    if (bundle->certificates().size() != count) {
      state.SkipWithError(bundle->error().c_str());
      return;
    }
  }
  state.counters["bytes_a_certificate"] = static_cast<double>(held) / static_cast<double>(count);
}
BENCHMARK(ParseBundle)->Arg(145)->Arg(5000)->Unit(benchmark::kMillisecond);

// Policies that differ in their names alone and trust the system, whose bundle is read as well.
void PoliciesOnSystemBundle(benchmark::State& state) {
  const auto count = static_cast<size_t>(state.range(0));
  const std::string pem = BundleOf(145);
  int64_t held = 0;
  for (auto _ : state) {
    const int64_t before = HeldBytes();
    tls::SessionOptions options;
    options.system_trust = TrustBundle::Parse(pem, tls::PemReader::kEnvoy);
    std::vector<std::shared_ptr<const ClientContext>> contexts;
    contexts.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      auto tls = std::make_shared<ClientTls>();
      tls->sni = absl::StrCat("web-", i, ".example.com");
      tls->trust.source = tls::TrustSource::kSystem;
      tls->names.accepted = {{tls::PeerName::Type::kDns, tls->sni}};
      contexts.push_back(*ClientContext::Create(std::move(tls), options));
      if (!contexts.back()->failures().empty()) state.SkipWithError("a policy cannot work");
    }
    held = HeldBytes() - before;
  }
  state.counters["bytes"] = static_cast<double>(held);
}
BENCHMARK(PoliciesOnSystemBundle)->Arg(1000)->Unit(benchmark::kMillisecond);

// What a session holds while it waits for the server, and once the handshake is complete.
void SessionMemory(benchmark::State& state) {
  const std::shared_ptr<const ClientContext> context = Context();
  int64_t waiting = 0;
  int64_t most = 0;
  for (auto _ : state) {
    ServerSession server(P().server);
    Bytes out;
    out.reserve(1 << 14);
    const int64_t before = HeldBytes();
    auto session = *ClientSession::Create(context, tls::testing::TestNow());
    session.Advance({}, out);
    waiting = HeldBytes() - before;
    state.PauseTiming();
    const Bytes flight = server.Advance(out);
    state.ResumeTiming();
    out.clear();
    const int64_t with_server = HeldBytes() - waiting;
    session.Advance(flight, out);
    most = HeldBytes() - with_server;
  }
  state.counters["bytes_waiting"] = static_cast<double>(waiting);
  state.counters["bytes_complete"] = static_cast<double>(most);
}
BENCHMARK(SessionMemory)->Unit(benchmark::kMicrosecond);

// For whoever counts instructions: `what` so many times; 2 where there is no such thing.
int Repeat(const std::string& what, int count) {
  const std::shared_ptr<const ClientContext> context = Context();
  testing::BareTls bare(P().root.cert_pem);
  OurVerification verification;
  BareVerification bare_verification;
  const std::map<std::string, std::function<bool()>> all = {
      {"handshake", [&] { return Handshake(Ours(LaterNow()), context) >= 0; }},
      {"known-chain-handshake",
       [&] { return Handshake(Ours(tls::testing::TestNow()), context) >= 0; }},
      {"bare-handshake", [&] { return Handshake(Bare(), bare) >= 0; }},
      {"verify", [&] { return verification.ClientVerify(); }},
      {"bare-verify", [&] { return bare_verification.ClientVerify(); }},
  };
  const auto found = all.find(what);
  if (found == all.end()) return 2;
  for (int i = 0; i < count; ++i) {
    if (!found->second()) return 1;
  }
  return 0;
}

}  // namespace gwpolicy::bench

int main(int argc, char** argv) {
  if (argc == 3 && argv[1][0] != '-') return gwpolicy::bench::Repeat(argv[1], std::atoi(argv[2]));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
