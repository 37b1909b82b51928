#ifndef GWPOLICY_REPORT_VALIDITY_H_
#define GWPOLICY_REPORT_VALIDITY_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/base/value.h"
#include "gwpolicy/tls/trust_bundle.h"

// What all reports say of a certificate's time. Pure; thread-safe.
namespace gwpolicy {
namespace report {

// When reports are made, and what "soon" is.
struct Moment {
  absl::Time now;
  absl::Duration soon = absl::Hours(24 * 30);
};

// "expired", "notYetValid", "soon" (it ends within `soon`) or "valid". The end is exclusive, as
// Envoy has it.
absl::string_view ValidityName(const tls::CertificateSummary& certificate, const Moment& moment);

// Whole days until it ends, negative when it has ended; null for a malformed date.
Value DaysLeft(const tls::CertificateSummary& certificate, absl::Time now);

}  // namespace report
}  // namespace gwpolicy

#endif  // GWPOLICY_REPORT_VALIDITY_H_
