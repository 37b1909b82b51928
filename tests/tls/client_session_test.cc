#include "gwpolicy/tls/client_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "gwpolicy/tls/values.h"
#include "gwpolicy/tls/verdict.h"
#include "gwpolicy/tls/verify_chain.h"
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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::ValuesIn;
using ClientCertificates = ServerSpec::ClientCertificates;

struct SessionCase {
  absl::string_view name;
  std::function<void(ClientTls&, ServerSpec&)> change;
  Strings codes;            // empty: passes
  std::string reason = "";  // part of Envoy's reason of the first failure
};

class SessionTest : public ::testing::TestWithParam<std::tuple<SessionCase, TlsVersion, size_t>> {};

TEST_P(SessionTest, GivesTheVerdictOfEnvoy) {
  const auto& [test, version, chunk] = GetParam();
  ClientTls tls = GoodClient(version);
  ServerSpec server = GoodServer();
  test.change(tls, server);
  RunOptions options;
  options.chunk = chunk;
  const Outcome run = Handshake(tls, server, options);
  EXPECT_EQ(CodesOf(run.result), test.codes)
      << (run.result.failures.empty() ? "" : run.result.failures[0].message);
  EXPECT_EQ(run.result.verdict, test.codes.empty() ? Verdict::kPass : Verdict::kFail);
  for (size_t i = 0; i < run.result.failures.size(); ++i) {
    EXPECT_EQ(run.result.failures[i].primary, i == 0);
    EXPECT_THAT(run.result.failures[i].remedy, Not(IsEmpty()));
  }
  if (!test.reason.empty()) {
    EXPECT_THAT(run.result.failures[0].envoy_reason, HasSubstr(test.reason));
  }
}

std::vector<SessionCase> SessionCases() {
  return {
      {"AGoodServer", [](ClientTls&, ServerSpec&) {}, {}},
      {"NoNameIsChecked", [](ClientTls& c, ServerSpec&) { c.names = PeerNames::Any(); }, {}},
      {"NobodyIsVerified",
       [](ClientTls& c, ServerSpec&) {
         c.trust = {TrustSource::kUnverified, nullptr};
         c.names = PeerNames();
       },
       {}},
      {"NobodyIsTrusted",
       [](ClientTls& c, ServerSpec&) { c.trust = Trust(); },
       {"Trust/SourceMissing"}},
      {"WrongName",
       [](ClientTls& c, ServerSpec&) {
         c.names.accepted = {{PeerName::Type::kDns, "api.example.com"}};
       },
       {"Name/Mismatch"},
       "SAN matcher, certificate SANs are [web.example.com]"},
      {"UnknownCa",
       [](ClientTls& c, ServerSpec&) {
         c.trust.bundle = TrustBundle::Parse(P().other_root.cert_pem, PemReader::kEnvoy);
       },
       {"Chain/UnknownIssuer"},
       "at depth 1: unable to get local issuer certificate"},
      {"MissingIntermediate",
       [](ClientTls&, ServerSpec& s) { s.chain_pem.resize(1); },
       {"Chain/UnknownIssuer"},
       "at depth 0: unable to get local issuer certificate"},
      {"UnknownCaAndWrongName",
       [](ClientTls& c, ServerSpec&) {
         c.trust.bundle = TrustBundle::Parse(P().other_root.cert_pem, PemReader::kEnvoy);
         c.names.accepted = {{PeerName::Type::kDns, "api.example.com"}};
       },
       {"Chain/UnknownIssuer", "Name/Mismatch"}},
      {"Pinned",
       [](ClientTls& c, ServerSpec&) {
         c.pins = Pins{
             {TrustBundle::Parse(P().leaf.cert_pem, PemReader::kEnvoy)->certificates()[0].sha256},
             {}};
       },
       {}},
      {"PinOfAnother",
       [](ClientTls& c, ServerSpec&) {
         c.pins = Pins{{std::string(64, 'a')}, {}};
       },
       {"Name/PinMismatch"},
       "cert hash and spki"},
      {"PinnedBySpki",
       [](ClientTls& c, ServerSpec&) {
         c.pins = Pins{{std::string(64, 'a')},
                       {TrustBundle::Parse(P().leaf.cert_pem, PemReader::kEnvoy)
                            ->certificates()[0]
                            .spki_sha256}};
       },
       {}},
      {"SpkiPinOfAnother",
       [](ClientTls& c, ServerSpec&) {
         c.pins = Pins{{}, {std::string(43, 'A') + "="}};
       },
       {"Name/PinMismatch"},
       "cert hash and spki"},
      {"SpkiPinAloneWithoutTrust",
       [](ClientTls& c, ServerSpec&) {
         c.trust = {TrustSource::kUnverified, nullptr};
         c.pins = Pins{{}, {std::string(43, 'A') + "="}};
       },
       {"Name/PinMismatch"}},
      {"PinAloneWithoutTrust",
       [](ClientTls& c, ServerSpec&) {
         c.trust = {TrustSource::kUnverified, nullptr};
         c.pins = Pins{{std::string(64, 'a')}, {}};
       },
       {"Name/PinMismatch"}},
      {"ClientCertificateIsOptionalAndMissing",
       [](ClientTls&, ServerSpec& s) { s.client_certificates = ClientCertificates::kOptional; },
       {}},
      {"ClientCertificateIsRequiredAndMissing",
       [](ClientTls&, ServerSpec& s) { s.client_certificates = ClientCertificates::kRequired; },
       {"ClientCert/Required"}},
      {"ClientCertificateIsRequiredAndSent",
       [](ClientTls& c, ServerSpec& s) {
         s.client_certificates = ClientCertificates::kRequired;
         s.client_ca_pem = P().client_root.cert_pem;
         c.client_certificate = PairOf(P().client);
       },
       {}},
      {"ClientCertificateOfAnUnknownCa",
       [](ClientTls& c, ServerSpec& s) {
         s.client_certificates = ClientCertificates::kRequired;
         s.client_ca_pem = P().client_root.cert_pem;
         c.client_certificate = PairOf(P().stranger);
       },
       {"ClientCert/Untrusted"}},
      {"ClientCertificateThatNobodyAsksFor",
       [](ClientTls& c, ServerSpec&) { c.client_certificate = PairOf(P().client); },
       {}},
      {"ClientCertificateWithheldFromAnImpostor",
       [](ClientTls& c, ServerSpec& s) {
         s.client_certificates = ClientCertificates::kRequired;
         s.client_ca_pem = P().client_root.cert_pem;
         c.client_certificate = PairOf(P().client);
         c.trust.bundle = TrustBundle::Parse(P().other_root.cert_pem, PemReader::kEnvoy);
       },
       {"Chain/UnknownIssuer"}},
      {"UnknownServerName",
       [](ClientTls&, ServerSpec& s) {
         s.reject_unknown_sni = true;
         s.sni = "api.example.com";
       },
       {"Tls/SniRejected"},
       "TLSV1_ALERT_UNRECOGNIZED_NAME"},
      {"NoProtocolInCommon",
       [](ClientTls& c, ServerSpec& s) {
         c.alpn_protocols = {"h2"};
         s.alpn = {"http/1.1"};
       },
       {"Tls/AlpnRejected"},
       "TLSV1_ALERT_NO_APPLICATION_PROTOCOL"},
  };
}

