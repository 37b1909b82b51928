#include "gwpolicy/tls/trust_bundle.h"

#include <openssl/base.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/tls/anchors.h"
#include "gwpolicy/tls/certificate.h"
#include "gwpolicy/tls/names.h"
#include "gwpolicy/tls/parse_certificates.h"
#include "gwpolicy/tls/pem_blocks.h"

namespace gwpolicy {
namespace tls {
namespace {

using Anchors = TrustBundle::Anchors;

constexpr size_t kMaxLabelBytes = 40;
constexpr size_t kMaxNotes = 200;

std::string DateText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

void AddNote(Anchors& anchors, Code code, int line, std::string message) {
  if (anchors.notes.size() < kMaxNotes) {
    anchors.notes.push_back({code, std::move(message), line});
  }
}

// The reason of the newest entry in the error queue, which is emptied.
std::string LastError() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = reason == nullptr ? "unreadable" : reason;
  ERR_clear_error();
  return text;
}

std::string LabelText(absl::string_view label) { return EscapedForPeople(label, kMaxLabelBytes); }

void NoteUnusedBlock(Anchors& anchors, absl::string_view label, int line,
                     absl::string_view because) {
  if (IsPrivateKeyLabel(label)) {
    AddNote(anchors, Code::kTrustPrivateKey, line,
            absl::StrCat("The CA bundle holds a private key (", LabelText(label), ")"));
    return;
  }
  AddNote(anchors, Code::kTrustBlockSkipped, line,
          absl::StrCat("The block ", label.empty() ? "without a label" : LabelText(label),
                       " is not used: ", because));
}

std::string DerOf(const X509* certificate) {
  uint8_t* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size < 0) {
    ERR_clear_error();
    return "";
  }
  std::string bytes(reinterpret_cast<const char*>(der), size);
  OPENSSL_free(der);
  return bytes;
}

std::string Contents(BIO* bio) {
  const uint8_t* data = nullptr;
  size_t size = 0;
  if (!BIO_mem_contents(bio, &data, &size)) return "";
  return std::string(reinterpret_cast<const char*>(data), size);
}

// Collects anchors in the order of the text.
class Collector {
 public:
  explicit Collector(Anchors& anchors) : anchors_(anchors) {}

  // `der` is its encoding.
  void Add(bssl::UniquePtr<X509> certificate, absl::string_view der, int line,
           bool with_trust_settings = false) {
    WarmExtensions(certificate.get());
    CertificateSummary summary = Summarize(certificate.get(), der);
    summary.line = line;
    const auto [first, is_new] = seen_.emplace(summary.sha256, line);
    if (!is_new) {
      AddNote(anchors_, Code::kTrustBlockSkipped, line,
              first->second > 0
                  ? absl::StrCat("The certificate repeats the one at line ", first->second)
                  : "The certificate is in the bundle twice");
      return;
    }
    if (!summary.is_ca) {
      AddNote(anchors_, Code::kTrustNotCa, line,
              absl::StrCat("The certificate ", summary.subject,
                           " is not a CA; it is trusted for itself alone"));
    }
    if (HasWeakKey(certificate.get())) {
      AddNote(
          anchors_, Code::kCertWeak, line,
          absl::StrCat("The CA certificate ", summary.subject, " has a weak key: ", summary.key));
    }
    if (!summary.self_signed && HasWeakSignature(certificate.get())) {
      AddNote(anchors_, Code::kCertWeak, line,
              absl::StrCat("The CA certificate ", summary.subject,
                           " has a weak signature: ", summary.signature_algorithm));
    }
    if (with_trust_settings) {
      bssl::UniquePtr<BIO> out(BIO_new(BIO_s_mem()));
      if (out != nullptr && PEM_write_bio_X509_AUX(out.get(), certificate.get())) {
        anchors_.pem += Contents(out.get());
      }
    } else {
      anchors_.pem += EncodePem("CERTIFICATE", der);
    }
    const uint32_t hash = X509_NAME_hash(X509_get_subject_name(certificate.get()));
    anchors_.by_subject[hash].push_back(anchors_.certificates.size());
    anchors_.certificates.push_back(certificate.release());
    anchors_.summaries.push_back(std::move(summary));
  }

