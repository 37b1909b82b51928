#include "gwpolicy/report/probe_results.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/verdict.h"
#include "tests/report/value_at.h"

namespace gwpolicy {
namespace report {
namespace {

ProbeEntry Entry(TlsMode mode) {
  auto backend = std::make_shared<BackendTls>();
  backend->gateway = {"infra", "http"};
  backend->backend = {"", "Service", "default", "nginx", 8443};
  backend->mode = mode;
  if (mode == TlsMode::kFailClosed) {
    backend->failure =
        Failure{Code::kTrustNotFound, "InvalidCACertificateRef", "no ConfigMap", FieldSource()};
  }
  ProbeEntry entry;
  entry.backend = std::move(backend);
  return entry;
}

ProbeEntry Tried(tls::HandshakeResult result) {
  ProbeEntry entry = Entry(TlsMode::kTls);
  entry.endpoint = Endpoint{"192.0.2.1", 443};
  entry.address = "192.0.2.1:443";
  entry.result = std::make_shared<tls::HandshakeResult>(std::move(result));
  return entry;
}

Value Result(ProbeEntry entry) {
  const std::vector<ProbeEntry> entries = {std::move(entry)};
  const Value document = ProbeDocument(entries);
  return (*document.Find("results")->AsList())[0];
}

TEST(ProbeDocumentTest, PassHasNoCodeAndWhatWasNegotiated) {
  tls::HandshakeResult handshake;
  handshake.verdict = tls::Verdict::kPass;
  handshake.phase = tls::Phase::kPostHandshake;
  handshake.version = "TLSv1.2";
  handshake.sni = "example.com";
  handshake.chain.emplace_back().subject = "CN=example.com";
  const Value result = Result(Tried(handshake));
  EXPECT_EQ(At(result, "verdict"), "pass");
  EXPECT_EQ(At(result, "endpoint"), "192.0.2.1:443");
  EXPECT_EQ(At(result, "phase"), "post-handshake");
  EXPECT_EQ(At(result, "code"), "");
  EXPECT_EQ(At(result, "message"), "");
  EXPECT_EQ(At(result, "tls.version"), "TLSv1.2");
  EXPECT_EQ(At(result, "tls.sni"), "example.com");
  EXPECT_EQ(At(result, "chain.0.subject"), "CN=example.com");
}

TEST(ProbeDocumentTest, FailNamesThePrimaryReasonAndKeepsTheOthers) {
  tls::HandshakeResult handshake;
  handshake.failures = {tls::MakeFailure(Code::kNameMismatch, "no such name"),
                        tls::MakeFailure(Code::kCertExpired, "ended")};
  const Value result = Result(Tried(handshake));
  EXPECT_EQ(At(result, "verdict"), "fail");
  EXPECT_EQ(At(result, "code"), "Name/Mismatch");
  EXPECT_EQ(At(result, "message"), "no such name");
  EXPECT_EQ(At(result, "remedy"), std::string(InfoOf(Code::kNameMismatch).remedy));
  EXPECT_EQ(At(result, "failures"), "[2]");
  EXPECT_EQ(At(result, "failures.1.code"), "Cert/Expired");
}

TEST(ProbeDocumentTest, TellsAllThatTheHandshakeShowed) {
  tls::HandshakeResult handshake;
  handshake.signature_algorithm = "ecdsa_secp256r1_sha256";
  handshake.alert_received = tls::Alert{40, "handshake_failure", "nothing suits", true};
  handshake.acceptable_cas = {"CN=Client CA"};
  handshake.must_staple = true;
  handshake.leaf_sct_list = true;
  handshake.tickets_received = 2;
  handshake.resumption_offered = true;
  handshake.renegotiations = 1;
  handshake.bytes_received = 1200;
  const Value result = Result(Tried(handshake));
  EXPECT_EQ(At(result, "tls.signatureAlgorithm"), "ecdsa_secp256r1_sha256");
  EXPECT_EQ(At(result, "tls.alertReceived.code"), "40");
  EXPECT_EQ(At(result, "tls.alertReceived.name"), "handshake_failure");
  EXPECT_EQ(At(result, "tls.alertReceived.meaning"), "nothing suits");
  EXPECT_EQ(At(result, "tls.alertReceived.fatal"), "true");
  EXPECT_EQ(At(result, "tls.alertSent"), "null");
  EXPECT_EQ(At(result, "tls.acceptableCas.0"), "CN=Client CA");
  EXPECT_EQ(At(result, "tls.ocspResponse"), "false");
  EXPECT_EQ(At(result, "tls.sctList"), "false");
  EXPECT_EQ(At(result, "tls.leafSctList"), "true");
  EXPECT_EQ(At(result, "tls.mustStaple"), "true");
  EXPECT_EQ(At(result, "tls.sessionTickets"), "2");
  EXPECT_EQ(At(result, "tls.resumptionOffered"), "true");
  EXPECT_EQ(At(result, "tls.renegotiations"), "1");
  EXPECT_EQ(At(result, "tls.bytesReceived"), "1200");
  EXPECT_EQ(At(result, "tls.bytesSent"), "0");
}

TEST(ProbeDocumentTest, TellsTheChainThatWasBuiltAndWhereModesDiffer) {
  tls::HandshakeResult handshake;
  handshake.modes_differ = true;
  handshake.built_chain.push_back({false, 0, "CN=example.com", absl::FromUnixSeconds(1767225600)});
  handshake.built_chain.push_back({true, 3, "CN=Root", absl::InfiniteFuture()});
  const Value result = Result(Tried(handshake));
  EXPECT_EQ(At(result, "modesDiffer"), "true");
  EXPECT_EQ(At(result, "builtChain"), "[2]");
  EXPECT_EQ(At(result, "builtChain.0.from"), "peer");
  EXPECT_EQ(At(result, "builtChain.0.subject"), "CN=example.com");
  EXPECT_EQ(At(result, "builtChain.0.notAfter"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(At(result, "builtChain.1.from"), "bundle");
  EXPECT_EQ(At(result, "builtChain.1.index"), "3");
  EXPECT_EQ(At(result, "builtChain.1.notAfter"), "null");
}

TEST(ProbeDocumentTest, DefaultResultFails) {
  EXPECT_EQ(At(Result(Tried(tls::HandshakeResult())), "verdict"), "fail");
}

TEST(ProbeDocumentTest, PlaintextIsSkipped) {
  const Value result = Result(Entry(TlsMode::kPlaintext));
  EXPECT_EQ(At(result, "verdict"), "skipped");
  EXPECT_EQ(At(result, "code"), "");
  EXPECT_EQ(At(result, "tls"), "null");
  EXPECT_EQ(At(result, "endpoint"), "null");
}

TEST(ProbeDocumentTest, FailClosedFailsInTheConfiguration) {
  const Value result = Result(Entry(TlsMode::kFailClosed));
  EXPECT_EQ(At(result, "verdict"), "fail");
  EXPECT_EQ(At(result, "phase"), "config");
  EXPECT_EQ(At(result, "code"), "Trust/NotFound");
  EXPECT_EQ(At(result, "message"), "InvalidCACertificateRef: no ConfigMap");
}

TEST(ProbeDocumentTest, BackendWithoutEndpointFails) {
  const Value result = Result(Entry(TlsMode::kTls));
  EXPECT_EQ(At(result, "verdict"), "fail");
  EXPECT_EQ(At(result, "code"), "Net/Unreachable");
}

TEST(ProbeDocumentTest, PhaseBelowTlsWins) {
  ProbeEntry entry = Tried(tls::HandshakeResult());
  entry.phase = "connect";
  EXPECT_EQ(At(Result(entry), "phase"), "connect");
}

TEST(ProbeDocumentTest, IPv6EndpointsHaveBrackets) {
  ProbeEntry entry = Tried(tls::HandshakeResult());
  entry.endpoint = Endpoint{"2001:db8::1", 443};
  EXPECT_EQ(At(Result(entry), "endpoint"), "[2001:db8::1]:443");
}

struct ClientCertificateCase {
  const char* name;
  bool requested;
  bool sent;
  bool withheld;
  bool confirmed;
  const char* text;
};

class ClientCertificateTest : public ::testing::TestWithParam<ClientCertificateCase> {};

TEST_P(ClientCertificateTest, SaysWhatBecameOfIt) {
  tls::HandshakeResult handshake;
  handshake.certificate_requested = GetParam().requested;
  handshake.certificate_sent = GetParam().sent;
  handshake.certificate_withheld = GetParam().withheld;
  handshake.certificate_confirmed = GetParam().confirmed;
  EXPECT_EQ(At(Result(Tried(handshake)), "tls.clientCertificate"), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Cases, ClientCertificateTest,
                         ::testing::ValuesIn<ClientCertificateCase>({
                             {"NotRequested", false, false, false, false, "not requested"},
                             {"RequestedAndNone", true, false, false, false, "requested"},
                             {"Withheld", true, false, true, false, "withheld"},
                             {"Sent", true, true, false, false, "sent"},
                             {"Accepted", true, true, false, true, "accepted"},
                         }),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ProbeDocumentTest, SummaryCounts) {
  tls::HandshakeResult good;
  good.verdict = tls::Verdict::kPass;
  const std::vector<ProbeEntry> entries = {Tried(good), Entry(TlsMode::kPlaintext),
                                           Entry(TlsMode::kFailClosed), Entry(TlsMode::kTls)};
  const Value document = ProbeDocument(entries);
  EXPECT_EQ(At(document, "apiVersion"), "gwpolicy/v1alpha1");
  EXPECT_EQ(At(document, "summary.pass"), "1");
  EXPECT_EQ(At(document, "summary.fail"), "2");
  EXPECT_EQ(At(document, "summary.skipped"), "1");
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
