// Servers that lie, break off, flood or damage: nothing of it ever passes, hangs or takes more than
// a bounded amount of anything, and all of it has a code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "tests/tls/handshake.h"
#include "tests/tls/test_pki.h"
#include "tests/tls/test_server.h"

namespace gwpolicy {
namespace tls {
namespace {

using ::gwpolicy::tls::testing::Answer;
using ::gwpolicy::tls::testing::ByteVector;
using ::gwpolicy::tls::testing::CertSpec;
using ::gwpolicy::tls::testing::CodesOf;
using ::gwpolicy::tls::testing::GoodClient;
using ::gwpolicy::tls::testing::GoodServer;
using ::gwpolicy::tls::testing::Handshake;
using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeCertificate;
using ::gwpolicy::tls::testing::Outcome;
using ::gwpolicy::tls::testing::P;
using ::gwpolicy::tls::testing::PairOf;
using ::gwpolicy::tls::testing::RunOptions;
using ::gwpolicy::tls::testing::ServerSession;
using ::gwpolicy::tls::testing::ServerSpec;
using ::gwpolicy::tls::testing::ServeWith;
using ::gwpolicy::tls::testing::Strings;
using ::gwpolicy::tls::testing::TestNow;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::ValuesIn;
using ClientCertificates = ServerSpec::ClientCertificates;

constexpr uint8_t kChangeCipherSpec = 20;
constexpr uint8_t kAlert = 21;
constexpr uint8_t kHandshake = 22;
constexpr uint8_t kApplicationData = 23;

ClientSession NewSession(const ClientTls& tls, const SessionOptions& options = {}) {
  auto session = ClientSession::Create(std::make_shared<const ClientTls>(tls), TestNow(), options);
  EXPECT_TRUE(session.ok()) << session.status();
  return *std::move(session);
}

void Append(const ByteVector& more, ByteVector& bytes) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

std::string Record(uint8_t type, absl::string_view content, uint16_t version = 0x0303) {
  const auto low = [](size_t number) { return static_cast<char>(number & 0xff); };
  const size_t size = content.size();
  return absl::StrCat(std::string({static_cast<char>(type), low(version >> 8), low(version),
                                   low(size >> 8), low(size)}),
                      content);
}

// What holds for any result of a session that is over and must not pass.
void ExpectExplained(const HandshakeResult& result) {
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_GE(result.renegotiations, 0);
  ASSERT_THAT(result.failures, Not(IsEmpty()));
  for (size_t i = 0; i < result.failures.size(); ++i) {
    const Failure& failure = result.failures[i];
    EXPECT_EQ(failure.primary, i == 0);
    EXPECT_NE(failure.code, Code::kTlsInternal) << failure.message;
    EXPECT_THAT(failure.message, Not(IsEmpty()));
    EXPECT_THAT(failure.remedy, Not(IsEmpty()));
  }
}

// Servers that ask for a certificate, so that the session goes through all of its phases.
ServerSpec AskingServer() {
  ServerSpec server = GoodServer();
  server.client_certificates = ClientCertificates::kRequired;
  server.client_ca_pem = P().client_root.cert_pem;
  return server;
}

ClientTls ClientWithCertificate(TlsVersion version) {
  ClientTls tls = GoodClient(version);
  tls.client_certificate = PairOf(P().client);
  return tls;
}

class DamageTest : public ::testing::TestWithParam<TlsVersion> {};

INSTANTIATE_TEST_SUITE_P(Versions, DamageTest,
                         ::testing::Values(TlsVersion::k1_2, TlsVersion::k1_3),
                         [](const auto& info) {
                           return info.param == TlsVersion::k1_2 ? "Tls12" : "Tls13";
                         });

TEST_P(DamageTest, NothingPassesBeforeItsTime) {
  ServerSession server(AskingServer());
  ClientSession session = NewSession(ClientWithCertificate(GetParam()));
  ByteVector to_server;
  Need need = session.Advance({}, to_server);
  size_t fed = 0;
  while (need != Need::kNothing) {
    const ByteVector from_server = server.Advance(to_server);
    to_server.clear();
    ASSERT_THAT(from_server, Not(IsEmpty()));
    for (size_t i = 0; i < from_server.size() && need != Need::kNothing; ++i, ++fed) {
      ASSERT_EQ(session.result().verdict, Verdict::kFail) << fed;
      need = session.Advance(absl::MakeConstSpan(from_server).subspan(i, 1), to_server);
    }
  }
  EXPECT_EQ(session.result().verdict, Verdict::kPass);
  EXPECT_GT(fed, 500u);
}

// Where the bytes of one handshake's flights end that are needed for a pass.
size_t NeededBytes(TlsVersion version) {
  const ServerSpec spec = GoodServer();
  ServerSession server(spec);
  ClientSession session = NewSession(GoodClient(version));
  ByteVector to_server;
  Need need = session.Advance({}, to_server);
  size_t needed = 0;
  while (need == Need::kBytes) {
    const ByteVector flight = server.Advance(to_server);
    to_server.clear();
    for (size_t i = 0; i < flight.size() && need == Need::kBytes; ++i, ++needed) {
      need = session.Advance(absl::MakeConstSpan(flight).subspan(i, 1), to_server);
    }
  }
  EXPECT_EQ(session.result().verdict, Verdict::kPass);
  return needed;
}

TEST_P(DamageTest, AStreamThatIsCutAnywhereNeverPasses) {
  // Signatures make the lengths vary by a few bytes; a cut behind what is needed is none.
  const size_t needed = NeededBytes(GetParam()) - 8;
  for (size_t cut = 0; cut < needed; ++cut) {
    RunOptions options;
    options.cut = cut;
    const Outcome run = Handshake(GoodClient(GetParam()), GoodServer(), options);
    ExpectExplained(run.result);
    ASSERT_EQ(CodesOf(run.result), Strings({"Net/Closed"})) << cut;
    ASSERT_EQ(run.result.bytes_received, cut);
  }
}

// The part of a result that a server can prove.
std::string Proven(const HandshakeResult& result) {
  return absl::StrCat(result.version, " ", result.cipher, " ", result.group, " ",
                      result.signature_algorithm, " ", result.alpn, " ",
                      absl::StrJoin(result.chain_der, ""));
}

TEST_P(DamageTest, AByteThatIsDamagedAnywhereNeverPassesWrongly) {
  const size_t needed = NeededBytes(GetParam()) - 8;
  const std::string good = Proven(Handshake(GoodClient(GetParam()), GoodServer()).result);
  size_t passes = 0;
  for (size_t place = 0; place < needed; ++place) {
    size_t seen = 0;
    RunOptions options;
    // Another bit at each place, so that eight of them in a row are all tried.
    options.tamper = [&seen, place](ByteVector& flight) {
      if (place >= seen && place - seen < flight.size()) flight[place - seen] ^= 1 << (place % 8);
      seen += flight.size();
    };
    const Outcome run = Handshake(GoodClient(GetParam()), GoodServer(), options);
    if (run.result.verdict == Verdict::kPass) {
      ++passes;
      ASSERT_EQ(Proven(run.result), good) << place;
      ASSERT_TRUE(run.server_done) << place;
    } else {
      ExpectExplained(run.result);
    }
  }
  // Only what nobody reads: versions in the headers of records and the like.
  EXPECT_LT(passes, 24u);
}

struct AnswerCase {
  absl::string_view name;
  std::string bytes;
  Strings codes;  // any one of them
};

class BadAnswerTest : public ::testing::TestWithParam<AnswerCase> {};

TEST_P(BadAnswerTest, FailsWithACode) {
  for (const TlsVersion version : {TlsVersion::k1_2, TlsVersion::k1_3}) {
    const HandshakeResult result = Answer(GoodClient(version), GetParam().bytes);
    ExpectExplained(result);
    ASSERT_THAT(result.failures, SizeIs(1));
    EXPECT_THAT(GetParam().codes, ::testing::Contains(CodesOf(result)[0]));
    EXPECT_LT(result.bytes_sent, 4096u);
  }
}

// The head of a ServerHello that claims `size` bytes.
std::string HelloOf(absl::string_view size) { return absl::StrCat(std::string(1, '\x02'), size); }

std::string Times(size_t count, absl::string_view text) {
  std::string all;
  all.reserve(count * text.size());
  for (size_t i = 0; i < count; ++i) all.append(text.data(), text.size());
  return all;
}

std::vector<AnswerCase> Answers() {
  const std::string hello = HelloOf(std::string("\x00\x00\x40", 3));
  const std::string warning = Record(kAlert, "\x01\x5a");
  return {
      {"ZeroBytes", std::string(64, '\0'), {"Tls/NotTls"}},
      {"HighBytes", std::string(64, '\xff'), {"Tls/NotTls"}},
      {"VersionZero", Record(kHandshake, hello, 0x0000), {"Tls/NotTls"}},
      {"VersionOfSsl2", Record(kHandshake, hello, 0x0200), {"Tls/NotTls"}},
      {"VersionFour", Record(kHandshake, hello, 0x0400), {"Tls/NotTls"}},
      {"VersionFarBeyond", Record(kHandshake, hello, 0xfe03), {"Tls/NotTls"}},
      {"UnknownRecordType", Record(99, "abc"), {"Tls/NotTls", "Tls/Protocol"}},
      {"HeartbeatRecord", Record(24, "abc"), {"Tls/Protocol"}},
      {"OneEmptyRecord", Record(kHandshake, ""), {"Tls/Protocol", "Net/Closed"}},
      {"EndlessEmptyRecords", Times(10000, Record(kHandshake, "")), {"Tls/Flood", "Tls/Protocol"}},
      {"EndlessEmptyData",
       Times(10000, Record(kApplicationData, "")),
       {"Tls/Flood", "Tls/Protocol"}},
      {"EndlessWarnings", Times(10000, warning), {"Tls/Flood"}},
      {"EndlessChangeCipherSpecs",
       Times(10000, Record(kChangeCipherSpec, "\x01")),
       {"Tls/Flood", "Tls/Protocol"}},
      {"EndlessHelloRequests",
       Times(10000, Record(kHandshake, std::string(4, '\0'))),
       {"Tls/Flood", "Tls/Protocol"}},
      {"RecordBeyondTheLimit",
       Record(kHandshake, std::string((1 << 14) + 257, '\x02')),
       {"Tls/Protocol"}},
      {"RecordThatClaimsMost", std::string("\x16\x03\x03\xff\xff", 5), {"Tls/Protocol"}},
      {"MessageThatClaimsAMegabyte",
       Record(kHandshake, absl::StrCat(HelloOf("\x10"), std::string(2, '\0'))),
       {"Tls/ChainTooLarge"}},
      {"CertificateFirst",
       Record(kHandshake, std::string("\x0b\x00\x00\x03\x00\x00\x00", 7)),
       {"Tls/Protocol"}},
      {"FinishedFirst", Record(kHandshake, std::string("\x14\x00\x00\x00", 4)), {"Tls/Protocol"}},
      {"HelloOfNothing", Record(kHandshake, HelloOf(std::string(3, '\0'))), {"Tls/Protocol"}},
      {"AlertOfNothing", Record(kAlert, ""), {"Tls/Protocol"}},
      {"AlertOfOneByte", Record(kAlert, "\x02"), {"Tls/Protocol"}},
      {"AlertOfUnknownLevel", Record(kAlert, "\x03\x28"), {"Tls/Protocol"}},
      {"TwoAlertsInOneRecord", Record(kAlert, "\x02\x28\x02\x28"), {"Tls/Protocol"}},
      {"OldDataThatLooksLikeSsl2", std::string("\x80\x2e\x01\x03\x01", 5), {"Tls/NotTls"}},
      {"APartOfAHeader", std::string("\x16\x03", 2), {"Net/Closed"}},
      {"APartOfARecord", Record(kHandshake, hello).substr(0, 8), {"Net/Closed"}},
  };
}

INSTANTIATE_TEST_SUITE_P(Answers, BadAnswerTest, ValuesIn(Answers()),
                         [](const auto& info) { return std::string(info.param.name); });

// Memory that the program holds, where that can be told.
size_t HeapInUse() {
#ifdef GWPOLICY_SANITIZED
  return 0;
#else
  return mallinfo2().uordblks;
#endif
}

TEST(FloodTest, TakesABoundedNumberOfBytes) {
  SessionOptions options;
  options.max_bytes = 100;
  ClientSession session = NewSession(GoodClient(), options);
  ByteVector out;
  session.Advance({}, out);
  EXPECT_EQ(session.Advance(ByteVector(101, 0x16), out), Need::kNothing);
  EXPECT_EQ(CodesOf(session.result()), Strings({"Tls/Flood"}));
}

TEST(FloodTest, DripsOfAnEndlessMessageEndAtTheLimit) {
  // A ServerHello that stays within the limit of a message never ends by itself; in TLS 1.2 a
  // server may go on with such messages as long as it likes.
  ClientSession session = NewSession(GoodClient(TlsVersion::k1_2));
  ByteVector out;
  Need need = session.Advance({}, out);
  const size_t before = HeapInUse();
  const absl::Time start = absl::Now();
  const std::string piece = Record(kHandshake, std::string(1000, '\x02'));
  size_t most = 0;
  size_t fed = 0;
  while (need != Need::kNothing) {
    need = session.Advance(
        absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(piece.data()), piece.size()), out);
    fed += piece.size();
    most = std::max(most, HeapInUse());
    ASSERT_LE(fed, SessionOptions().max_bytes + piece.size());
  }
  ExpectExplained(session.result());
  EXPECT_LT(most, before + (1 << 19));
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
}

class RecordFloodTest : public ::testing::TestWithParam<std::tuple<uint8_t, size_t>> {};

TEST_P(RecordFloodTest, TakesBoundedTimeAndMemory) {
  const auto& [type, size] = GetParam();
  const std::string record = Record(type, std::string(size, '\x01'));
  const std::string all = Times(SessionOptions().max_bytes / record.size(), record);
  ClientSession session = NewSession(GoodClient());
  ByteVector out;
  session.Advance({}, out);
  const size_t before = HeapInUse();
  const absl::Time start = absl::Now();
  const Need need = session.Advance(
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(all.data()), all.size()), out);
  EXPECT_LT(HeapInUse(), before + 3 * SessionOptions().max_bytes);
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  if (need != Need::kNothing) session.PeerClosed();
  ExpectExplained(session.result());
  EXPECT_LT(out.size(), size_t{8192});
}

INSTANTIATE_TEST_SUITE_P(Records, RecordFloodTest,
                         ::testing::Combine(::testing::Values(kChangeCipherSpec, kAlert, kHandshake,
                                                              kApplicationData),
                                            ::testing::Values(0, 1, 2, 4, 16384)),
                         [](const auto& info) {
                           return absl::StrCat("Type", std::get<0>(info.param), "Size",
                                               std::get<1>(info.param));
                         });

TEST(FloodTest, EndlessKeyUpdatesEndTheGrace) {
  ServerSpec spec = GoodServer();
  spec.client_certificates = ClientCertificates::kOptional;
  spec.tickets = false;  // one would end it at once
  ServerSession server(spec);
  ClientSession session = NewSession(GoodClient());
  ByteVector to_server;
  session.Advance({}, to_server);
  const ByteVector flight = server.Advance(to_server);
  to_server.clear();
  ASSERT_EQ(session.Advance(flight, to_server), Need::kGrace);
  server.Advance(to_server);
  ASSERT_TRUE(server.handshake_done());
  Need need = Need::kGrace;
  int updates = 0;
  for (; updates < 1000 && need == Need::kGrace; ++updates) {
    need = session.Advance(server.KeyUpdate(), to_server);
  }
  EXPECT_EQ(need, Need::kNothing);
  EXPECT_LT(updates, 100);
  ExpectExplained(session.result());
  EXPECT_EQ(CodesOf(session.result()), Strings({"Tls/Flood"}));
}

TEST(FloodTest, NothingIsReadOnceItIsOver) {
  ServerSession server(AskingServer());
  ClientSession session = NewSession(ClientWithCertificate(TlsVersion::k1_3));
  ByteVector to_server;
  Need need = session.Advance({}, to_server);
  while (need != Need::kNothing) {
    const ByteVector flight = server.Advance(to_server);
    to_server.clear();
    need = session.Advance(flight, to_server);
  }
  const size_t received = session.result().bytes_received;
  const size_t tickets = session.result().tickets_received;
  to_server.clear();
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(session.Advance(server.KeyUpdate(), to_server), Need::kNothing);
  }
  EXPECT_THAT(to_server, IsEmpty());
  EXPECT_EQ(session.result().bytes_received, received);
  EXPECT_EQ(session.result().tickets_received, tickets);
  EXPECT_EQ(session.result().verdict, Verdict::kPass);
}