INSTANTIATE_TEST_SUITE_P(Servers, SessionTest,
                         ::testing::Combine(ValuesIn(SessionCases()),
                                            ::testing::Values(TlsVersion::k1_2, TlsVersion::k1_3),
                                            ::testing::Values(size_t{1}, size_t{100000})),
                         [](const auto& info) {
                           return absl::StrCat(
                               std::get<0>(info.param).name,
                               std::get<1>(info.param) == TlsVersion::k1_2 ? "Tls12" : "Tls13",
                               std::get<2>(info.param) == 1 ? "ByteByByte" : "");
                         });

TEST(ClientSessionTest, ReportsWhatWasNegotiated) {
  ClientTls tls = GoodClient();
  tls.alpn_protocols = {"h2", "http/1.1"};
  ServerSpec server = GoodServer();
  server.alpn = {"http/1.1"};
  const Outcome run = Handshake(tls, server);
  EXPECT_EQ(run.result.verdict, Verdict::kPass);
  EXPECT_EQ(run.result.phase, Phase::kPostHandshake);
  EXPECT_EQ(run.result.version, "TLSv1.3");
  EXPECT_EQ(run.result.cipher, "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(run.result.group, "X25519MLKEM768");
  EXPECT_EQ(run.result.signature_algorithm, "ecdsa_secp256r1_sha256");
  EXPECT_EQ(run.result.alpn, "http/1.1");
  EXPECT_EQ(run.result.sni, "web.example.com");
  ASSERT_THAT(run.result.chain, SizeIs(2));
  EXPECT_EQ(run.result.chain[0].subject, "CN=web.example.com");
  EXPECT_THAT(run.result.chain[0].subject_alt_names, ElementsAre("DNS:web.example.com"));
  EXPECT_THAT(run.result.chain_der, ElementsAre(P().leaf.cert_der, P().intermediate.cert_der));
  EXPECT_THAT(run.result.built_chain, SizeIs(3));
  EXPECT_GT(run.result.bytes_received, 500u);
  EXPECT_GT(run.result.bytes_sent, 200u);
}

TEST(ClientSessionTest, AServerOfNewerVersionsOnlyRefusesEnvoysDefault) {
  ServerSpec server = GoodServer();
  server.min_version = TlsVersion::k1_3;
  const Outcome run = Handshake(GoodClient(TlsVersion::kDefault), server);
  EXPECT_EQ(CodesOf(run.result), Strings({"Tls/Version"}));
  EXPECT_THAT(run.result.failures[0].envoy_reason,
              HasSubstr("|268436526:SSL routines:OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION"));
  EXPECT_THAT(run.result.failures[0].remedy, HasSubstr("TLS 1.2"));
}

TEST(ClientSessionTest, EnvoysDefaultMaximumIsTls12) {
  const Outcome run = Handshake(GoodClient(TlsVersion::kDefault), GoodServer());
  EXPECT_EQ(run.result.verdict, Verdict::kPass);
  EXPECT_EQ(run.result.version, "TLSv1.2");
  EXPECT_EQ(run.result.cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
  EXPECT_EQ(run.result.group, "X25519");
}

TEST(ClientSessionTest, TheClientHelloOfTls12FitsInOneSegment) {
  // Envoy 1.40 sends about 150 bytes by default; the length varies with the names.
  ClientTls tls = GoodClient(TlsVersion::kDefault);
  tls.alpn_protocols = {"http/1.1"};
  auto session = ClientSession::Create(std::make_shared<const ClientTls>(tls), TestNow());
  ByteVector hello;
  EXPECT_EQ(session->Advance({}, hello), Need::kBytes);
  EXPECT_GT(hello.size(), 120u);
  EXPECT_LT(hello.size(), 200u);
  EXPECT_EQ(hello[0], 22);  // handshake
}

TEST(ClientSessionTest, SendsEnvoysAlertAfterAFailedVerification) {
  ClientTls tls = GoodClient();
  tls.trust.bundle = TrustBundle::Parse(P().other_root.cert_pem, PemReader::kEnvoy);
  const Outcome run = Handshake(tls, GoodServer());
  EXPECT_EQ(run.server_alert, 48);
  ASSERT_TRUE(run.result.alert_sent.has_value());
  EXPECT_EQ(run.result.alert_sent->name, "unknown_ca");
  // It went on: the rest is known although Envoy would have stopped.
  EXPECT_EQ(run.result.signature_algorithm, "ecdsa_secp256r1_sha256");
}

TEST(ClientSessionTest, AnImpostorNeverSeesTheClientCertificate) {
  for (const TlsVersion version : {TlsVersion::k1_2, TlsVersion::k1_3}) {
    ClientTls tls = GoodClient(version);
    tls.names.accepted = {{PeerName::Type::kDns, "api.example.com"}};
    tls.client_certificate = PairOf(P().client);
    ServerSpec server = GoodServer();
    server.client_certificates = ClientCertificates::kOptional;
    server.client_ca_pem = P().client_root.cert_pem;
    const Outcome run = Handshake(tls, server);
    EXPECT_FALSE(run.server_saw_certificate);
    EXPECT_TRUE(run.result.certificate_requested);
    EXPECT_TRUE(run.result.certificate_withheld);
    EXPECT_FALSE(run.result.certificate_sent);
    EXPECT_EQ(CodesOf(run.result), Strings({"Name/Mismatch"}));
  }
}

TEST(ClientSessionTest, AnImpostorByStrictRulesNeverSeesItEither) {
  CertSpec spec;
  spec.common_name = "Web";
  spec.san = "DNS:w*.example.com";
  spec.eku = "serverAuth";
  const Identity partial = MakeCertificate(spec, &P().root);
  ClientTls tls = GoodClient();
  tls.client_certificate = PairOf(P().client);
  ServerSpec server = ServeWith(partial);
  server.client_certificates = ClientCertificates::kOptional;
  server.client_ca_pem = P().client_root.cert_pem;
  RunOptions options;
  EXPECT_TRUE(Handshake(tls, server, options).server_saw_certificate);
  options.session.mode = VerifyMode::kStrict;
  const Outcome strict = Handshake(tls, server, options);
  EXPECT_FALSE(strict.server_saw_certificate);
  EXPECT_EQ(CodesOf(strict.result), Strings({"Name/PartialWildcard"}));
}

struct ShownCase {
  absl::string_view name;
  std::string san;  // of the server
  VerifyMode mode;
  PresentCertificate present;
  bool shown;
};

class ShownTest : public ::testing::TestWithParam<ShownCase> {};

TEST_P(ShownTest, TheClientCertificateGoesWhereTheOptionSays) {
  const ShownCase& test = GetParam();
  CertSpec spec;
  spec.common_name = "Web";
  spec.san = test.san;
  spec.eku = "serverAuth";
  ServerSpec server = ServeWith(MakeCertificate(spec, &P().root));
  server.client_certificates = ClientCertificates::kOptional;
  server.client_ca_pem = P().client_root.cert_pem;
  RunOptions options;
  options.session.mode = test.mode;
  options.session.present_certificate = test.present;
  for (const TlsVersion version : {TlsVersion::k1_2, TlsVersion::k1_3}) {
    ClientTls tls = GoodClient(version);
    tls.client_certificate = PairOf(P().client);
    const Outcome run = Handshake(tls, server, options);
    EXPECT_EQ(run.server_saw_certificate, test.shown);
    EXPECT_EQ(run.result.certificate_sent, test.shown);
    EXPECT_EQ(run.result.certificate_withheld, !test.shown);
    const bool passes = run.result.verdict == Verdict::kPass;
    EXPECT_EQ(passes, run.result.failures.empty());
    std::vector<Code> warnings;
    for (const Failure& warning : run.result.warnings) warnings.push_back(warning.code);
    EXPECT_EQ(std::count(warnings.begin(), warnings.end(), Code::kClientCertShownUnverified),
              test.shown && !passes ? 1 : 0);
  }
}

constexpr char kEnvoyOnly[] = "DNS:w*.example.com";  // a wildcard that RFC 9525 forbids

INSTANTIATE_TEST_SUITE_P(Servers, ShownTest,
                         ValuesIn<ShownCase>({
                             {"GoodToAll", "DNS:web.example.com", VerifyMode::kStrict,
                              PresentCertificate::kVerified, true},
                             {"GoodToEnvoyInItsMode", kEnvoyOnly, VerifyMode::kEnvoy,
                              PresentCertificate::kVerified, true},
                             {"GoodToEnvoyAlone", kEnvoyOnly, VerifyMode::kStrict,
                              PresentCertificate::kVerified, false},
                             {"GoodToEnvoyAloneByName", kEnvoyOnly, VerifyMode::kStrict,
                              PresentCertificate::kAsEnvoy, true},
                             {"BadToAllByName", "DNS:other.example.com", VerifyMode::kStrict,
                              PresentCertificate::kAsEnvoy, false},
                             {"BadToEnvoyByName", "DNS:other.example.com", VerifyMode::kEnvoy,
                              PresentCertificate::kAsEnvoy, false},
                         }),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ClientSessionTest, APinStandsBeforeTheClientCertificateTooWhereEnvoyIsFollowed) {
  CertSpec spec;
  spec.common_name = "Web";
  spec.san = kEnvoyOnly;
  spec.eku = "serverAuth";
  ServerSpec server = ServeWith(MakeCertificate(spec, &P().root));
  server.client_certificates = ClientCertificates::kOptional;
  ClientTls tls = GoodClient();
  tls.client_certificate = PairOf(P().client);
  tls.pins = Pins{{std::string(64, 'a')}, {}};
  RunOptions options;
  options.session.mode = VerifyMode::kStrict;
  options.session.present_certificate = PresentCertificate::kAsEnvoy;
  EXPECT_FALSE(Handshake(tls, server, options).server_saw_certificate);
}

TEST(ClientSessionTest, SaysWhereEnvoyAndTheStrictRulesDiffer) {
  CertSpec spec;
  spec.common_name = "Web";
  spec.san = kEnvoyOnly;
  spec.eku = "serverAuth";
  const ServerSpec server = ServeWith(MakeCertificate(spec, &P().root));
  for (const VerifyMode mode : {VerifyMode::kEnvoy, VerifyMode::kStrict}) {
    RunOptions options;
    options.session.mode = mode;
    const HandshakeResult result = Handshake(GoodClient(), server, options).result;
    EXPECT_TRUE(result.modes_differ);
    ASSERT_THAT(result.warnings, Not(IsEmpty()));
    EXPECT_EQ(result.warnings[0].code, Code::kChainModesDiffer);
    EXPECT_EQ(result.warnings[0].message,
              "Envoy accepts this chain and the strict rules refuse it");
  }
  const HandshakeResult good = Handshake(GoodClient(), GoodServer()).result;
  EXPECT_FALSE(good.modes_differ);
}

TEST(ClientSessionTest, ReportsTheChainThatWasBuilt) {
  const HandshakeResult result = Handshake(GoodClient(), GoodServer()).result;
  Strings links;
  for (const ChainLink& link : result.built_chain) {
    links.push_back(absl::StrCat(link.trusted ? "bundle " : "peer ", link.index, " ", link.subject,
                                 " ", absl::FormatTime("%Y", link.not_after, absl::UTCTimeZone())));
  }
  EXPECT_THAT(links, ElementsAre("peer 0 CN=web.example.com 2099", "peer 1 CN=Intermediate 2099",
                                 "bundle 0 CN=Root 2099"));
}

TEST(ClientSessionTest, CountsTicketsAsFarAsTheyCome) {
  // Below TLS 1.3 the ticket is a part of the handshake.
  HandshakeResult result = Handshake(GoodClient(TlsVersion::k1_2), GoodServer()).result;
  EXPECT_EQ(result.tickets_received, 1u);
  EXPECT_TRUE(result.resumption_offered);
  ServerSpec server = GoodServer();
  server.tickets = false;
  result = Handshake(GoodClient(TlsVersion::k1_2), server).result;
  EXPECT_EQ(result.tickets_received, 0u);
  // In TLS 1.3 only a session that waits for the server's opinion sees them.
  EXPECT_EQ(Handshake(GoodClient(), GoodServer()).result.tickets_received, 0u);
  server = GoodServer();
  server.client_certificates = ClientCertificates::kOptional;
  result = Handshake(GoodClient(), server).result;
  EXPECT_GE(result.tickets_received, 1u);
  EXPECT_TRUE(result.resumption_offered);
}

TEST(ClientSessionTest, SaysWhatTheLeafWantsOfRevocationAndTransparency) {
  CertSpec spec;
  spec.common_name = "web.example.com";
  spec.san = "DNS:web.example.com";
  HandshakeResult result =
      Handshake(GoodClient(), ServeWith(MakeCertificate(spec, &P().root))).result;
  EXPECT_FALSE(result.must_staple);
  EXPECT_FALSE(result.leaf_sct_list);
  spec.more_extensions = {{"1.3.6.1.5.5.7.1.24", "3003020105"},
                          {"1.3.6.1.4.1.11129.2.4.2", "04020000"}};
  result = Handshake(GoodClient(), ServeWith(MakeCertificate(spec, &P().root))).result;
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_TRUE(result.must_staple);
  EXPECT_TRUE(result.leaf_sct_list);
  // Nobody asked for them in the handshake.
  EXPECT_FALSE(result.ocsp_response);
  EXPECT_FALSE(result.sct_list);
}

TEST(ClientSessionTest, AlertsHaveAMeaningBothWays) {
  ServerSpec server = GoodServer();
  server.client_certificates = ClientCertificates::kRequired;
  HandshakeResult result = Handshake(GoodClient(), server).result;
  ASSERT_TRUE(result.alert_received.has_value());
  EXPECT_EQ(result.alert_received->code, 116);
  EXPECT_EQ(result.alert_received->meaning, "a client certificate must be shown");
  EXPECT_TRUE(result.alert_received->fatal);
  ClientTls tls = GoodClient();
  tls.trust.bundle = TrustBundle::Parse(P().other_root.cert_pem, PemReader::kEnvoy);
  result = Handshake(tls, GoodServer()).result;
  ASSERT_TRUE(result.alert_sent.has_value());
  EXPECT_EQ(result.alert_sent->code, 48);
  EXPECT_EQ(result.alert_sent->meaning, "the certificate is of a CA that is not trusted");
}

TEST(ClientSessionTest, ReportsTheCasThatTheServerNames) {
  ClientTls tls = GoodClient();
  tls.client_certificate = PairOf(P().client);
  ServerSpec server = GoodServer();
  server.client_certificates = ClientCertificates::kRequired;
  server.client_ca_pem = P().client_root.cert_pem;
  const Outcome run = Handshake(tls, server);
  EXPECT_EQ(run.result.verdict, Verdict::kPass);
  EXPECT_TRUE(run.server_saw_certificate);
  EXPECT_TRUE(run.result.certificate_sent);
  EXPECT_TRUE(run.result.certificate_confirmed);
  EXPECT_THAT(run.result.acceptable_cas, ElementsAre("CN=Client Root"));
}

TEST(ClientSessionTest, ATls13RefusalComesAfterTheHandshake) {
  ServerSpec server = GoodServer();
  server.client_certificates = ClientCertificates::kRequired;
  const Outcome run = Handshake(GoodClient(), server);
  EXPECT_EQ(CodesOf(run.result), Strings({"ClientCert/Required"}));
  EXPECT_EQ(run.result.phase, Phase::kPostHandshake);
  EXPECT_EQ(run.result.failures[0].envoy_reason, "");
  ASSERT_TRUE(run.result.alert_received.has_value());
  EXPECT_EQ(run.result.alert_received->name, "certificate_required");
}

TEST(ClientSessionTest, SilenceAfterTheHandshakeIsAcceptance) {
  ServerSpec spec = GoodServer();
  spec.client_certificates = ClientCertificates::kOptional;
  ServerSession server(spec);
  auto session = ClientSession::Create(std::make_shared<const ClientTls>(GoodClient()), TestNow());
  ByteVector to_server;
  session->Advance({}, to_server);
  const ByteVector answer = server.Advance(to_server);
  EXPECT_EQ(session->Advance(answer, to_server), Need::kGrace);
  EXPECT_EQ(session->result().verdict, Verdict::kFail);  // not yet
  session->GraceOver();
  EXPECT_EQ(session->result().verdict, Verdict::kPass);
}

TEST(ClientSessionTest, ATicketAndACloseInOnePieceIsAcceptance) {
  ServerSpec spec = GoodServer();
  spec.client_certificates = ClientCertificates::kOptional;
  ServerSession server(spec);
  auto session = ClientSession::Create(std::make_shared<const ClientTls>(GoodClient()), TestNow());
  ByteVector to_server;
  session->Advance({}, to_server);
  const ByteVector flight = server.Advance(to_server);
  to_server.clear();
  EXPECT_EQ(session->Advance(flight, to_server), Need::kGrace);
  ByteVector last = server.Advance(to_server);
  const ByteVector close = server.Close();
  last.insert(last.end(), close.begin(), close.end());
  EXPECT_EQ(session->Advance(last, to_server), Need::kNothing);
  EXPECT_EQ(session->result().verdict, Verdict::kPass);
}

TEST(ClientSessionTest, ACloseWithoutATicketIsARefusal) {
  ServerSpec spec = GoodServer();
  spec.client_certificates = ClientCertificates::kOptional;
  spec.tickets = false;
  ServerSession server(spec);
  auto session = ClientSession::Create(std::make_shared<const ClientTls>(GoodClient()), TestNow());
  ByteVector to_server;
  session->Advance({}, to_server);
  const ByteVector flight = server.Advance(to_server);
  to_server.clear();
  EXPECT_EQ(session->Advance(flight, to_server), Need::kGrace);
  ByteVector last = server.Advance(to_server);
  const ByteVector close = server.Close();
  last.insert(last.end(), close.begin(), close.end());
  EXPECT_EQ(session->Advance(last, to_server), Need::kNothing);
  EXPECT_EQ(CodesOf(session->result()), Strings({"ClientCert/Required"}));
}

TEST(ClientSessionTest, AConnectionClosedInTheGraceWindowIsARefusal) {
  ServerSpec spec = GoodServer();
  spec.client_certificates = ClientCertificates::kRequired;
  ServerSession server(spec);
  auto session = ClientSession::Create(std::make_shared<const ClientTls>(GoodClient()), TestNow());
  ByteVector to_server;
  session->Advance({}, to_server);
  EXPECT_EQ(session->Advance(server.Advance(to_server), to_server), Need::kGrace);
  session->PeerClosed();
  EXPECT_EQ(CodesOf(session->result()), Strings({"ClientCert/Required"}));
}

struct AnswerCase {
  absl::string_view name;
  std::string bytes;
  std::string code;
  std::string says;
};

class AnswerTest : public ::testing::TestWithParam<AnswerCase> {};

TEST_P(AnswerTest, FailsWithACode) {
  const HandshakeResult result = Answer(GoodClient(), GetParam().bytes);
  EXPECT_EQ(CodesOf(result), Strings({GetParam().code}));
  EXPECT_THAT(result.failures[0].message, HasSubstr(GetParam().says));
  EXPECT_EQ(result.verdict, Verdict::kFail);
}

INSTANTIATE_TEST_SUITE_P(
    Bytes, AnswerTest,
    ValuesIn<AnswerCase>({
        {"Nothing", "", "Net/Closed", "without an answer"},
        {"PlainHttp", "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", "Tls/NotTls",
         "HTTP/1.1 400 Bad Request\\x0d\\x0aServer"},
        {"Ssh", "SSH-2.0-OpenSSH_9.2p1\r\n", "Tls/NotTls", "SSH-2.0-OpenSSH"},
        {"Smtp", "220 mail.example.com ESMTP\r\n", "Tls/NotTls", "220 mail"},
        {"Garbage", std::string(200, '\xee'), "Tls/NotTls", "\\xee\\xee"},
        {"HalfARecord", std::string("\x16\x03\x03\x00\x40\x02\x00", 7), "Net/Closed",
         "before the handshake"},
        {"CloseNotify", std::string("\x15\x03\x03\x00\x02\x01\x00", 7), "Net/Closed", "politely"},
        {"HandshakeFailure", std::string("\x15\x03\x03\x00\x02\x02\x28", 7), "Tls/NoOverlap",
         "handshake_failure"},
        {"ProtocolVersion", std::string("\x15\x03\x03\x00\x02\x02\x46", 7), "Tls/Version",
         "protocol_version"},
        {"InternalError", std::string("\x15\x03\x03\x00\x02\x02\x50", 7), "Tls/PeerRejected",
         "internal_error"},
        {"UnknownAlert", std::string("\x15\x03\x03\x00\x02\x02\xc7", 7), "Tls/PeerRejected",
         "alert 199"},
        {"ApplicationDataFirst", std::string("\x17\x03\x03\x00\x02hi", 7), "Tls/Protocol", ""},
    }),
    [](const auto& info) { return std::string(info.param.name); });

struct ConfigCase {
  absl::string_view name;
  std::function<void(ClientTls&)> change;
  std::string code;
  std::string reason;
};

class ConfigTest : public ::testing::TestWithParam<ConfigCase> {};

TEST_P(ConfigTest, SettingsThatCannotWorkSendNothing) {
  ClientTls tls = GoodClient();
  GetParam().change(tls);
  auto session = ClientSession::Create(std::make_shared<const ClientTls>(tls), TestNow());
  ASSERT_TRUE(session.ok());
  ByteVector out;
  EXPECT_EQ(session->Advance({}, out), Need::kNothing);
  EXPECT_THAT(out, IsEmpty());
  EXPECT_EQ(CodesOf(session->result()), Strings({GetParam().code}));
  EXPECT_EQ(session->result().phase, Phase::kConfig);
  EXPECT_THAT(session->result().failures[0].envoy_reason, HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Settings, ConfigTest,
    ValuesIn<ConfigCase>({
        {"MinimumAboveEnvoysMaximum",
         [](ClientTls& c) {
           c.min_version = TlsVersion::k1_3;
           c.max_version = TlsVersion::kDefault;
         },
         "Config/VersionRange", "268435736:SSL routines:OPENSSL_internal:NO_SUPPORTED_VERSIONS"},
        {"UnknownCipher",
         [](ClientTls& c) {
           c.cipher_suites = {"ECDHE-RSA-AES128-GCM-SHA256", "NOPE"};
         },
         "Config/Ciphers", "The following ciphers were rejected when tried individually: NOPE"},
        {"OnlyTls13Ciphers", [](ClientTls& c) { c.cipher_suites = {"TLS_AES_128_GCM_SHA256"}; },
         "Config/Ciphers", "Failed to initialize cipher suites TLS_AES_128_GCM_SHA256"},
        {"UnknownCurve", [](ClientTls& c) { c.groups = {"secp256r1"}; }, "Config/Groups",
         "Failed to initialize ECDH curves secp256r1"},
        {"UnknownSignatureAlgorithm",
         [](ClientTls& c) { c.signature_algorithms = {"ecdsa_sha256"}; },
         "Config/SignatureAlgorithms", "Failed to initialize TLS signature algorithms"},
        {"EmptyAlpnName", [](ClientTls& c) { c.alpn_protocols = {""}; }, "Config/Alpn",
         "Invalid ALPN protocol string"},
        {"LongSni", [](ClientTls& c) { c.sni = std::string(256, 'a'); }, "Config/Sni",
         "at most 255 bytes"},
        {"NulInSni", [](ClientTls& c) { c.sni = std::string("a\0b", 3); }, "Config/Sni",
         "NULL-byte"},
        {"BadPin",
         [](ClientTls& c) {
           c.pins = Pins{{"12"}, {}};
         },
         "Config/Pin", "Invalid hex-encoded SHA-256 12"},
        {"BadSpkiPin",
         [](ClientTls& c) {
           c.pins = Pins{{}, {std::string(44, 'A')}};
         },
         "Config/Pin", "Invalid base64-encoded SHA-256 AAAA"},
        {"NoSystemBundle",
         [](ClientTls& c) {
           c.trust = {TrustSource::kSystem, nullptr};
         },
         "Trust/SystemMissing", ""},
        {"UnusableBundle",
         [](ClientTls& c) { c.trust.bundle = TrustBundle::Parse("x", PemReader::kEnvoy); },
         "Trust/Invalid", "Failed to load trusted CA certificates"},
        {"NoBundle", [](ClientTls& c) { c.trust.bundle = nullptr; }, "Trust/SourceMissing", ""},
        {"KeyOfAnotherCertificate",
         [](ClientTls& c) {
           c.client_certificate = std::make_shared<ClientCertificate>(
               ClientCertificate{P().client.cert_pem, PrivateBytes(P().stranger.key_pem)});
         },
         "ClientCert/Mismatch", "Failed to load private key"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ClientSessionTest, NullSettingsAreTheCallersError) {
  EXPECT_FALSE(ClientSession::Create(std::shared_ptr<const ClientTls>(), TestNow()).ok());
  EXPECT_FALSE(ClientSession::Create(std::shared_ptr<const ClientContext>(), TestNow()).ok());
}

TEST(ClientSessionTest, SystemTrustIsWhatTheOptionsSay) {
  ClientTls tls = GoodClient();
  tls.trust = {TrustSource::kSystem, nullptr};
  RunOptions options;
  options.session.system_trust = TrustBundle::Parse(P().root.cert_pem, PemReader::kEnvoy);
  EXPECT_EQ(Handshake(tls, GoodServer(), options).result.verdict, Verdict::kPass);
}

TEST(ClientSessionTest, VerifiesAtTheGivenTime) {
  RunOptions options;
  options.now = absl::FromUnixSeconds(4102444800);  // 2100
  // The top of the chain is looked at first; the rest has expired as well.
  EXPECT_EQ(CodesOf(Handshake(GoodClient(), GoodServer(), options).result),
            Strings({"Trust/Expired", "Cert/Expired", "Cert/Expired"}));
}

struct KeyCase {
  absl::string_view name;
  CertSpec::Key key;
  TlsVersion version;
  List<Text> groups;
  std::string code;
};

class PeerKeyTest : public ::testing::TestWithParam<KeyCase> {};

TEST_P(PeerKeyTest, FitsOrNotAsInEnvoy) {
  CertSpec spec;
  spec.common_name = "web.example.com";
  spec.san = "DNS:web.example.com";
  spec.key = GetParam().key;
  ClientTls tls = GoodClient(GetParam().version);
  tls.groups = GetParam().groups;
  const Outcome run = Handshake(tls, ServeWith(MakeCertificate(spec, &P().root)));
  EXPECT_EQ(CodesOf(run.result), GetParam().code.empty() ? Strings() : Strings({GetParam().code}));
}

INSTANTIATE_TEST_SUITE_P(
    Keys, PeerKeyTest,
    ValuesIn<KeyCase>({
        {"Rsa2048Tls12", CertSpec::Key::kRsa2048, TlsVersion::k1_2, {}, ""},
        {"Rsa2048Tls13", CertSpec::Key::kRsa2048, TlsVersion::k1_3, {}, ""},
        {"Rsa1024Tls12", CertSpec::Key::kRsa1024, TlsVersion::k1_2, {}, ""},
        {"P384Tls13", CertSpec::Key::kP384, TlsVersion::k1_3, {}, ""},
        {"P384Tls12WithItsCurve",
         CertSpec::Key::kP384,
         TlsVersion::k1_2,
         {"X25519", "P-256", "P-384"},
         ""},
        // BoringSSL's server sees itself that the curve does not fit.
        {"P384Tls12", CertSpec::Key::kP384, TlsVersion::k1_2, {}, "Tls/NoOverlap"},
        {"Ed25519Tls13", CertSpec::Key::kEd25519, TlsVersion::k1_3, {}, "Tls/NoOverlap"},
    }),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ClientSessionTest, SessionsOfOneContextAreIndependent) {
  auto context = ClientContext::Create(std::make_shared<const ClientTls>(GoodClient()), {});
  ASSERT_TRUE(context.ok());
  auto a = ClientSession::Create(*context, TestNow());
  auto b = ClientSession::Create(*context, TestNow());
  ByteVector out_a;
  ByteVector out_b;
  a->Advance({}, out_a);
  b->Advance({}, out_b);
  EXPECT_NE(out_a, out_b);  // randoms
  a->PeerClosed();
  EXPECT_EQ(CodesOf(a->result()), Strings({"Net/Closed"}));
  EXPECT_THAT(CodesOf(b->result()), IsEmpty());
}

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
