#ifndef GWPOLICY_REPORT_TRUST_H_
#define GWPOLICY_REPORT_TRUST_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/report/validity.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace report {

// A trust bundle and where it came from.
struct TrustSourceEntry {
  std::string source;  // as the user named it: "ca.pem", "ConfigMap/default/ca", "system"
  std::string path;    // the file that it stands in, "" when none
  int line = 0;        // in that file, where the text of the bundle begins; 0 when unknown
  std::shared_ptr<const tls::TrustBundle> bundle;  // null: there is none, and `problems` say why
  std::vector<tls::TrustNote> problems;
};

// kind: TrustBundles, with `bundles` in the order given and `summary` {"bundles","certificates",
// "errors","warnings"}. A bundle has "source","path","line","usable","contentHash","certificates"
// (CertificateValue with "line","daysLeft","validity") and "notes" by line ({"code","level",
// "message","remedy","line"}). Lines of certificates and notes are those of the bundle's own text,
// 0 for DER. Pure; thread-safe.
Value TrustDocument(absl::Span<const TrustSourceEntry> entries, const Moment& moment);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_TRUST_H_