 private:
  Anchors& anchors_;
  std::map<std::string, int> seen_;  // SHA-256 to the line of the first
};

bool IsEnvoyCertificateLabel(absl::string_view label) {
  return label == "CERTIFICATE" || label == "X509 CERTIFICATE" || label == "TRUSTED CERTIFICATE";
}

bssl::UniquePtr<STACK_OF(X509_INFO)> ReadPemAsEnvoy(absl::string_view pem) {
  bssl::UniquePtr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<ossl_ssize_t>(pem.size())));
  if (bio == nullptr) return nullptr;
  return bssl::UniquePtr<STACK_OF(X509_INFO)>(
      PEM_X509_INFO_read_bio(bio.get(), nullptr, nullptr, nullptr));
}

void ReadForEnvoy(absl::string_view pem, Anchors& anchors) {
  // Most texts are such that all readers read them alike.
  if (auto plain = ReadPlainCertificates(pem, TrustBundle::kMaxCertificates)) {
    Collector collector(anchors);
    for (ParsedCertificate& one : *plain) {
      collector.Add(bssl::UniquePtr<X509>(one.certificate.release()), one.der, one.line);
    }
    return;
  }
  const std::vector<PemMark> marks = ScanPem(pem);
  // What the reader looks at: BEGIN lines at the start of a line and outside of another block.
  std::vector<const PemMark*> blocks;
  std::vector<const PemMark*> certificates;
  for (const PemMark& mark : marks) {
    if (mark.inside_block) continue;
    if (!mark.at_line_start || mark.label.empty()) {
      NoteUnusedBlock(anchors, mark.label, mark.line, "BEGIN does not start its line");
      continue;
    }
    blocks.push_back(&mark);
    if (IsEnvoyCertificateLabel(mark.label)) {
      certificates.push_back(&mark);
    } else if (mark.label != "X509 CRL") {
      NoteUnusedBlock(anchors, mark.label, mark.line, "it is no certificate");
    }
  }

  ERR_clear_error();
  bssl::UniquePtr<STACK_OF(X509_INFO)> found = ReadPemAsEnvoy(pem);
  if (found == nullptr) {
    const std::string reason = LastError();
    anchors.error = absl::StrCat("the PEM text cannot be read: ", reason);
    // The reader does not say where: try the blocks one by one.
    for (size_t i = 0; i < blocks.size(); ++i) {
      const size_t begin = blocks[i]->offset;
      const size_t end = i + 1 < blocks.size() ? blocks[i + 1]->offset : pem.size();
      if (ReadPemAsEnvoy(pem.substr(begin, end - begin)) == nullptr) {
        anchors.error = absl::StrCat("the ", LabelText(blocks[i]->label), " block at line ",
                                     blocks[i]->line, " cannot be read: ", LastError());
        break;
      }
    }
    ERR_clear_error();
    return;
  }

  size_t count = 0;
  for (const X509_INFO* info : found.get()) count += info->x509 != nullptr;
  if (count > TrustBundle::kMaxCertificates) {
    anchors.error = absl::StrCat("it holds ", count, " certificates, more than the limit of ",
                                 TrustBundle::kMaxCertificates);
    return;
  }
  const bool lines_known = count == certificates.size();
  if (!lines_known) {
    AddNote(anchors, Code::kTrustBlockSkipped, 0,
            absl::StrCat(count, " of ", certificates.size(), " certificate blocks are used"));
  }
  Collector collector(anchors);
  std::string crls;
  size_t next = 0;
  for (X509_INFO* info : found.get()) {
    if (info->x509 != nullptr) {
      const PemMark* mark = lines_known ? certificates[next++] : nullptr;
      collector.Add(bssl::UpRef(info->x509), DerOf(info->x509), mark == nullptr ? 0 : mark->line,
                    mark != nullptr && mark->label == "TRUSTED CERTIFICATE");
    }
    if (info->crl != nullptr && X509_STORE_add_crl(anchors.crls, info->crl)) {
      anchors.crl_list.push_back(info->crl);
      bssl::UniquePtr<BIO> out(BIO_new(BIO_s_mem()));
      if (out != nullptr && PEM_write_bio_X509_CRL(out.get(), info->crl)) {
        crls += Contents(out.get());
      }
    }
  }
  anchors.pem += crls;
  if (!anchors.crl_list.empty()) {
    int line = 0;
    for (const PemMark* block : blocks) {
      if (block->label == "X509 CRL") {
        line = block->line;
        break;
      }
    }
    AddNote(anchors, Code::kTrustRevocation, line,
            "The CA bundle holds a certificate revocation list; Envoy then wants one of every CA "
            "of the chain");
  }
  ERR_clear_error();
}

