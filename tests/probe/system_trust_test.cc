#include "gwpolicy/probe/system_trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "tests/tls/test_pki.h"

namespace gwpolicy {
namespace probe {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

using ::gwpolicy::tls::testing::Identity;
using ::gwpolicy::tls::testing::MakeRoot;

const Identity& A() {
  static const Identity* const root = new Identity(MakeRoot("A"));
  return *root;
}

const Identity& B() {
  static const Identity* const root = new Identity(MakeRoot("B"));
  return *root;
}

// A folder of its own for each test; the environment names nothing.
class SystemTrustTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ClearEnvironment();
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { ClearEnvironment(); }

  std::string Path(absl::string_view name) const {
    return absl::StrCat(folder_.string(), "/", name);
  }

  std::string WriteFile(absl::string_view name, const std::string& content) const {
    const std::filesystem::path path = Path(name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }

  // As on a system whose "/" is the test's folder.
  absl::StatusOr<SystemTrust> LoadLayout() const { return LoadSystemTrust({"", folder_.string()}); }

 private:
  static void ClearEnvironment() {
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
  }

  std::filesystem::path folder_;
};

std::string SubjectsOf(const absl::StatusOr<SystemTrust>& trust) {
  if (!trust.ok()) return std::string(trust.status().message());
  std::vector<std::string> subjects;
  for (const tls::CertificateSummary& one : trust->bundle->certificates()) {
    subjects.push_back(one.subject);
  }
  return absl::StrJoin(subjects, ", ");
}

TEST_F(SystemTrustTest, TheGivenFileComesFirst) {
  const std::string given = WriteFile("given.pem", MakeRoot("Given").cert_pem);
  const std::string other = WriteFile("other.pem", MakeRoot("Other").cert_pem);
  setenv("SSL_CERT_FILE", other.c_str(), 1);
  const auto trust = LoadSystemTrust({given, ""});
  ASSERT_TRUE(trust.ok()) << trust.status();
  EXPECT_EQ(trust->path, given);
  ASSERT_THAT(trust->bundle->certificates(), SizeIs(1));
  EXPECT_EQ(trust->bundle->certificates()[0].subject, "CN=Given");
}

TEST_F(SystemTrustTest, TheEnvironmentComesSecond) {
  const std::string other = WriteFile("other.pem", MakeRoot("Other").cert_pem);
  setenv("SSL_CERT_FILE", other.c_str(), 1);
  const auto trust = LoadSystemTrust({});
  ASSERT_TRUE(trust.ok()) << trust.status();
  EXPECT_EQ(trust->path, other);
}

TEST_F(SystemTrustTest, ANamedFileThatIsMissingIsNotReplacedByAnother) {
  EXPECT_TRUE(absl::IsNotFound(LoadSystemTrust({"/nonexistent/ca.pem", ""}).status()));
  setenv("SSL_CERT_FILE", "/nonexistent/ca.pem", 1);
  EXPECT_TRUE(absl::IsNotFound(LoadSystemTrust({}).status()));
}

TEST_F(SystemTrustTest, AFileWithoutCertificatesIsRefused) {
  const auto trust = LoadSystemTrust({WriteFile("empty.pem", "nothing here\n"), ""});
  EXPECT_TRUE(absl::IsFailedPrecondition(trust.status()));
  EXPECT_THAT(std::string(trust.status().message()), HasSubstr("empty.pem"));
}

TEST_F(SystemTrustTest, AGivenFileMayBeDer) {
  const auto trust = LoadSystemTrust({WriteFile("ca.der", A().cert_der), ""});
  EXPECT_EQ(SubjectsOf(trust), "CN=A");
  EXPECT_FALSE(trust->is_pem_file);
  EXPECT_TRUE(LoadSystemTrust({WriteFile("ca.pem", A().cert_pem), ""})->is_pem_file);
}

TEST_F(SystemTrustTest, AGivenFolderIsReadInTheOrderOfItsNames) {
  WriteFile("store/b.pem", A().cert_pem);
  WriteFile("store/a.der", B().cert_der);
  const auto trust = LoadSystemTrust({Path("store"), ""});
  EXPECT_EQ(SubjectsOf(trust), "CN=B, CN=A");
  EXPECT_EQ(trust->path, Path("store"));
  EXPECT_FALSE(trust->is_pem_file);
  EXPECT_THAT(trust->skipped, SizeIs(0));
}

TEST_F(SystemTrustTest, AFolderGivesEachCertificateOnce) {
  WriteFile("store/a.pem", A().cert_pem);
  WriteFile("store/bundle.pem", "# all\n" + B().cert_pem + A().cert_pem);
  std::filesystem::create_symlink("a.pem", Path("store/1a2b3c4d.0"));
  const auto trust = LoadSystemTrust({Path("store"), ""});
  EXPECT_EQ(SubjectsOf(trust), "CN=A, CN=B");
  EXPECT_THAT(trust->bundle->notes(), SizeIs(0));
}

TEST_F(SystemTrustTest, WhatIsNoCertificateInAFolderIsSkippedByName) {
  WriteFile("store/a.pem", A().cert_pem);
  WriteFile("store/README", "read me\n");
  WriteFile("store/java/cacerts", "\xfe\xed\xfe\xed");
  std::filesystem::create_symlink("nowhere", Path("store/dangling.pem"));
  const auto trust = LoadSystemTrust({Path("store"), ""});
  EXPECT_EQ(SubjectsOf(trust), "CN=A");
  ASSERT_THAT(trust->skipped, SizeIs(1));
  EXPECT_THAT(trust->skipped[0], HasSubstr("store/README"));
}

TEST_F(SystemTrustTest, AnEmptyFolderIsRefused) {
  std::filesystem::create_directories(Path("store"));
  EXPECT_TRUE(absl::IsFailedPrecondition(LoadSystemTrust({Path("store"), ""}).status()));
}

TEST_F(SystemTrustTest, FoldersOfTheEnvironmentAreRead) {
  WriteFile("one/a.pem", A().cert_pem);
  WriteFile("two/b.pem", B().cert_pem);
  const std::string folders = absl::StrCat(Path("one"), ":", Path("two"));
  setenv("SSL_CERT_DIR", folders.c_str(), 1);
  const auto trust = LoadSystemTrust({});
  EXPECT_EQ(SubjectsOf(trust), "CN=A, CN=B");
  EXPECT_EQ(trust->path, folders);
  setenv("SSL_CERT_DIR", Path("three").c_str(), 1);
  EXPECT_TRUE(absl::IsNotFound(LoadSystemTrust({}).status()));
}

TEST_F(SystemTrustTest, FileAndFoldersOfTheEnvironmentCountBoth) {
  const std::string file = WriteFile("ca.pem", B().cert_pem);
  WriteFile("one/a.pem", A().cert_pem);
  setenv("SSL_CERT_FILE", file.c_str(), 1);
  setenv("SSL_CERT_DIR", Path("one").c_str(), 1);
  EXPECT_EQ(SubjectsOf(LoadSystemTrust({})), "CN=B, CN=A");
  setenv("SSL_CERT_FILE", "/nonexistent/ca.pem", 1);
  EXPECT_TRUE(absl::IsNotFound(LoadSystemTrust({}).status()));
}

TEST_F(SystemTrustTest, TheLayoutOfEachSystemIsKnown) {
  // System, its bundle, and a link to it that it has as well.
  const struct {
    absl::string_view name;
    absl::string_view bundle;
    absl::string_view link;
  } layouts[] = {
      {"Debian", "etc/ssl/certs/ca-certificates.crt", ""},
      {"Alpine", "etc/ssl/certs/ca-certificates.crt", "etc/ssl/cert.pem"},
      {"RedHat", "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
       "etc/pki/tls/certs/ca-bundle.crt"},
      {"OldRedHat", "etc/pki/tls/certs/ca-bundle.crt", ""},
      {"Suse", "etc/ssl/ca-bundle.pem", ""},
      {"FreeBsd", "usr/local/etc/ssl/cert.pem", ""},
      {"MacOs", "etc/ssl/cert.pem", ""},
  };
  for (const auto& layout : layouts) {
    const std::string root = Path(layout.name);
    const std::string bundle =
        WriteFile(absl::StrCat(layout.name, "/", layout.bundle), A().cert_pem);
    if (!layout.link.empty()) {
      const std::filesystem::path link = absl::StrCat(root, "/", layout.link);
      std::filesystem::create_directories(link.parent_path());
      std::filesystem::create_symlink(bundle, link);
    }
    const auto trust = LoadSystemTrust({"", root});
    EXPECT_EQ(SubjectsOf(trust), "CN=A") << layout.name;
    EXPECT_EQ(trust->path, bundle) << layout.name;
    EXPECT_TRUE(trust->is_pem_file) << layout.name;
  }
}

TEST_F(SystemTrustTest, CertificatesOneAFileCountWhereThereIsNoBundle) {
  WriteFile("etc/ssl/certs/a.pem", A().cert_pem);
  WriteFile("etc/ssl/certs/b.pem", B().cert_pem);
  EXPECT_EQ(SubjectsOf(LoadLayout()), "CN=A, CN=B");
  const std::string bundle = WriteFile("etc/ssl/certs/ca-certificates.crt", B().cert_pem);
  const auto trust = LoadLayout();
  EXPECT_EQ(SubjectsOf(trust), "CN=B");
  EXPECT_EQ(trust->path, bundle);
}

TEST_F(SystemTrustTest, ABrokenBundleIsNotReplacedByTheNext) {
  WriteFile("etc/ssl/certs/ca-certificates.crt", "broken\n");
  WriteFile("etc/ssl/cert.pem", A().cert_pem);
  EXPECT_TRUE(absl::IsFailedPrecondition(LoadLayout().status()));
}

TEST_F(SystemTrustTest, ASystemWithoutABundleIsToldSo) {
  const auto trust = LoadLayout();
  EXPECT_TRUE(absl::IsNotFound(trust.status()));
  EXPECT_THAT(std::string(trust.status().message()), HasSubstr("usual places"));
}

}  // namespace
}  // namespace probe
}  // namespace gwpolicy
