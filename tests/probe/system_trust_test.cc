#include "gwpolicy/probe/system_trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace probe {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string WriteFile(const std::string& name, const std::string& content) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/", name);
  std::ofstream(path) << content;
  return path;
}

class SystemTrustTest : public ::testing::Test {
 protected:
  void SetUp() override { unsetenv("SSL_CERT_FILE"); }
  void TearDown() override { unsetenv("SSL_CERT_FILE"); }
};

TEST_F(SystemTrustTest, TheGivenFileComesFirst) {
  const std::string given = WriteFile("given.pem", tls::testing::MakeRoot("Given").cert_pem);
  const std::string other = WriteFile("other.pem", tls::testing::MakeRoot("Other").cert_pem);
  setenv("SSL_CERT_FILE", other.c_str(), 1);
  const auto trust = LoadSystemTrust(given);
  ASSERT_TRUE(trust.ok()) << trust.status();
  EXPECT_EQ(trust->path, given);
  ASSERT_THAT(trust->bundle->certificates(), SizeIs(1));
  EXPECT_EQ(trust->bundle->certificates()[0].subject, "CN=Given");
}

TEST_F(SystemTrustTest, TheEnvironmentComesSecond) {
  const std::string other = WriteFile("other.pem", tls::testing::MakeRoot("Other").cert_pem);
  setenv("SSL_CERT_FILE", other.c_str(), 1);
  const auto trust = LoadSystemTrust("");
  ASSERT_TRUE(trust.ok()) << trust.status();
  EXPECT_EQ(trust->path, other);
}

TEST_F(SystemTrustTest, ANamedFileThatIsMissingIsNotReplacedByAnother) {
  EXPECT_TRUE(absl::IsNotFound(LoadSystemTrust("/nonexistent/ca.pem").status()));
  setenv("SSL_CERT_FILE", "/nonexistent/ca.pem", 1);
  EXPECT_TRUE(absl::IsNotFound(LoadSystemTrust("").status()));
}

TEST_F(SystemTrustTest, AFileWithoutCertificatesIsRefused) {
  const auto trust = LoadSystemTrust(WriteFile("empty.pem", "nothing here\n"));
  EXPECT_TRUE(absl::IsFailedPrecondition(trust.status()));
  EXPECT_THAT(std::string(trust.status().message()), HasSubstr("empty.pem"));
}

}  // namespace
}  // namespace probe
}  // namespace gwpolicy
