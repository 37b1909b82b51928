#include "gwpolicy/tls/parse_certificates.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy::tls {
namespace {

using testing::Identity;

constexpr size_t kMost = 100;

struct Pki {
  Identity root = testing::MakeRoot("Root");
  Identity intermediate = testing::MakeIntermediate("Intermediate", root);
};

const Pki& P() {
  static const Pki* const kPki = new Pki;
  return *kPki;
}

TEST(ParseDerTest, WantsOneCertificateAndNothingBehindIt) {
  const std::string& der = P().root.cert_der;
  EXPECT_NE(ParseDer(der), nullptr);
  EXPECT_EQ(ParseDer(der + "x"), nullptr);
  EXPECT_EQ(ParseDer(der.substr(0, der.size() - 1)), nullptr);
  EXPECT_EQ(ParseDer(""), nullptr);
}

TEST(ReadPlainCertificatesTest, ReadsBlocksAndTheirLines) {
  const auto plain = ReadPlainCertificates(
      absl::StrCat("# the root\n", P().root.cert_pem, "\n", P().intermediate.cert_pem), kMost);
  ASSERT_TRUE(plain.has_value());
  ASSERT_EQ(plain->size(), 2);
  EXPECT_EQ((*plain)[0].der, P().root.cert_der);
  EXPECT_EQ((*plain)[0].line, 2);
  EXPECT_EQ((*plain)[1].der, P().intermediate.cert_der);
  EXPECT_GT((*plain)[1].line, 3);
}

TEST(ReadPlainCertificatesTest, TheLastLineNeedsNoEnd) {
  std::string text = P().root.cert_pem;
  text.pop_back();
  EXPECT_TRUE(ReadPlainCertificates(text, kMost).has_value());
}

TEST(ReadPlainCertificatesTest, LeavesMoreThanAreAskedForToOthers) {
  const std::string text = P().root.cert_pem + P().intermediate.cert_pem;
  EXPECT_TRUE(ReadPlainCertificates(text, 2).has_value());
  EXPECT_FALSE(ReadPlainCertificates(text, 1).has_value());
}

struct Case {
  const char* name;
  std::string text;
};

// Where readers differ, the short way is none.
std::vector<Case> TextsOfOtherKinds() {
  const std::string pem = P().root.cert_pem;
  const size_t first_line = pem.find('\n') + 1;
  const size_t last_line = pem.rfind('\n', pem.rfind("-----END") - 2) + 1;
  const auto with = [&pem](size_t at, absl::string_view text) {
    return std::string(pem).insert(at, std::string(text));
  };
  return {
      {"CrLf", absl::StrReplaceAll(pem, {{"\n", "\r\n"}})},
      {"AnotherLabel", absl::StrReplaceAll(pem, {{"CERTIFICATE", "TRUSTED CERTIFICATE"}})},
      {"AKeyBeside", pem + P().root.key_pem},
      {"Headers", with(first_line, "Proc-Type: 4\n\n")},
      {"TextBeforeBegin", " " + pem},
      {"TextBehindEnd", with(pem.size() - 1, " ")},
      {"DashesBetween", pem + "---\n" + pem},
      {"ABlankLineInside", with(first_line, "\n")},
      {"ABlankInside", with(first_line + 10, " ")},
      {"AShortLineInside", with(first_line + 10, "\n")},
      {"ALongLine", std::string(pem).erase(first_line + 64, 1)},
      {"NoBase64", with(last_line, "*")},
      {"PaddingInside", with(first_line + 8, "==")},
      {"Nul", absl::StrCat(absl::string_view("\0", 1), "\n", pem)},
      {"NoEnd", pem.substr(0, last_line)},
      {"NotACertificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
      {"BitsThatAreLost", "-----BEGIN CERTIFICATE-----\nAB==\n-----END CERTIFICATE-----\n"},
      {"AnEmptyBlock", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"},
  };
}

TEST(ReadPlainCertificatesTest, LeavesTextsOfOtherKindsToOthers) {
  for (const Case& one : TextsOfOtherKinds()) {
    EXPECT_FALSE(ReadPlainCertificates(one.text, kMost).has_value()) << one.name;
  }
}

}  // namespace
}  // namespace gwpolicy::tls