void ReadForGo(absl::string_view pem, Anchors& anchors) {
  Collector collector(anchors);
  std::set<int> read_lines;
  std::vector<GoPemBlock> blocks = ReadPemAsGo(pem);
  for (const GoPemBlock& block : blocks) {
    read_lines.insert(block.line);
    if (block.label != "CERTIFICATE") {
      NoteUnusedBlock(anchors, block.label, block.line, "its label is not CERTIFICATE");
      continue;
    }
    if (block.has_headers) {
      NoteUnusedBlock(anchors, block.label, block.line, "it has header lines");
      continue;
    }
    // x509.ParseCertificates: one or more, one right after another.
    const uint8_t* at = reinterpret_cast<const uint8_t*>(block.bytes.data());
    const uint8_t* const end = at + block.bytes.size();
    while (at < end) {
      const auto* const here = reinterpret_cast<const char*>(at);
      bssl::UniquePtr<X509> certificate(d2i_X509(nullptr, &at, end - at));
      if (certificate == nullptr) {
        anchors.error = absl::StrCat("the certificate at line ", block.line,
                                     " cannot be parsed: ", LastError());
        return;
      }
      if (anchors.certificates.size() == TrustBundle::kMaxCertificates) {
        anchors.error =
            absl::StrCat("it holds more than ", TrustBundle::kMaxCertificates, " certificates");
        return;
      }
      const auto size = static_cast<size_t>(reinterpret_cast<const char*>(at) - here);
      collector.Add(std::move(certificate), {here, size}, block.line);
    }
  }
  for (const PemMark& mark : ScanPem(pem)) {
    if (mark.inside_block || read_lines.count(mark.line) > 0) continue;
    NoteUnusedBlock(anchors, mark.label, mark.line,
                    mark.at_line_start ? "it is damaged" : "BEGIN does not start its line");
  }
}

// DER begins with a SEQUENCE whose length has a long form, which is no text.
bool LooksLikeDer(absl::string_view bytes) {
  return bytes.size() > 1 && bytes[0] == 0x30 && (static_cast<unsigned char>(bytes[1]) & 0x80) != 0;
}