class LargeChainTest : public ::testing::TestWithParam<TlsVersion> {};

INSTANTIATE_TEST_SUITE_P(Versions, LargeChainTest,
                         ::testing::Values(TlsVersion::k1_2, TlsVersion::k1_3),
                         [](const auto& info) {
                           return info.param == TlsVersion::k1_2 ? "Tls12" : "Tls13";
                         });

TEST_P(LargeChainTest, AThousandCertificatesAreTooMany) {
  ServerSpec server = GoodServer();
  server.chain_pem.resize(1000, P().intermediate.cert_pem);
  const Outcome run = Handshake(GoodClient(GetParam()), server);
  ExpectExplained(run.result);
  EXPECT_EQ(CodesOf(run.result), Strings({"Tls/ChainTooLarge"}));
  EXPECT_THAT(run.result.failures[0].envoy_reason, ::testing::HasSubstr("EXCESSIVE_MESSAGE_SIZE"));
}

TEST_P(LargeChainTest, AHundredAndFiftyAreTakenAndAHundredAreShown) {
  ServerSpec server = GoodServer();
  server.chain_pem.resize(150, P().intermediate.cert_pem);
  const Outcome run = Handshake(GoodClient(GetParam()), server);
  EXPECT_THAT(CodesOf(run.result), IsEmpty());
  EXPECT_THAT(run.result.chain, SizeIs(100));
  EXPECT_THAT(run.result.chain_der, SizeIs(100));
}

