#include "tests/fuzz/tls_property.h"

#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/names.h"
#include "gwpolicy/tls/parse_certificates.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"
#include "tests/tls/handshake.h"
#include "tests/tls/test_pki.h"
#include "tests/tls/test_server.h"

namespace gwpolicy::testing {
namespace {

using tls::ClientContext;
using tls::ClientSession;
using tls::ClientTls;
using tls::Failure;
using tls::HandshakeResult;
using tls::NameMatch;
using tls::Need;
using tls::PeerName;
using tls::PeerNames;
using tls::PemReader;
using tls::SessionOptions;
using tls::SubjectAltName;
using tls::TlsVersion;
using tls::TrustBundle;
using tls::TrustNote;
using tls::Verdict;
using tls::VerifyMode;
using tls::VerifyResult;
using tls::testing::ByteVector;
using tls::testing::P;
using tls::testing::ServerSession;
using tls::testing::ServerSpec;

bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// Of any verdict.
std::string FaultOfFailures(const std::vector<Failure>& failures, Verdict verdict) {
  if ((verdict == Verdict::kPass) != failures.empty()) return "verdict and failures disagree";
  const auto primary = [](const Failure& failure) { return failure.primary; };
  if (!failures.empty() && std::count_if(failures.begin(), failures.end(), primary) != 1) {
    return "not exactly one failure is the primary one";
  }
  for (const Failure& failure : failures) {
    if (failure.message.empty() || failure.remedy.empty()) return "a failure has no words";
    if (!IsPrintable(failure.message)) return absl::StrCat("unprintable: ", failure.message);
    if (!IsPrintable(failure.subject)) return absl::StrCat("unprintable: ", failure.subject);
  }
  return "";
}

// A session.

constexpr uint8_t kTls13 = 1;
constexpr uint8_t kWithCertificate = 2;
constexpr uint8_t kStrict = 4;
constexpr uint8_t kRenegotiates = 8;
constexpr uint8_t kRealServer = 16;

std::shared_ptr<const ClientContext> ContextFor(uint8_t switches) {
  static const auto* const kContexts = [] {
    auto* contexts = new std::vector<std::shared_ptr<const ClientContext>>;
    for (int i = 0; i < kRealServer; ++i) {
      auto tls = std::make_shared<ClientTls>(
          tls::testing::GoodClient((i & kTls13) != 0 ? TlsVersion::k1_3 : TlsVersion::k1_2));
      if ((i & kWithCertificate) != 0) tls->client_certificate = tls::testing::PairOf(P().client);
      tls->allow_renegotiation = (i & kRenegotiates) != 0;
      tls->groups = {"X25519", "P-256"};  // without the slow one there are more tries
      SessionOptions options;
      options.mode = (i & kStrict) != 0 ? VerifyMode::kStrict : VerifyMode::kEnvoy;
      options.max_bytes = 1 << 16;
      contexts->push_back(*ClientContext::Create(std::move(tls), options));
    }
    return contexts;
  }();
  return (*kContexts)[switches & (kRealServer - 1)];
}

std::string FaultOfResult(const HandshakeResult& result) {
  std::string fault = FaultOfFailures(result.failures, result.verdict);
  if (!fault.empty()) return fault;
  for (const Failure& failure : result.failures) {
    if (failure.code == Code::kTlsInternal) return absl::StrCat("inner: ", failure.message);
  }
  if (result.certificate_confirmed && !result.certificate_sent) return "confirmed and never sent";
  if (result.certificate_sent && result.certificate_withheld) return "both sent and withheld";
  if (result.chain.size() != result.chain_der.size()) return "two chains of two lengths";
  return "";
}

absl::Span<const uint8_t> BytesOf(absl::string_view text) {
  return absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

HandshakeResult Answered(uint8_t switches, absl::string_view bytes, size_t chunk) {
  auto session = ClientSession::Create(ContextFor(switches), tls::testing::TestNow());
  ByteVector out;
  Need need = session->Advance({}, out);
  for (size_t at = 0; at < bytes.size() && need != Need::kNothing; at += chunk) {
    need = session->Advance(BytesOf(bytes.substr(at, chunk)), out);
  }
  if (need != Need::kNothing) session->PeerClosed();
  return std::move(*session).TakeResult();
}

std::string FaultOfBytes(uint8_t switches, absl::string_view bytes) {
  const HandshakeResult whole = Answered(switches, bytes, std::max<size_t>(bytes.size(), 1));
  if (whole.verdict == Verdict::kPass) return "a server without a key passes";
  std::string fault = FaultOfResult(whole);
  if (!fault.empty()) return fault;
  const HandshakeResult drip = Answered(switches, bytes, 1);
  if (tls::testing::CodesOf(whole) != tls::testing::CodesOf(drip)) {
    return absl::StrCat("at once ", absl::StrJoin(tls::testing::CodesOf(whole), ","),
                        ", byte by byte ", absl::StrJoin(tls::testing::CodesOf(drip), ","));
  }
  return "";
}

// Of a stream that comes in flights.
class Changes {
 public:
  explicit Changes(absl::string_view text) : text_(text) {}

  void Apply(ByteVector& flight) {
    const size_t end = seen_ + flight.size();
    for (size_t i = 0; i + 4 <= text_.size() && i < 4 * kMost; i += 4) {
      const auto byte = [&](size_t k) { return static_cast<uint8_t>(text_[i + k]); };
      const size_t place = byte(0) << 8 | byte(1);
      if (place < seen_ || place >= end || place - seen_ >= flight.size()) continue;
      const auto at = flight.begin() + static_cast<std::ptrdiff_t>(place - seen_);
      switch (byte(2) % 4) {
        case 0:
          *at ^= byte(3);
          break;
        case 1:
          flight.insert(at, byte(3));
          break;
        case 2:
          flight.erase(at);
          break;
        case 3: {
          const ByteVector again(at, at + std::min<std::ptrdiff_t>(byte(3), flight.end() - at));
          flight.insert(at, again.begin(), again.end());
          break;
        }
      }
    }
    seen_ = end;
  }

 private:
  static constexpr size_t kMost = 16;

  absl::string_view text_;
  size_t seen_ = 0;
};

std::string FaultOfChanges(uint8_t switches, absl::string_view text) {
  ServerSpec spec = tls::testing::GoodServer();
  if ((switches & kWithCertificate) != 0) {
    spec.client_certificates = ServerSpec::ClientCertificates::kRequired;
    spec.client_ca_pem = P().client_root.cert_pem;
  }
  ServerSession server(spec);
  auto session = ClientSession::Create(ContextFor(switches), tls::testing::TestNow());
  Changes changes(text);
  ByteVector to_server;
  Need need = session->Advance({}, to_server);
  for (int i = 0; i < 20 && need != Need::kNothing; ++i) {
    ByteVector flight = server.Advance(to_server);
    to_server.clear();
    if (flight.empty()) break;
    changes.Apply(flight);
    need = session->Advance(flight, to_server);
  }
  server.Advance(to_server);
  if (need != Need::kNothing) session->PeerClosed();
  const HandshakeResult result = std::move(*session).TakeResult();
  if (result.verdict == Verdict::kPass) {
    if (!server.handshake_done()) return "passes with a server that has not finished";
    if (result.chain_der !=
        std::vector<std::string>{P().leaf.cert_der, P().intermediate.cert_der}) {
      return "passes with another chain than the server's";
    }
  }
  return FaultOfResult(result);
}

// A bundle.

std::string FaultOfNotes(const std::vector<TrustNote>& notes, int lines) {
  for (const TrustNote& note : notes) {
    if (note.message.empty()) return "a note has no words";
    if (!IsPrintable(note.message)) return absl::StrCat("unprintable: ", note.message);
    if (note.line < 0 || note.line > lines) {
      return absl::StrCat("a note is at line ", note.line, " of ", lines);
    }
  }
  return "";
}

// What is read on the short way has to be what BoringSSL's reader finds.
std::string FaultOfPlainPem(absl::string_view text) {
  const auto plain = tls::ReadPlainCertificates(text, TrustBundle::kMaxCertificates);
  if (!plain.has_value()) return "";
  bssl::UniquePtr<BIO> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const bssl::UniquePtr<STACK_OF(X509_INFO)> found(
      PEM_X509_INFO_read_bio(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (found == nullptr) return "BoringSSL does not read a plain text";
  if (sk_X509_INFO_num(found.get()) != plain->size()) return "BoringSSL finds another number";
  for (size_t i = 0; i < plain->size(); ++i) {
    const X509_INFO* info = sk_X509_INFO_value(found.get(), i);
    if (info->x509 == nullptr || info->crl != nullptr || info->x_pkey != nullptr) {
      return "BoringSSL finds something else";
    }
    if (X509_cmp(info->x509, (*plain)[i].certificate.get()) != 0) return "another certificate";
  }
  return "";
}

std::string FaultOfBundle(absl::string_view text, PemReader reader) {
  const std::string plain_fault = FaultOfPlainPem(text);
  if (!plain_fault.empty()) return plain_fault;
  const std::shared_ptr<const TrustBundle> bundle = TrustBundle::Parse(text, reader);
  if (bundle == nullptr) return "no bundle at all";
  if (TrustBundle::Parse(text, reader)->content_hash() != bundle->content_hash()) {
    return "a second reading gives another bundle";
  }
  const int lines = 1 + static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
                      return c == '\n' || c == '\r';
                    }));
  std::string fault = FaultOfNotes(bundle->notes(), lines);
  if (fault.empty()) {
    fault = FaultOfNotes(bundle->NotesAt(tls::testing::TestNow(), absl::Hours(24)), lines);
  }
  if (!fault.empty()) return fault;
  if (bundle->usable() != bundle->error().empty()) return "it is usable or not, and says otherwise";
  if (absl::StrContains(bundle->pem(), "PRIVATE KEY")) return "a private key goes to Envoy";
  const VerifyResult verified =
      tls::VerifyChain({P().leaf.cert_der, P().intermediate.cert_der}, *bundle, PeerNames::Any(),
                       tls::testing::TestNow(), VerifyMode::kEnvoy);
  fault = FaultOfFailures(verified.failures, verified.verdict);
  if (!fault.empty() || !bundle->usable()) {
    return !fault.empty() || verified.verdict == Verdict::kFail
               ? fault
               : "nobody is trusted, and it passes";
  }
  if (bundle->certificates().empty()) return "it is usable and holds nothing";
  // What goes to Envoy says the same again.
  const std::shared_ptr<const TrustBundle> again =
      TrustBundle::Parse(bundle->pem(), PemReader::kEnvoy);
  if (!again->usable()) return absl::StrCat("written again it is unusable: ", again->error());
  if (again->content_hash() != bundle->content_hash()) return "written again it is another bundle";
  if (again->certificates().size() != bundle->certificates().size()) {
    return "written again it holds another number of certificates";
  }
  return "";
}

// Names.

// The rule of docs and tests, written in another way: by labels, and by trying all cuts.
NameMatch Model(absl::string_view expected, absl::string_view presented) {
  const std::string want = absl::AsciiStrToLower(expected);
  const std::string have = absl::AsciiStrToLower(presented);
  if (want == have) return NameMatch::kFull;
  const std::vector<std::string> a = absl::StrSplit(want, '.');
  const std::vector<std::string> b = absl::StrSplit(have, '.');
  if (a.size() != b.size() || a.size() < 2 || (a.size() == 2 && a[1].empty())) {
    return NameMatch::kNone;
  }
  for (size_t i = 1; i < a.size(); ++i) {
    if (a[i] != b[i] || b[i].find('*') != std::string::npos) return NameMatch::kNone;
  }
  if (b[0].rfind("xn--", 0) == 0 || std::count(b[0].begin(), b[0].end(), '*') != 1) {
    return NameMatch::kNone;
  }
  const size_t star = b[0].find('*');
  for (size_t cut = star; cut <= a[0].size(); ++cut) {
    if (absl::StrCat(a[0].substr(0, star), "*", a[0].substr(cut)) == b[0]) {
      return b[0] == "*" && a.size() > 2 ? NameMatch::kFull : NameMatch::kEnvoyOnly;
    }
  }
  return NameMatch::kNone;
}

}  // namespace

std::string SessionFault(absl::string_view input) {
  if (input.empty()) return "";
  const auto switches = static_cast<uint8_t>(input[0]);
  input.remove_prefix(1);
  return (switches & kRealServer) != 0 ? FaultOfChanges(switches, input)
                                       : FaultOfBytes(switches, input);
}

std::string BundleFault(absl::string_view text) {
  for (const PemReader reader : {PemReader::kEnvoy, PemReader::kGo}) {
    std::string fault = FaultOfBundle(text, reader);
    if (!fault.empty()) {
      return absl::StrCat(reader == PemReader::kEnvoy ? "as Envoy: " : "as Go: ", fault);
    }
  }
  return "";
}

std::string NamesFault(absl::string_view text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  const std::string expected = lines[0];
  lines.erase(lines.begin());
  PeerNames names;
  names.accepted = {{PeerName::Type::kDns, expected}, {PeerName::Type::kUri, expected}};
  std::vector<SubjectAltName> presented;
  NameMatch best = NameMatch::kNone;
  for (const std::string& line : lines) {
    const NameMatch match = tls::MatchDnsName(expected, line);
    if (match != Model(expected, line)) return absl::StrCat("not as the model: ", text);
    if (match != tls::MatchDnsName(absl::AsciiStrToUpper(expected), line)) {
      return absl::StrCat("capitals change the answer: ", text);
    }
    best = std::max(best, match);
    presented.push_back({SubjectAltName::Type::kDns, line});
  }
  if (tls::MatchNames(names, presented) != best) return "the best match is not found";
  const std::string message = tls::ExplainMismatch(names, presented, expected);
  if (message.empty() || !IsPrintable(message)) return absl::StrCat("unprintable: ", message);
  // An equal name of another type is none.
  for (SubjectAltName& name : presented) name.type = SubjectAltName::Type::kIp;
  if (tls::MatchNames(names, presented) != NameMatch::kNone) return "types mix";
  return "";
}

}  // namespace gwpolicy::testing
