#include "gwpolicy/probe/system_trust.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gwpolicy {
namespace probe {
namespace {

constexpr absl::string_view kFiles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL, Fedora, Amazon Linux
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/pki/tls/cacert.pem",                            // OpenELEC
    "/usr/local/etc/ssl/cert.pem",                        // FreeBSD
    "/etc/ssl/cert.pem",                                  // OpenBSD, macOS
};

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                       &std::fclose);
  if (file == nullptr) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  std::string content;
  char buffer[16384];
  size_t got;
  while ((got = std::fread(buffer, 1, sizeof(buffer), file.get())) > 0) {
    content.append(buffer, got);
    // The bundle refuses more; reading on would only fill the memory.
    if (content.size() > tls::TrustBundle::kMaxBytes) break;
  }
  if (std::ferror(file.get())) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  return content;
}

absl::StatusOr<SystemTrust> Load(std::string path) {
  absl::StatusOr<std::string> pem = ReadFile(path);
  if (!pem.ok()) return pem.status();
  SystemTrust trust;
  trust.path = std::move(path);
  trust.pem = *std::move(pem);
  trust.bundle = tls::TrustBundle::Parse(trust.pem, tls::PemReader::kEnvoy);
  if (!trust.bundle->usable()) {
    return absl::FailedPreconditionError(
        absl::StrCat(trust.path, " is no CA bundle: ", trust.bundle->error()));
  }
  return trust;
}

}  // namespace

absl::Span<const absl::string_view> SystemTrustFiles() { return kFiles; }

absl::StatusOr<SystemTrust> LoadSystemTrust(absl::string_view explicit_file) {
  if (!explicit_file.empty()) return Load(std::string(explicit_file));
  if (const char* named = std::getenv("SSL_CERT_FILE"); named != nullptr && *named != '\0') {
    return Load(named);
  }
  for (const absl::string_view path : kFiles) {
    absl::StatusOr<SystemTrust> trust = Load(std::string(path));
    if (trust.ok() || !absl::IsNotFound(trust.status())) return trust;
  }
  return absl::NotFoundError("this system has no CA bundle in any of the usual places");
}

}  // namespace probe
}  // namespace gwpolicy