TEST_P(LargeChainTest, ALeafOfAMegabyteIsTooLarge) {
  CertSpec spec;
  spec.common_name = "web.example.com";
  spec.san = "DNS:web.example.com";
  std::string filler = "04830fffff";  // an OCTET STRING of a megabyte
  filler.append(2 * 0x0fffff, '0');
  spec.more_extensions = {{"1.3.6.1.4.1.99999.2", filler}};
  const Outcome run =
      Handshake(GoodClient(GetParam()), ServeWith(MakeCertificate(spec, &P().root)));
  ExpectExplained(run.result);
  EXPECT_EQ(CodesOf(run.result), Strings({"Tls/ChainTooLarge"}));
}

TEST_P(LargeChainTest, TwoThousandNamesAreTakenAndAHundredAreShown) {
  CertSpec spec;
  spec.common_name = "web.example.com";
  std::vector<std::string> names;
  for (int i = 0; i < 2000; ++i) names.push_back(absl::StrCat("DNS:a", i, ".example.com"));
  names.push_back("DNS:web.example.com");
  spec.san = absl::StrJoin(names, ",");
  const Outcome run =
      Handshake(GoodClient(GetParam()), ServeWith(MakeCertificate(spec, &P().root)));
  EXPECT_THAT(CodesOf(run.result), IsEmpty());
  EXPECT_THAT(run.result.chain[0].subject_alt_names, SizeIs(100));
}