// What binary content that is no certificate may be, and what to do with it.
absl::string_view BinaryHint(absl::string_view bytes) {
  constexpr absl::string_view kSignedData("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 11);
  constexpr absl::string_view kVersion3("\x02\x01\x03", 3);
  constexpr absl::string_view kJavaStore("\xfe\xed\xfe\xed", 4);
  const absl::string_view head = bytes.substr(0, 24);
  if (absl::StrContains(head, kSignedData)) {
    return "it is PKCS#7: `openssl pkcs7 -inform der -print_certs` writes its certificates as PEM";
  }
  if (absl::StrContains(head.substr(0, 9), kVersion3)) {
    return "it is PKCS#12: `openssl pkcs12 -nokeys` writes its certificates as PEM";
  }
  if (absl::StartsWith(head, kJavaStore)) {
    return "it is a Java key store: `keytool -exportcert -rfc` writes its certificates as PEM";
  }
  return "";
}

// Why a text without a PEM certificate is none, as far as it can be guessed, and what to do.
std::string WhyNoCertificate(absl::string_view text) {
  const absl::string_view hint = BinaryHint(text);
  if (!hint.empty()) return std::string(hint);
  if (LooksLikeDer(text)) {
    return "it is DER and not PEM: `openssl x509 -inform der` writes it as PEM";
  }
  if (absl::StartsWith(text, "\xff\xfe") || absl::StartsWith(text, "\xfe\xff")) {
    return "it is UTF-16: save it as UTF-8";
  }
  if (absl::StrContains(text, "-----BEGIN CERTIFICATE-----\\n")) {
    return "its line breaks are written as \\n: use real ones, in YAML after `|`";
  }
  if (const std::optional<std::string> decoded = DecodeBase64(text)) {
    if (LooksLikeDer(*decoded)) {
      return "it is base64 without its armour: put a line -----BEGIN CERTIFICATE----- before it "
             "and -----END CERTIFICATE----- after it";
    }
    if (absl::StrContains(*decoded, "-----BEGIN ")) {
      return "it is PEM in base64 once more: decode it, for example with `base64 -d`";
    }
  }
  return "it holds no PEM certificate";
}

void ReadDer(absl::string_view bytes, Anchors& anchors) {
  Collector collector(anchors);
  const auto* const begin = reinterpret_cast<const uint8_t*>(bytes.data());
  const uint8_t* const end = begin + bytes.size();
  const uint8_t* at = begin;
  while (at < end) {
    if (anchors.certificates.size() == TrustBundle::kMaxCertificates) {
      anchors.error =
          absl::StrCat("it holds more than ", TrustBundle::kMaxCertificates, " certificates");
      return;
    }
    const uint8_t* const here = at;
    bssl::UniquePtr<X509> certificate(d2i_X509(nullptr, &at, end - at));
    if (certificate == nullptr) {
      const std::string reason = LastError();
      const absl::string_view hint = BinaryHint(bytes);
      anchors.error = !hint.empty() ? std::string(hint)
                                    : absl::StrCat("the DER at byte ", here - begin,
                                                   " is no certificate: ", reason);
      return;
    }
    collector.Add(std::move(certificate),
                  {reinterpret_cast<const char*>(here), static_cast<size_t>(at - here)},
                  /*line=*/0);
  }
}

// Bundles that somebody holds, by SHA-256 of the text and reader. std::mutex, because the thread
// sanitizer misjudges Debian's absl::Mutex.
class Cache {
 public:
  static Cache& Instance() {
    static Cache* const cache = new Cache;  // never destroyed: bundles may outlive statics
    return *cache;
  }

  std::shared_ptr<const TrustBundle> Find(const std::string& key) {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = bundles_.find(key);
    return found == bundles_.end() ? nullptr : found->second.lock();
  }

  // Keeps `bundle`, unless another thread was first: returns the one to use.
  std::shared_ptr<const TrustBundle> Insert(const std::string& key,
                                            std::shared_ptr<const TrustBundle> bundle) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (bundles_.size() >= next_sweep_) {
      for (auto it = bundles_.begin(); it != bundles_.end();) {
        const auto here = it++;
        if (here->second.expired()) bundles_.erase(here);
      }
      next_sweep_ = 2 * bundles_.size() + 64;
    }
    std::weak_ptr<const TrustBundle>& slot = bundles_[key];
    if (std::shared_ptr<const TrustBundle> first = slot.lock()) return first;
    slot = bundle;
    return bundle;
  }

 private:
  std::mutex mutex_;
  absl::flat_hash_map<std::string, std::weak_ptr<const TrustBundle>> bundles_;
  size_t next_sweep_ = 64;
};

}  // namespace

TrustBundle::Anchors::~Anchors() {
  for (X509* certificate : certificates) X509_free(certificate);
  X509_STORE_free(crls);
}

TrustBundle::TrustBundle(std::unique_ptr<const Anchors> anchors) : anchors_(std::move(anchors)) {}

TrustBundle::~TrustBundle() = default;

