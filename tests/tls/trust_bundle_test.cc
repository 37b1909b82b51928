#include "gwpolicy/tls/trust_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/private_bytes.h"
#include "gwpolicy/tls/values.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace tls {
namespace {

using ::gwpolicy::tls::testing::CertSpec;
using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeCertificate;
using ::gwpolicy::tls::testing::MakeCrlPem;
using ::gwpolicy::tls::testing::MakeRoot;
using ::gwpolicy::tls::testing::MakeServer;
using ::gwpolicy::tls::testing::TestNow;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::ValuesIn;

const Identity& Root() {
  static const Identity* const root = new Identity(MakeRoot("Root A"));
  return *root;
}

const Identity& OtherRoot() {
  static const Identity* const root = new Identity(MakeRoot("Root B"));
  return *root;
}

std::vector<std::string> CodesOf(const std::vector<TrustNote>& notes) {
  std::vector<std::string> codes;
  for (const TrustNote& note : notes) {
    codes.push_back(absl::StrCat(NameOf(note.code), ":", note.line));
  }
  return codes;
}

std::string Body(const Identity& identity) {
  std::string pem = identity.cert_pem;
  const size_t begin = pem.find('\n') + 1;
  return pem.substr(begin, pem.rfind("-----END") - begin);
}

struct ReaderCase {
  absl::string_view name;
  std::string pem;
  int by_envoy;  // certificates; 0: the whole text is refused
  int by_go;
};

class ReaderTest : public ::testing::TestWithParam<ReaderCase> {};

TEST_P(ReaderTest, TakesWhatTheRealReaderTakes) {
  const auto envoy = TrustBundle::Parse(GetParam().pem, PemReader::kEnvoy);
  EXPECT_THAT(envoy->certificates(), SizeIs(GetParam().by_envoy)) << envoy->error();
  EXPECT_EQ(envoy->usable(), GetParam().by_envoy > 0);
  EXPECT_EQ(envoy->error().empty(), envoy->usable());
  const auto go = TrustBundle::Parse(GetParam().pem, PemReader::kGo);
  EXPECT_THAT(go->certificates(), SizeIs(GetParam().by_go)) << go->error();
  EXPECT_EQ(go->usable(), GetParam().by_go > 0);
  EXPECT_EQ(go->error().empty(), go->usable());
}

std::vector<ReaderCase> ReaderCases() {
  const std::string a = Root().cert_pem;
  const std::string b = OtherRoot().cert_pem;
  const std::string no_end = absl::StrCat("-----BEGIN CERTIFICATE-----\n", Body(Root()));
  const std::string bad_base64 =
      "-----BEGIN CERTIFICATE-----\nMII!!!!=\n-----END CERTIFICATE-----\n";
  const std::string no_certificate =
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const std::string with_headers = absl::StrReplaceAll(
      a, {{"-----BEGIN CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nX: y\n\n"}});
  const std::string old_label = absl::StrReplaceAll(a, {{" CERTIFICATE", " X509 CERTIFICATE"}});
  std::string indented;
  for (const absl::string_view line : {absl::string_view(a)}) {
    indented = "  " + absl::StrReplaceAll(line, {{"\n", "\n  "}});
  }
  return {
      {"Empty", "", 0, 0},
      {"OneCertificate", a, 1, 1},
      {"TwoCertificates", a + b, 2, 2},
      {"SameCertificateTwice", a + a, 1, 1},
      {"WindowsLineEnds", absl::StrReplaceAll(a, {{"\n", "\r\n"}}), 1, 1},
      {"NoNewlineAtTheEnd", a.substr(0, a.size() - 1), 1, 1},
      {"BlanksAtLineEnds", absl::StrReplaceAll(a, {{"\n", " \n"}}), 1, 1},
      {"TextAroundBlocks", "Root A\n" + a + "between\n" + b + "after\n", 2, 2},
      {"ByteOrderMarkHidesTheFirst", "\xef\xbb\xbf" + a + b, 1, 1},
      {"ByteOrderMarkAlone", "\xef\xbb\xbf" + a, 0, 0},
      {"Indented", indented, 0, 0},
      {"OldLabel", old_label, 1, 0},
      {"HeaderLines", with_headers + b, 0, 1},
      {"BadBase64BesideAGoodOne", bad_base64 + a, 0, 1},
      {"NoCertificateInside", no_certificate + a, 0, 0},
      {"NoEndBesideAGoodOne", a + no_end, 0, 1},
      {"KeyBesideACertificate", a + Root().key_pem, 1, 1},
      {"KeyAlone", Root().key_pem, 0, 0},
      {"LowerCaseLabel", absl::StrReplaceAll(a, {{"CERTIFICATE", "certificate"}}), 0, 0},
      {"LiteralBackslashN", absl::StrReplaceAll(a, {{"\n", "\\n"}}), 0, 0},
      {"JoinedWithoutNewline", a.substr(0, a.size() - 1) + b, 0, 0},
      {"Der", Root().cert_der, 0, 0},
      {"Crl", a + MakeCrlPem(Root(), {}), 1, 1},
  };
}

INSTANTIATE_TEST_SUITE_P(Texts, ReaderTest, ValuesIn(ReaderCases()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(TrustBundleTest, GivesTheLineOfEachCertificate) {
  for (const PemReader reader : {PemReader::kEnvoy, PemReader::kGo}) {
    const auto bundle =
        TrustBundle::Parse("a comment\n" + Root().cert_pem + OtherRoot().cert_pem, reader);
    ASSERT_THAT(bundle->certificates(), SizeIs(2));
    EXPECT_EQ(bundle->certificates()[0].line, 2);
    EXPECT_GT(bundle->certificates()[1].line, 5);
    EXPECT_EQ(bundle->certificates()[0].subject, "CN=Root A");
    EXPECT_TRUE(bundle->certificates()[0].is_ca);
    EXPECT_TRUE(bundle->certificates()[0].self_signed);
    EXPECT_EQ(bundle->certificates()[0].key, "EC P-256");
    EXPECT_EQ(bundle->certificates()[0].signature_algorithm, "ecdsa-with-SHA256");
    EXPECT_THAT(bundle->certificates()[0].sha256, SizeIs(64));
  }
}

TEST(TrustBundleTest, NamesTheBlockThatCannotBeRead) {
  const auto bundle = TrustBundle::Parse(
      Root().cert_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      PemReader::kEnvoy);
  EXPECT_FALSE(bundle->usable());
  const long lines = std::count(Root().cert_pem.begin(), Root().cert_pem.end(), '\n');
  EXPECT_THAT(bundle->error(), HasSubstr(absl::StrCat("line ", lines + 1)));
}

TEST(TrustBundleTest, BeginWithoutALabelIsNoBlock) {
  for (const PemReader reader : {PemReader::kEnvoy, PemReader::kGo}) {
    for (const char* line :
         {"-----BEGIN ", "-----BEGIN \n", "-----BEGIN \t \r\n", "a-----BEGIN "}) {
      EXPECT_FALSE(TrustBundle::Parse(line, reader)->usable()) << line;
      const auto bundle = TrustBundle::Parse(Root().cert_pem + line, reader);
      EXPECT_TRUE(bundle->usable()) << bundle->error();
      EXPECT_THAT(bundle->certificates(), SizeIs(1));
    }
  }
}

TEST(TrustBundleTest, NotesAPrivateKeyAndNeverShowsIt) {
  for (const PemReader reader : {PemReader::kEnvoy, PemReader::kGo}) {
    const auto bundle = TrustBundle::Parse(Root().key_pem + Root().cert_pem, reader);
    EXPECT_EQ(CodesOf(bundle->notes()), std::vector<std::string>({"Trust/PrivateKey:1"}));
    EXPECT_THAT(bundle->pem(), Not(HasSubstr("PRIVATE KEY")));
    const std::string secret = Root().key_pem.substr(40, 30);
    EXPECT_THAT(bundle->notes()[0].message, Not(HasSubstr(secret)));
  }
}

TEST(TrustBundleTest, NotesWhatIsNotUsed) {
  const Identity leaf = MakeServer("web.example.com", Root());
  const std::string request =
      "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n";
  const auto bundle = TrustBundle::Parse(request + leaf.cert_pem, PemReader::kEnvoy);
  EXPECT_EQ(CodesOf(bundle->notes()),
            std::vector<std::string>({"Trust/BlockSkipped:1", "Trust/NotCa:4"}));
}

TEST(TrustBundleTest, GoNotesDamagedBlocks) {
  const auto bundle = TrustBundle::Parse(
      "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n" + Root().cert_pem,
      PemReader::kGo);
  EXPECT_EQ(CodesOf(bundle->notes()), std::vector<std::string>({"Trust/BlockSkipped:1"}));
}

TEST(TrustBundleTest, KeepsCrlsForEnvoyAndDropsThemForGo) {
  const std::string pem = Root().cert_pem + MakeCrlPem(Root(), {});
  const auto envoy = TrustBundle::Parse(pem, PemReader::kEnvoy);
  EXPECT_THAT(envoy->pem(), HasSubstr("X509 CRL"));
  ASSERT_THAT(envoy->notes(), SizeIs(1));
  EXPECT_EQ(envoy->notes()[0].code, Code::kTrustRevocation);
  EXPECT_THAT(TrustBundle::Parse(pem, PemReader::kGo)->pem(), Not(HasSubstr("X509 CRL")));
}

std::string SubjectsOf(const TrustBundle& bundle) {
  std::string subjects;
  for (const CertificateSummary& one : bundle.certificates()) {
    absl::StrAppend(&subjects, subjects.empty() ? "" : ", ", one.subject);
  }
  return subjects;
}

TEST(TrustBundleFileTest, TakesDerAndGivesPem) {
  const auto one = TrustBundle::ParseFile(Root().cert_der);
  EXPECT_EQ(SubjectsOf(*one), "CN=Root A") << one->error();
  EXPECT_EQ(one->pem(), Root().cert_pem);
  EXPECT_EQ(one->content_hash(),
            TrustBundle::Parse(Root().cert_pem, PemReader::kEnvoy)->content_hash());
  const auto two = TrustBundle::ParseFile(Root().cert_der + OtherRoot().cert_der);
  EXPECT_EQ(SubjectsOf(*two), "CN=Root A, CN=Root B") << two->error();
}

TEST(TrustBundleFileTest, TakesPemAsEnvoyDoes) {
  EXPECT_EQ(SubjectsOf(*TrustBundle::ParseFile("text\n" + Root().cert_pem)), "CN=Root A");
  EXPECT_FALSE(
      TrustBundle::ParseFile(Root().cert_pem + "-----BEGIN CERTIFICATE-----\nAA")->usable());
}

TEST(TrustBundleFileTest, DerThatIsDamagedIsRefusedAsAWhole) {
  const auto cut = TrustBundle::ParseFile(Root().cert_der + OtherRoot().cert_der.substr(0, 100));
  EXPECT_FALSE(cut->usable());
  EXPECT_THAT(cut->error(), HasSubstr(absl::StrCat("at byte ", Root().cert_der.size())));
  EXPECT_THAT(cut->certificates(), SizeIs(0));
  EXPECT_EQ(cut->pem(), "");
}

TEST(TrustBundleFileTest, DerTwiceIsNotedOnce) {
  const auto bundle = TrustBundle::ParseFile(Root().cert_der + Root().cert_der);
  EXPECT_THAT(bundle->certificates(), SizeIs(1));
  EXPECT_EQ(CodesOf(bundle->notes()), std::vector<std::string>({"Trust/BlockSkipped:0"}));
}

struct HintCase {
  absl::string_view name;
  std::string content;
  std::string error;
};

class NoCertificateTest : public ::testing::TestWithParam<HintCase> {};

TEST_P(NoCertificateTest, SaysWhatItIsAndWhatToDo) {
  for (const PemReader reader : {PemReader::kEnvoy, PemReader::kGo}) {
    const auto bundle = TrustBundle::Parse(GetParam().content, reader);
    EXPECT_FALSE(bundle->usable());
    EXPECT_THAT(bundle->error(), HasSubstr(GetParam().error));
  }
}

std::vector<HintCase> HintCases() {
  std::string base64 = Body(Root());
  const std::string one_line = absl::StrReplaceAll(base64, {{"\n", ""}});
  const std::string pkcs12("\x30\x82\x01\x00\x02\x01\x03\x30", 8);
  const std::string pkcs7("\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 15);
  return {
      {"Base64WithoutArmour", base64, "put a line -----BEGIN CERTIFICATE----- before it"},
      {"Base64InOneLine", one_line, "put a line -----BEGIN CERTIFICATE----- before it"},
      {"Der", Root().cert_der, "openssl x509 -inform der"},
      {"LiteralBackslashN", absl::StrReplaceAll(Root().cert_pem, {{"\n", "\\n"}}), "real ones"},
      {"PemInBase64", absl::Base64Escape(Root().cert_pem), "base64 -d"},
      {"Utf16", "\xff\xfe-\x01", "UTF-8"},
      {"Pkcs7", pkcs7, "openssl pkcs7"},
      {"Pkcs12", pkcs12, "openssl pkcs12"},
      {"JavaKeyStore", "\xfe\xed\xfe\xed", "keytool"},
      {"Words", "not a certificate", "no PEM certificate"},
  };
}

INSTANTIATE_TEST_SUITE_P(Contents, NoCertificateTest, ValuesIn(HintCases()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(TrustBundleTest, NotesBase64WhoseArmourIsLost) {
  const std::string pem = Root().cert_pem + "# comment\n" + Body(OtherRoot()) + "more text\n";
  const long lines = std::count(Root().cert_pem.begin(), Root().cert_pem.end(), '\n');
  for (const PemReader reader : {PemReader::kEnvoy, PemReader::kGo}) {
    EXPECT_EQ(CodesOf(TrustBundle::Parse(pem, reader)->notes()),
              std::vector<std::string>({absl::StrCat("Trust/BlockSkipped:", lines + 2)}));
  }
}

struct WeakCase {
  absl::string_view name;
  CertSpec spec;
  bool self_signed;
  std::string message;  // "" for none
};

class WeakTest : public ::testing::TestWithParam<WeakCase> {};

TEST_P(WeakTest, NotesWeakKeysAndSignatures) {
  CertSpec spec = GetParam().spec;
  spec.common_name = "CA";
  spec.is_ca = true;
  const Identity ca = MakeCertificate(spec, GetParam().self_signed ? nullptr : &Root());
  const auto bundle = TrustBundle::Parse(ca.cert_pem, PemReader::kEnvoy);
  if (GetParam().message.empty()) {
    EXPECT_THAT(bundle->notes(), SizeIs(0));
    return;
  }
  EXPECT_EQ(CodesOf(bundle->notes()), std::vector<std::string>({"Cert/Weak:1"}));
  EXPECT_EQ(bundle->notes()[0].message, GetParam().message);
}

std::vector<WeakCase> WeakCases() {
  CertSpec plain;
  CertSpec rsa1024;
  rsa1024.key = CertSpec::Key::kRsa1024;
  CertSpec rsa2048;
  rsa2048.key = CertSpec::Key::kRsa2048;
  CertSpec p224;
  p224.key = CertSpec::Key::kP224;
  CertSpec sha1;
  sha1.sha1 = true;
  return {
      {"P256", plain, true, ""},
      {"Rsa2048", rsa2048, true, ""},
      {"Rsa1024", rsa1024, true, "The CA certificate CN=CA has a weak key: RSA 1024"},
      {"P224", p224, true, "The CA certificate CN=CA has a weak key: EC P-224"},
      {"Sha1OfItself", sha1, true, ""},
      {"Sha1OfAnother", sha1, false,
       "The CA certificate CN=CA has a weak signature: ecdsa-with-SHA1"},
  };
}

INSTANTIATE_TEST_SUITE_P(Certificates, WeakTest, ValuesIn(WeakCases()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(TrustBundleTest, EqualTextIsOneObjectWhileItIsHeld) {
  const std::string pem = Root().cert_pem + "# held\n";
  const auto first = TrustBundle::Parse(pem, PemReader::kEnvoy);
  EXPECT_EQ(first, TrustBundle::Parse(pem, PemReader::kEnvoy));
  EXPECT_NE(first, TrustBundle::Parse(pem, PemReader::kGo));
}

TEST(TrustBundleTest, TheHashIsOfTheCertificatesAlone) {
  const auto plain = TrustBundle::Parse(Root().cert_pem, PemReader::kEnvoy);
  const auto commented = TrustBundle::Parse("# comment\n" + Root().cert_pem, PemReader::kGo);
  EXPECT_EQ(plain->content_hash(), commented->content_hash());
  EXPECT_NE(plain->content_hash(),
            TrustBundle::Parse(OtherRoot().cert_pem, PemReader::kEnvoy)->content_hash());
}

TEST(TrustBundleTest, RefusesWhatIsTooLarge) {
  const std::string huge(TrustBundle::kMaxBytes + 1, '\n');
  EXPECT_THAT(TrustBundle::Parse(huge, PemReader::kGo)->error(), HasSubstr("limit"));
}

TEST(TrustBundleTest, ParsesInManyThreads) {
  std::vector<std::thread> threads;
  std::vector<std::shared_ptr<const TrustBundle>> bundles(8);
  const std::string pem = Root().cert_pem + "# threads\n";
  for (auto& bundle : bundles) {
    threads.emplace_back([&] { bundle = TrustBundle::Parse(pem, PemReader::kEnvoy); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& bundle : bundles) EXPECT_EQ(bundle, bundles[0]);
}

TEST(NotesAtTest, SaysWhatExpiresWhen) {
  CertSpec spec;
  spec.common_name = "Short";
  spec.is_ca = true;
  spec.not_before = TestNow();
  spec.not_after = TestNow() + absl::Hours(24 * 90);
  const auto bundle =
      TrustBundle::Parse(MakeCertificate(spec, nullptr).cert_pem, PemReader::kEnvoy);
  const auto at = [&](absl::Duration after) {
    std::vector<std::string> codes;
    for (const TrustNote& note : bundle->NotesAt(TestNow() + after, absl::Hours(24 * 30))) {
      codes.emplace_back(NameOf(note.code));
    }
    return codes;
  };
  using Codes = std::vector<std::string>;
  EXPECT_EQ(at(-absl::Seconds(1)), Codes({"Trust/NotYetValid"}));
  EXPECT_EQ(at(absl::ZeroDuration()), Codes());
  EXPECT_EQ(at(absl::Hours(24 * 60)), Codes({"Trust/ExpiresSoon"}));
  EXPECT_EQ(at(absl::Hours(24 * 90) - absl::Seconds(1)), Codes({"Trust/ExpiresSoon"}));
  EXPECT_EQ(at(absl::Hours(24 * 90)), Codes({"Trust/Expired"}));
}

struct PairCase {
  absl::string_view name;
  std::string chain;
  std::string key;
  std::string code;  // "" when the pair is good
};

class CheckClientCertificateTest : public ::testing::TestWithParam<PairCase> {};

TEST_P(CheckClientCertificateTest, SaysWhatEnvoyWouldRefuse) {
  ClientCertificate pair;
  pair.chain_pem = GetParam().chain;
  pair.key_pem = PrivateBytes(GetParam().key);
  const std::vector<TrustNote> notes = CheckClientCertificate(pair);
  if (GetParam().code.empty()) {
    EXPECT_THAT(notes, SizeIs(0)) << notes[0].message;
  } else {
    ASSERT_THAT(notes, Not(SizeIs(0)));
    EXPECT_EQ(NameOf(notes[0].code), GetParam().code);
  }
}

std::vector<PairCase> PairCases() {
  const auto make = [](CertSpec::Key key) {
    CertSpec spec;
    spec.common_name = "client";
    spec.key = key;
    return MakeCertificate(spec, &Root());
  };
  const Identity p256 = make(CertSpec::Key::kP256);
  const Identity p384 = make(CertSpec::Key::kP384);
  const Identity ed25519 = make(CertSpec::Key::kEd25519);
  const Identity rsa1024 = make(CertSpec::Key::kRsa1024);
  const Identity rsa2048 = make(CertSpec::Key::kRsa2048);
  return {
      {"P256", p256.cert_pem, p256.key_pem, ""},
      {"P384", p384.cert_pem, p384.key_pem, ""},
      {"Ed25519", ed25519.cert_pem, ed25519.key_pem, ""},
      {"Rsa2048", rsa2048.cert_pem, rsa2048.key_pem, ""},
      {"WithItsIssuer", p256.cert_pem + Root().cert_pem, p256.key_pem, ""},
      {"Rsa1024", rsa1024.cert_pem, rsa1024.key_pem, "ClientCert/Malformed"},
      {"KeyOfAnother", p256.cert_pem, p384.key_pem, "ClientCert/Mismatch"},
      {"NoKey", p256.cert_pem, "", "ClientCert/Incomplete"},
      {"NoCertificate", "", p256.key_pem, "ClientCert/Incomplete"},
      {"GarbageCertificate", "garbage", p256.key_pem, "ClientCert/Malformed"},
      {"GarbageKey", p256.cert_pem, "garbage", "ClientCert/Malformed"},
      {"GarbageInTheChain",
       p256.cert_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
       p256.key_pem, "ClientCert/Malformed"},
  };
}

INSTANTIATE_TEST_SUITE_P(Pairs, CheckClientCertificateTest, ValuesIn(PairCases()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ClientTlsTest, EqualityLooksAtBundleContent) {
  ClientTls a;
  a.trust = {TrustSource::kBundle, TrustBundle::Parse(Root().cert_pem, PemReader::kEnvoy)};
  ClientTls b = a;
  b.trust.bundle = TrustBundle::Parse("# other text\n" + Root().cert_pem, PemReader::kEnvoy);
  EXPECT_EQ(a, b);
  b.trust.bundle = TrustBundle::Parse(OtherRoot().cert_pem, PemReader::kEnvoy);
  EXPECT_NE(a, b);
  b = a;
  b.alpn_protocols = {"h2"};
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace tls
}  // namespace gwpolicy
