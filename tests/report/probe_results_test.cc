#include "gwpolicy/report/probe_results.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/resolve/values.h"
#include "gwpolicy/tls/client_session.h"
#include "gwpolicy/tls/verdict.h"
#include "tests/report/probed_chains.h"
#include "tests/report/value_at.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace report {
namespace {

ProbeEntry Entry(TlsMode mode) {
  auto backend = std::make_shared<BackendTls>();
  backend->gateway = ReadingGateway{{"infra", "http"}, "kgateway"};
  backend->port.Modify([mode](PortTls& port) {
    port.backend = {"", "Service", "default", "nginx", 8443};
    port.mode = mode;
    if (mode != TlsMode::kFailClosed) return;
    port.failure =
        Failure{Code::kTrustNotFound, "InvalidCACertificateRef", "no ConfigMap", FieldSource()};
  });
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
  handshake.matched_pin = "PIN";
  handshake.chain.emplace_back().spki_sha256 = "KEY";
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
  EXPECT_EQ(At(result, "tls.matchedPin"), "PIN");
  EXPECT_EQ(At(result, "chain.0.spkiSha256"), "KEY");
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

TEST(ProbeDocumentTest, TimesAreLeftOutOnRequest) {
  ProbeEntry entry = Tried(tls::HandshakeResult());
  entry.times.connect = absl::Microseconds(1500);
  entry.times.handshake = absl::Milliseconds(20);
  EXPECT_EQ(At(Result(entry), "milliseconds"), "21");
  EXPECT_EQ(At(Result(entry), "timings.connect"), "1.5");
  ProbeDocumentOptions options;
  options.times = false;
  const Value document = ProbeDocument(std::vector<ProbeEntry>{entry}, options);
  EXPECT_EQ(At(document, "results.0.milliseconds"), "null");
  EXPECT_EQ(At(document, "results.0.timings"), "null");
}

TEST(ProbeDocumentTest, TellsTheAnswerToTheRequest) {
  ProbeEntry entry = Tried(tls::HandshakeResult());
  EXPECT_EQ(At(Result(entry), "http"), "null");
  entry.http = ProbeEntry::Http{"HTTP/2", 204, absl::Microseconds(2500), 0, true};
  entry.times.http = absl::Milliseconds(3);
  const Value result = Result(entry);
  EXPECT_EQ(At(result, "http.version"), "HTTP/2");
  EXPECT_EQ(At(result, "http.status"), "204");
  EXPECT_EQ(At(result, "http.firstByte"), "2.5");
  EXPECT_EQ(At(result, "http.bodyBytes"), "0");
  EXPECT_EQ(At(result, "http.bodyComplete"), "true");
  EXPECT_EQ(At(result, "timings.http"), "3");
  EXPECT_EQ(At(result, "milliseconds"), "3");
  entry.http = ProbeEntry::Http();
  ProbeDocumentOptions options;
  options.times = false;
  const Value document = ProbeDocument(std::vector<ProbeEntry>{entry}, options);
  EXPECT_EQ(At(document, "results.0.http.status"), "null");
  EXPECT_EQ(At(document, "results.0.http.firstByte"), "null");
}

class RecordingTest : public ::testing::Test {
 protected:
  const tls::testing::Identity root_ = tls::testing::MakeRoot("Root");
  const tls::testing::Identity leaf_ = tls::testing::MakeServer("web.example.com", root_);
  const std::shared_ptr<const BackendTls> backend_ =
      BackendWith("web", root_.cert_pem, "web.example.com");

  ProbeEntry Probed() const {
    tls::HandshakeResult result = SawChain({leaf_});
    return EntryOf(backend_, std::move(result));
  }
  static Value Record(const ProbeEntry& entry) {
    ProbeDocumentOptions options;
    options.certificates = true;
    return ProbeDocument(std::vector<ProbeEntry>{entry}, options);
  }
  absl::StatusOr<RecordedProbe> Read(const Value& document) const {
    return ReadProbeDocument(document, std::vector<std::shared_ptr<const BackendTls>>{backend_});
  }
};

TEST_F(RecordingTest, HoldsTheCertificatesThemselves) {
  EXPECT_EQ(At(Record(Probed()), "results.0.chain.0.pem"), leaf_.cert_pem);
}

TEST_F(RecordingTest, IsReadAgain) {
  const auto recorded = Read(Record(Probed()));
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  ASSERT_EQ(recorded->entries.size(), 1u);
  const ProbeEntry& entry = recorded->entries[0];
  EXPECT_EQ(entry.backend, backend_);
  EXPECT_EQ(EndpointText(*entry.endpoint), "192.0.2.1:8443");
  EXPECT_EQ(entry.result->chain_der, std::vector<std::string>({leaf_.cert_der}));
  EXPECT_EQ(VerdictOf(entry), tls::Verdict::kPass);
  EXPECT_TRUE(recorded->unknown.empty());
}

TEST_F(RecordingTest, WhyThereIsNoChainIsKept) {
  ProbeEntry entry = Probed();
  tls::HandshakeResult refused;
  refused.failures = {tls::MakeFailure(Code::kNetRefused, "nobody listens")};
  entry.result = std::make_shared<tls::HandshakeResult>(refused);
  const auto recorded = Read(Record(entry));
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  EXPECT_EQ(recorded->entries.at(0).result->failures.at(0).code, Code::kNetRefused);
}

TEST_F(RecordingTest, BackendsThatAreGoneAreNamed) {
  ProbeEntry entry = Probed();
  entry.backend = BackendWith("gone", root_.cert_pem, "web.example.com");
  const auto recorded = Read(Record(entry));
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  EXPECT_TRUE(recorded->entries.empty());
  EXPECT_EQ(recorded->unknown,
            std::vector<std::string>({"Service default/gone:443 through infra/http"}));
}

TEST_F(RecordingTest, OtherDocumentsAreRefused) {
  EXPECT_FALSE(Read(Value()).ok());
  EXPECT_FALSE(Read(Value(Value::MakeObject()).Set("kind", "Findings")).ok());
  // Recorded without certificates.
  EXPECT_TRUE(
      absl::IsInvalidArgument(Read(ProbeDocument(std::vector<ProbeEntry>{Probed()})).status()));
}

TEST_F(RecordingTest, SkippedOnesAreLeftOut) {
  const auto recorded = Read(Record(Entry(TlsMode::kPlaintext)));
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  EXPECT_TRUE(recorded->entries.empty() && recorded->unknown.empty());
}

TEST(ProbeFindingsTest, FailuresAreErrorsAboutTheBackend) {
  tls::HandshakeResult handshake;
  handshake.failures = {tls::MakeFailure(Code::kNameMismatch, "no such name")};
  handshake.warnings = {tls::MakeFailure(Code::kCertWeak, "weak")};
  tls::HandshakeResult good;
  good.verdict = tls::Verdict::kPass;
  const std::vector<ProbeEntry> entries = {Tried(handshake), Tried(good),
                                           Entry(TlsMode::kPlaintext)};
  const std::vector<Finding> findings = ProbeFindings(entries, {});
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(NameOf(findings[1].code), "Name/Mismatch");
  EXPECT_EQ(findings[1].level, Level::kError);
  EXPECT_EQ(findings[1].object.name, "nginx");
  EXPECT_EQ(findings[1].message,
            "Service default/nginx:8443 at 192.0.2.1:443 through infra/http: no such name");
  EXPECT_EQ(findings[0].level, Level::kWarning);
}

TEST(ProbeJunitTest, HasACaseForEachResult) {
  tls::HandshakeResult bad;
  bad.failures = {tls::MakeFailure(Code::kNetRefused, "nobody <listens>")};
  tls::HandshakeResult good;
  good.verdict = tls::Verdict::kPass;
  const std::string xml =
      ProbeJunitXml(std::vector<ProbeEntry>{Tried(bad), Tried(good), Entry(TlsMode::kPlaintext)});
  EXPECT_TRUE(absl::StrContains(xml, "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""))
      << xml;
  EXPECT_TRUE(absl::StrContains(xml, "<failure type=\"Net/Refused\""));
  EXPECT_TRUE(absl::StrContains(xml, "nobody &lt;listens&gt;"));
  EXPECT_TRUE(absl::StrContains(xml, "<skipped message=\"no policy asks for TLS\"/>"));
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
