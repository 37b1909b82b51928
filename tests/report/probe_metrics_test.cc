#include "gwpolicy/report/probe_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gwpolicy/base/codes.h"
#include "tests/report/probed_chains.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace report {
namespace {

using ::gwpolicy::tls::testing::CertSpec;
using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeCertificate;
using ::gwpolicy::tls::testing::MakeRoot;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr char kLabels[] =
    "gateway=\"infra/http\",kind=\"Service\",namespace=\"default\",name=\"web\",port=\"443\","
    "endpoint=\"192.0.2.1:8443\"";

std::string Line(const std::string& name, const std::string& more, const std::string& value) {
  return name + "{" + kLabels + more + "} " + value;
}

ProbeEntry Entry() {
  static const Identity* const root = new Identity(MakeRoot("Root"));
  CertSpec spec;
  spec.common_name = "a\"b\\c";
  spec.san = "DNS:web.example.com";
  static const Identity* const leaf = new Identity(MakeCertificate(spec, root));
  tls::HandshakeResult result = SawChain({*leaf});
  const std::shared_ptr<const BackendTls> backend =
      BackendWith("web", root->cert_pem, "web.example.com");
  const tls::CertificateSummary& sent = result.chain.front();
  const tls::CertificateSummary& anchor = backend->port->tls->trust.bundle->certificates().front();
  result.built_chain = {{false, 0, sent.subject, sent.not_after},
                        {true, 0, anchor.subject, anchor.not_after}};
  ProbeEntry entry = EntryOf(backend, std::move(result));
  entry.times.connect = absl::Milliseconds(2);
  entry.times.handshake = absl::Milliseconds(1500);
  return entry;
}

std::vector<std::string> LinesOf(const std::vector<ProbeEntry>& entries) {
  FailureCounts counts;
  CountFailures(entries, counts);
  return absl::StrSplit(ProbeMetrics(entries, counts), '\n');
}

TEST(ProbeMetricsTest, APassHasItsTimesAndTheEndsOfItsChain) {
  EXPECT_THAT(
      LinesOf({Entry()}),
      IsSupersetOf({Line("gwpolicy_probe_success", "", "1"),
                    Line("gwpolicy_probe_duration_seconds", ",phase=\"connect\"", "0.002"),
                    Line("gwpolicy_probe_duration_seconds", ",phase=\"handshake\"", "1.5"),
                    Line("gwpolicy_certificate_expiry_timestamp_seconds",
                         ",depth=\"1\",from=\"bundle\",subject=\"CN=Root\"", "4070908800")}));
}

TEST(ProbeMetricsTest, PhasesThatWereNotReachedAreLeftOut) {
  for (const std::string& line : LinesOf({Entry()})) EXPECT_THAT(line, Not(HasSubstr("resolve")));
}

TEST(ProbeMetricsTest, ARequestHasItsStatusAndItsTime) {
  ProbeEntry entry = Entry();
  entry.http = ProbeEntry::Http{"HTTP/1.1", 503, absl::Milliseconds(1), 0, true};
  entry.times.http = absl::Milliseconds(4);
  EXPECT_THAT(LinesOf({entry}),
              IsSupersetOf({Line("gwpolicy_probe_http_status", "", "503"),
                            Line("gwpolicy_probe_duration_seconds", ",phase=\"http\"", "0.004")}));
  for (const std::string& line : LinesOf({Entry()}))
    EXPECT_THAT(line, Not(HasSubstr("http_status{")));
}

TEST(ProbeMetricsTest, LabelsAreEscaped) {
  // RFC 2253 escapes quote and backslash, and the format escapes that again.
  EXPECT_THAT(LinesOf({Entry()}), Contains(HasSubstr(R"(subject="CN=a\\\"b\\\\c")")));
}

TEST(ProbeMetricsTest, FailuresAreCountedByCodeOverRounds) {
  ProbeEntry refused = Entry();
  tls::HandshakeResult result;
  result.failures = {tls::MakeFailure(Code::kNetRefused, "nobody listens")};
  refused.result = std::make_shared<tls::HandshakeResult>(result);
  const std::vector<ProbeEntry> entries = {refused};
  FailureCounts counts;
  CountFailures(entries, counts);
  CountFailures(entries, counts);
  const std::string text = ProbeMetrics(entries, counts);
  EXPECT_THAT(text, HasSubstr("gwpolicy_probe_failures_total{code=\"Net/Refused\"} 2\n"));
  EXPECT_THAT(text, HasSubstr(Line("gwpolicy_probe_success", "", "0")));
}

TEST(ProbeMetricsTest, WhatFailsClosedCountsAndPlaintextDoesNot) {
  auto closed = std::make_shared<BackendTls>();
  closed->port.Modify([](PortTls& port) {
    port.backend = {"", "Service", "default", "closed", 443};
    port.mode = TlsMode::kFailClosed;
    port.failure = Failure{Code::kTrustNotFound, "", "no ConfigMap", FieldSource()};
  });
  auto plain = std::make_shared<BackendTls>(*closed);
  plain->port.Modify([](PortTls& port) {
    port.backend.name = "plain";
    port.mode = TlsMode::kPlaintext;
  });
  std::vector<ProbeEntry> entries(2);
  entries[0].backend = closed;
  entries[1].backend = plain;
  FailureCounts counts;
  CountFailures(entries, counts);
  const std::string text = ProbeMetrics(entries, counts);
  EXPECT_THAT(text, HasSubstr("name=\"closed\",port=\"443\",endpoint=\"\"} 0"));
  EXPECT_THAT(text, Not(HasSubstr("plain")));
  EXPECT_THAT(text, HasSubstr("{code=\"Trust/NotFound\"} 1"));
}

TEST(ProbeMetricsTest, EachMetricHasHelpAndType) {
  const std::string text = ProbeMetrics({}, {});
  for (const char* name :
       {"gwpolicy_probe_success gauge", "gwpolicy_probe_duration_seconds gauge",
        "gwpolicy_certificate_expiry_timestamp_seconds gauge", "gwpolicy_probe_http_status gauge",
        "gwpolicy_probe_failures_total counter"}) {
    EXPECT_THAT(text, HasSubstr(std::string("# TYPE ") + name + "\n"));
  }
}

}  // namespace
}  // namespace report
}  // namespace gwpolicy
