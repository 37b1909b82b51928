#include "gwpolicy/probe/system_trust.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gwpolicy/base/status_macros.h"

namespace gwpolicy {
namespace probe {
namespace {

constexpr absl::string_view kFiles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL, Fedora, Amazon Linux
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older RHEL
    "/etc/ssl/certs/ca-bundle.crt",                       // links of RHEL and openSUSE
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/pki/tls/cacert.pem",                            // OpenELEC
    "/usr/local/etc/ssl/cert.pem",                        // FreeBSD
    "/etc/ssl/cert.pem",                                  // Alpine, OpenBSD, macOS
};

constexpr absl::string_view kFolders[] = {
    "/etc/ssl/certs",      // Debian, Alpine, SUSE
    "/etc/pki/tls/certs",  // RHEL
};

constexpr size_t kMaxSkipped = 100;
constexpr absl::string_view kBlockEnd = "-----END CERTIFICATE-----\n";

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

bool IsFolder(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// The names in a folder, sorted.
absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& folder) {
  std::unique_ptr<DIR, int (*)(DIR*)> open(opendir(folder.c_str()), &closedir);
  if (open == nullptr) {
    return absl::NotFoundError(absl::StrCat(folder, ": ", std::strerror(errno)));
  }
  std::vector<std::string> names;
  while (const dirent* entry = readdir(open.get())) names.emplace_back(entry->d_name);
  std::sort(names.begin(), names.end());
  return names;
}

// Gathers the certificates of files and folders, each once.
class Collector {
 public:
  absl::Status AddFile(const std::string& path) {
    GWP_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
    const auto bundle = tls::TrustBundle::ParseFile(content);
    if (!bundle->usable()) {
      return absl::FailedPreconditionError(
          absl::StrCat(path, " is no CA bundle: ", bundle->error()));
    }
    // A bundle gives its certificates encoded anew, so that equal ones are equal text.
    absl::string_view rest = bundle->pem();
    for (size_t end = rest.find(kBlockEnd); end != absl::string_view::npos;
         end = rest.find(kBlockEnd)) {
      const absl::string_view block = rest.substr(0, end + kBlockEnd.size());
      rest.remove_prefix(block.size());
      if (seen_.emplace(block).second) pem_.append(block);
    }
    pem_.append(rest);  // revocation lists
    return absl::OkStatus();
  }

  // Files that hold no certificate are skipped.
  absl::Status AddFolder(const std::string& folder) {
    GWP_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder));
    for (const std::string& name : names) {
      const std::string path = absl::StrCat(folder, "/", name);
      struct stat status;
      if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
      // The links by hash, NAME.0, lead to a file that is read once.
      if (!files_.emplace(status.st_dev, status.st_ino).second) continue;
      const absl::Status added = AddFile(path);
      if (!added.ok() && skipped_.size() < kMaxSkipped) skipped_.emplace_back(added.message());
    }
    return absl::OkStatus();
  }

  absl::StatusOr<SystemTrust> Finish(std::string path) {
    SystemTrust trust;
    trust.path = std::move(path);
    trust.skipped = std::move(skipped_);
    trust.bundle = tls::TrustBundle::Parse(pem_, tls::PemReader::kEnvoy);
    if (!trust.bundle->usable()) {
      return absl::FailedPreconditionError(absl::StrCat(trust.path, " holds no CA certificate"));
    }
    return trust;
  }

 private:
  std::string pem_;
  std::set<std::string, std::less<>> seen_;
  std::set<std::pair<dev_t, ino_t>> files_;
  std::vector<std::string> skipped_;
};

absl::StatusOr<SystemTrust> LoadFolder(const std::string& folder) {
  Collector collector;
  GWP_RETURN_IF_ERROR(collector.AddFolder(folder));
  return collector.Finish(folder);
}

absl::StatusOr<SystemTrust> Load(std::string path) {
  if (IsFolder(path)) return LoadFolder(path);
  GWP_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
  SystemTrust trust;
  trust.path = std::move(path);
  trust.bundle = tls::TrustBundle::ParseFile(content);
  if (!trust.bundle->usable()) {
    return absl::FailedPreconditionError(
        absl::StrCat(trust.path, " is no CA bundle: ", trust.bundle->error()));
  }
  trust.is_pem_file = absl::StrContains(content, "-----BEGIN ");
  return trust;
}

absl::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

absl::StatusOr<SystemTrust> LoadFromEnvironment(absl::string_view file, absl::string_view folders) {
  if (folders.empty()) return Load(std::string(file));
  Collector collector;
  if (!file.empty()) GWP_RETURN_IF_ERROR(collector.AddFile(std::string(file)));
  for (const absl::string_view folder : absl::StrSplit(folders, ':', absl::SkipEmpty())) {
    GWP_RETURN_IF_ERROR(collector.AddFolder(std::string(folder)));
  }
  return collector.Finish(absl::StrCat(file, file.empty() ? "" : ":", folders));
}

}  // namespace

absl::Span<const absl::string_view> SystemTrustFiles() { return kFiles; }

absl::Span<const absl::string_view> SystemTrustFolders() { return kFolders; }

absl::StatusOr<SystemTrust> LoadSystemTrust(const SystemTrustSearch& search) {
  if (!search.file.empty()) return Load(search.file);
  const absl::string_view file = Environment("SSL_CERT_FILE");
  const absl::string_view folders = Environment("SSL_CERT_DIR");
  if (!file.empty() || !folders.empty()) return LoadFromEnvironment(file, folders);
  for (const absl::string_view path : kFiles) {
    absl::StatusOr<SystemTrust> trust = Load(absl::StrCat(search.root, path));
    if (trust.ok() || !absl::IsNotFound(trust.status())) return trust;
  }
  for (const absl::string_view path : kFolders) {
    absl::StatusOr<SystemTrust> trust = LoadFolder(absl::StrCat(search.root, path));
    if (trust.ok()) return trust;
  }
  return absl::NotFoundError("this system has no CA bundle in any of the usual places");
}

}  // namespace probe
}  // namespace gwpolicy
