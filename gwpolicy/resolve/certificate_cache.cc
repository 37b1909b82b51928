#include "gwpolicy/resolve/certificate_cache.h"

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/config_map.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/base/finding_sink.h"

namespace gwpolicy {
namespace {

constexpr size_t kSweepFrom = 64;

// The field of a ConfigMap or Secret that the bundle stands in.
std::string CaField(const Object& holder) {
  const Secret* secret = holder.As<Secret>();
  const bool plain = secret != nullptr && secret->string_data.count(kCaKey) != 0;
  return absl::StrCat(plain ? "stringData." : "data.", kCaKey);
}

template <typename Entries>
void SweepEntries(const Cluster& cluster, Entries& entries) {
  for (auto at = entries.begin(); at != entries.end();) {
    const auto entry = at++;
    const Object* now = cluster.Find(entry->second.holder.key());
    if (now == nullptr || now->raw() != entry->second.holder.raw()) entries.erase(entry);
  }
}

}  // namespace

std::string CaSummary(size_t certificates, absl::string_view labels) {
  return absl::StrCat(certificates, " CA of ", labels);
}

absl::string_view CaTextOf(const Object& holder) {
  if (const ConfigMap* map = holder.As<ConfigMap>()) {
    const auto at = map->data.find(kCaKey);
    return at == map->data.end() ? absl::string_view() : absl::string_view(at->second);
  }
  if (const Secret* secret = holder.As<Secret>()) {
    // A CA certificate is public, wherever it is kept.
    const PrivateBytes* bytes = secret->Find(kCaKey);
    if (bytes != nullptr) return bytes->Reveal();
  }
  return absl::string_view();
}

const CertificateCache::CaBundle& CertificateCache::BundleOf(const Object& holder,
                                                             tls::PemReader reader) {
  Entry<CaBundle>& entry = bundles_[{holder.raw(), reader}];
  if (entry.parsed != nullptr) return *entry.parsed;
  entry.holder = holder;
  auto out = std::make_unique<CaBundle>();
  const absl::string_view pem = CaTextOf(holder);
  if (!pem.empty()) {
    out->bundle = Parsed(pem, reader);
    FindingSink sink;
    sink.SetObject(holder.ref(), holder.source());
    const std::string field = CaField(holder);
    for (const tls::TrustNote& note : out->bundle->notes()) {
      sink.AddAt(field, note.code, note.message);
    }
    for (const tls::TrustNote& note : out->bundle->NotesAt(now_, soon_)) {
      sink.AddAt(field, note.code, note.message);
    }
    out->findings = SharedList<Finding>(sink.Take());
    out->label = holder.key().ToText();
    out->summary = CaSummary(out->bundle->certificates().size(), out->label);
  }
  entry.parsed = std::move(out);
  return *entry.parsed;
}

std::shared_ptr<const tls::TrustBundle> CertificateCache::Parsed(absl::string_view pem,
                                                                 tls::PemReader reader) {
  std::shared_ptr<const tls::TrustBundle>& known = by_text_[{pem, reader}];
  if (known == nullptr) known = tls::TrustBundle::Parse(pem, reader);
  return known;
}

const CertificateCache::Pair& CertificateCache::PairOf(const Object& secret) {
  Entry<Pair>& entry = pairs_[secret.raw()];
  if (entry.parsed != nullptr) return *entry.parsed;
  auto out = std::make_unique<Pair>();
  const Secret& data = *secret.As<Secret>();
  auto pair = std::make_shared<tls::ClientCertificate>(
      tls::ClientCertificate{data.Find(kCertificateKey)->Reveal(), *data.Find(kPrivateKeyKey)});
  out->problems = tls::CheckClientCertificate(*pair);
  if (out->problems.empty()) out->pair = std::move(pair);
  entry.holder = secret;
  entry.parsed = std::move(out);
  return *entry.parsed;
}

void CertificateCache::SetTime(absl::Time now) {
  now_ = now;
  by_text_.clear();
  bundles_.clear();  // what is said about them depends on the time
}

void CertificateCache::Sweep(const Cluster& cluster) {
  if (bundles_.size() + pairs_.size() <= kSweepFrom + 2 * swept_size_) return;
  by_text_.clear();
  SweepEntries(cluster, bundles_);
  SweepEntries(cluster, pairs_);
  swept_size_ = bundles_.size() + pairs_.size();
}

}  // namespace gwpolicy