TEST(HelloRetryTest, OneIsAnsweredAndASecondOneIsNot) {
  ServerSpec spec = GoodServer();
  spec.groups = "P-256";  // which the client offers and sends no share of
  const Outcome whole = Handshake(GoodClient(), spec);
  EXPECT_THAT(CodesOf(whole.result), IsEmpty());
  EXPECT_EQ(whole.result.group, "P-256");

  ServerSession server(spec);
  ClientSession session = NewSession(GoodClient());
  ByteVector to_server;
  session.Advance({}, to_server);
  const ByteVector retry = server.Advance(to_server);
  to_server.clear();
  ASSERT_EQ(session.Advance(retry, to_server), Need::kBytes);
  EXPECT_THAT(to_server, Not(IsEmpty()));  // the second ClientHello
  EXPECT_EQ(session.Advance(retry, to_server), Need::kNothing);
  ExpectExplained(session.result());
  EXPECT_EQ(CodesOf(session.result()), Strings({"Tls/Protocol"}));
}

// TLS 1.2 with the one cipher for which the test server can ask for a renegotiation.
ClientTls RenegotiationClient(bool allowed) {
  ClientTls tls = GoodClient(TlsVersion::k1_2);
  tls.cipher_suites = {"ECDHE-ECDSA-CHACHA20-POLY1305"};
  tls.allow_renegotiation = allowed;
  return tls;
}

