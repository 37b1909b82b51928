#include "gwpolicy/report/trust.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/report/backends.h"
#include "gwpolicy/report/findings.h"

namespace gwpolicy {
namespace report {
namespace {

// All that is to be said about one entry, by line.
std::vector<tls::TrustNote> NotesOf(const TrustSourceEntry& entry, const Moment& moment) {
  std::vector<tls::TrustNote> notes = entry.problems;
  if (entry.bundle != nullptr) {
    const tls::TrustBundle& bundle = *entry.bundle;
    if (!bundle.usable()) {
      notes.push_back(
          {Code::kTrustInvalid, absl::StrCat("The bundle cannot be used: ", bundle.error()), 0});
    }
    notes.insert(notes.end(), bundle.notes().begin(), bundle.notes().end());
    for (tls::TrustNote& note : bundle.NotesAt(moment.now, moment.soon)) {
      notes.push_back(std::move(note));
    }
  }
  std::stable_sort(
      notes.begin(), notes.end(),
      [](const tls::TrustNote& a, const tls::TrustNote& b) { return a.line < b.line; });
  return notes;
}

Value NoteValue(const tls::TrustNote& note) {
  const CodeInfo& info = InfoOf(note.code);
  Value out = Value::MakeObject();
  out.Set("code", info.name);
  out.Set("level", LevelName(info.level));
  out.Set("message", note.message);
  out.Set("remedy", info.remedy);
  out.Set("line", note.line);
  return out;
}

Value CertificateList(const tls::TrustBundle& bundle, const Moment& moment) {
  Value list = Value::MakeList();
  for (const tls::CertificateSummary& certificate : bundle.certificates()) {
    Value one = CertificateValue(certificate);
    one.Set("line", certificate.line);
    one.Set("daysLeft", DaysLeft(certificate, moment.now));
    one.Set("validity", ValidityName(certificate, moment));
    list.Append(std::move(one));
  }
  return list;
}

}  // namespace

Value TrustDocument(absl::Span<const TrustSourceEntry> entries, const Moment& moment) {
  int64_t certificates = 0;
  int64_t errors = 0;
  int64_t warnings = 0;
  Value bundles = Value::MakeList();
  for (const TrustSourceEntry& entry : entries) {
    Value notes = Value::MakeList();
    for (const tls::TrustNote& note : NotesOf(entry, moment)) {
      errors += InfoOf(note.code).level == Level::kError;
      warnings += InfoOf(note.code).level == Level::kWarning;
      notes.Append(NoteValue(note));
    }
    const tls::TrustBundle* bundle = entry.bundle.get();
    const bool usable = bundle != nullptr && bundle->usable();
    if (bundle != nullptr) certificates += static_cast<int64_t>(bundle->certificates().size());
    Value out = Value::MakeObject();
    out.Set("source", entry.source);
    out.Set("path", entry.path);
    out.Set("line", entry.line);
    out.Set("usable", usable);
    out.Set("contentHash", usable ? bundle->content_hash() : "");
    out.Set("certificates",
            bundle == nullptr ? Value::MakeList() : CertificateList(*bundle, moment));
    out.Set("notes", std::move(notes));
    bundles.Append(std::move(out));
  }
  Value summary = Value::MakeObject();
  summary.Set("bundles", static_cast<int64_t>(entries.size()));
  summary.Set("certificates", certificates);
  summary.Set("errors", errors);
  summary.Set("warnings", warnings);
  Value out = Value::MakeObject();
  out.Set("apiVersion", kApiVersion);
  out.Set("kind", "TrustBundles");
  out.Set("at", TimeValue(moment.now));
  out.Set("bundles", std::move(bundles));
  out.Set("summary", std::move(summary));
  return out;
}

}  // namespace report
}  // namespace gwpolicy