std::unique_ptr<const Anchors> TrustBundle::Read(absl::string_view pem, Form form) {
  auto anchors = std::make_unique<Anchors>();
  anchors->crls = X509_STORE_new();
  if (pem.size() > kMaxBytes) {
    anchors->error =
        absl::StrCat("it has ", pem.size(), " bytes, more than the limit of ", kMaxBytes);
  } else if (pem.empty()) {
    anchors->error = "it is empty";
  } else {
    switch (form) {
      case Form::kEnvoyPem:
        ReadForEnvoy(pem, *anchors);
        break;
      case Form::kGoPem:
        ReadForGo(pem, *anchors);
        break;
      case Form::kDer:
        ReadDer(pem, *anchors);
        break;
    }
    if (anchors->error.empty() && anchors->certificates.empty()) {
      anchors->error = WhyNoCertificate(pem);
    }
    if (form != Form::kDer && !anchors->certificates.empty()) {
      for (const int line : ScanLooseBase64(pem)) {
        AddNote(*anchors, Code::kTrustBlockSkipped, line,
                "Base64 that stands outside of a block is not used: it has no BEGIN line");
      }
    }
  }
  if (!anchors->error.empty()) {
    // Nothing of a refused bundle is trusted.
    for (X509* certificate : anchors->certificates) X509_free(certificate);
    anchors->certificates.clear();
    anchors->by_subject.clear();
    anchors->summaries.clear();
    anchors->pem.clear();
  }
  anchors->content_hash = Sha256Hex(anchors->pem);
  return anchors;
}

std::shared_ptr<const TrustBundle> TrustBundle::FindOrRead(absl::string_view bytes, Form form) {
  std::string key = Sha256(bytes);
  key.push_back(static_cast<char>(form));
  if (std::shared_ptr<const TrustBundle> known = Cache::Instance().Find(key)) return known;
  return Cache::Instance().Insert(
      key, std::shared_ptr<const TrustBundle>(new TrustBundle(Read(bytes, form))));
}

std::shared_ptr<const TrustBundle> TrustBundle::Parse(absl::string_view pem, PemReader reader) {
  return FindOrRead(pem, reader == PemReader::kEnvoy ? Form::kEnvoyPem : Form::kGoPem);
}

std::shared_ptr<const TrustBundle> TrustBundle::ParseFile(absl::string_view bytes) {
  return FindOrRead(bytes, LooksLikeDer(bytes) ? Form::kDer : Form::kEnvoyPem);
}

bool TrustBundle::usable() const { return anchors_->error.empty(); }
const std::string& TrustBundle::error() const { return anchors_->error; }
const std::vector<TrustNote>& TrustBundle::notes() const { return anchors_->notes; }
const std::vector<CertificateSummary>& TrustBundle::certificates() const {
  return anchors_->summaries;
}
const std::string& TrustBundle::pem() const { return anchors_->pem; }
const std::string& TrustBundle::content_hash() const { return anchors_->content_hash; }

std::vector<TrustNote> TrustBundle::NotesAt(absl::Time now, absl::Duration soon) const {
  std::vector<TrustNote> notes;
  for (const CertificateSummary& certificate : certificates()) {
    // The end is exclusive, as Envoy sees it.
    if (now >= certificate.not_after) {
      notes.push_back({Code::kTrustExpired,
                       absl::StrCat("The CA certificate ", certificate.subject, " expired on ",
                                    DateText(certificate.not_after)),
                       certificate.line});
    } else if (now < certificate.not_before) {
      notes.push_back({Code::kTrustNotYetValid,
                       absl::StrCat("The CA certificate ", certificate.subject,
                                    " is not valid before ", DateText(certificate.not_before)),
                       certificate.line});
    } else if (certificate.not_after - now <= soon) {
      notes.push_back({Code::kTrustExpiresSoon,
                       absl::StrCat("The CA certificate ", certificate.subject, " expires on ",
                                    DateText(certificate.not_after)),
                       certificate.line});
    }
  }
  return notes;
}

}  // namespace tls
}  // namespace gwpolicy