// The session after a whole handshake whose last flight ends with a HelloRequest.
ClientSession AskedToRenegotiate(bool allowed, Need* need, ByteVector* to_server) {
  ServerSession server(GoodServer());
  ClientSession session = NewSession(RenegotiationClient(allowed));
  ByteVector out;
  session.Advance({}, out);
  ByteVector flight = server.Advance(out);
  out.clear();
  EXPECT_EQ(session.Advance(flight, out), Need::kBytes);
  flight = server.Advance(out);
  EXPECT_TRUE(server.handshake_done());
  Append(server.HelloRequest(), flight);
  to_server->clear();
  *need = session.Advance(flight, *to_server);
  return session;
}

TEST(RenegotiationTest, IsRefusedWhereTheSettingsDoNotAllowIt) {
  Need need;
  ByteVector to_server;
  const ClientSession session = AskedToRenegotiate(/*allowed=*/false, &need, &to_server);
  EXPECT_EQ(need, Need::kNothing);
  ExpectExplained(session.result());
  EXPECT_EQ(CodesOf(session.result()), Strings({"Tls/Renegotiation"}));
  EXPECT_EQ(session.result().failures[0].envoy_reason, "");  // Envoy's handshake is over by then
  ASSERT_TRUE(session.result().alert_sent.has_value());
  EXPECT_EQ(session.result().alert_sent->name, "no_renegotiation");
}

TEST(RenegotiationTest, BeginsWhereTheSettingsAllowItAndMustBeFinished) {
  Need need;
  ByteVector to_server;
  ClientSession session = AskedToRenegotiate(/*allowed=*/true, &need, &to_server);
  EXPECT_EQ(need, Need::kBytes);
  ASSERT_THAT(to_server, Not(IsEmpty()));
  EXPECT_EQ(to_server[0], kHandshake);  // an encrypted ClientHello
  EXPECT_EQ(session.result().verdict, Verdict::kFail);
  EXPECT_EQ(session.result().renegotiations, 0);
  session.PeerClosed();
  ExpectExplained(session.result());
  EXPECT_EQ(CodesOf(session.result()), Strings({"Net/Closed"}));
}

TEST(RenegotiationTest, AResetInItsMiddleIsAFailure) {
  Need need;
  ByteVector to_server;
  ClientSession session = AskedToRenegotiate(/*allowed=*/true, &need, &to_server);
  session.TransportFailed(Code::kNetReset, "the server reset the connection");
  ExpectExplained(session.result());
  EXPECT_EQ(CodesOf(session.result()), Strings({"Net/Reset"}));
}

TEST(RenegotiationTest, NobodyAsksAndAllIsAsEver) {
  for (const bool allowed : {false, true}) {
    const Outcome run = Handshake(RenegotiationClient(allowed), GoodServer());
    EXPECT_EQ(run.result.verdict, Verdict::kPass);
    EXPECT_EQ(run.result.renegotiations, 0);
  }
}

// How far a connection comes before it breaks.
enum class Stage { kNothingSent, kInServerHello, kBeforeFinished, kGrace, kOver };

struct BreakCase {
  absl::string_view name;
  Stage stage;
  bool reset;        // else closed
  std::string code;  // "": too late to matter
};

class BreakTest : public ::testing::TestWithParam<BreakCase> {};

TEST_P(BreakTest, FailsWithACodeInEveryPhase) {
  ServerSpec spec = GoodServer();
  if (GetParam().stage == Stage::kGrace) {
    spec.client_certificates = ClientCertificates::kOptional;
    spec.tickets = false;
  }
  ServerSession server(spec);
  ClientSession session = NewSession(GoodClient());
  ByteVector to_server;
  session.Advance({}, to_server);
  ByteVector flight = server.Advance(to_server);
  to_server.clear();
  switch (GetParam().stage) {
    case Stage::kNothingSent:
      flight.clear();
      break;
    case Stage::kInServerHello:
      flight.resize(40);
      break;
    case Stage::kBeforeFinished:
      flight.resize(flight.size() - 1);
      break;
    case Stage::kGrace:
    case Stage::kOver:
      break;
  }
  session.Advance(flight, to_server);
  if (GetParam().reset) {
    session.TransportFailed(Code::kNetReset, "the server reset the connection");
  } else {
    session.PeerClosed();
  }
  if (GetParam().code.empty()) {
    EXPECT_EQ(session.result().verdict, Verdict::kPass);
    return;
  }
  ExpectExplained(session.result());
  EXPECT_EQ(CodesOf(session.result()), Strings({GetParam().code}));
}

INSTANTIATE_TEST_SUITE_P(Stages, BreakTest,
                         ValuesIn<BreakCase>({
                             {"ClosedAtOnce", Stage::kNothingSent, false, "Net/Closed"},
                             {"ResetAtOnce", Stage::kNothingSent, true, "Net/Reset"},
                             {"ClosedInServerHello", Stage::kInServerHello, false, "Net/Closed"},
                             {"ResetInServerHello", Stage::kInServerHello, true, "Net/Reset"},
                             {"ClosedBeforeFinished", Stage::kBeforeFinished, false, "Net/Closed"},
                             {"ResetBeforeFinished", Stage::kBeforeFinished, true, "Net/Reset"},
                             {"ClosedInGrace", Stage::kGrace, false, "ClientCert/Required"},
                             {"ResetInGrace", Stage::kGrace, true, "ClientCert/Required"},
                             {"ClosedWhenOver", Stage::kOver, false, ""},
                             {"ResetWhenOver", Stage::kOver, true, ""},
                         }),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
