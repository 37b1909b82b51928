#include "gwpolicy/report/validity.h"

#include <cstdint>

namespace gwpolicy {
namespace report {

absl::string_view ValidityName(const tls::CertificateSummary& certificate, const Moment& moment) {
  if (moment.now >= certificate.not_after) return "expired";
  if (moment.now < certificate.not_before) return "notYetValid";
  if (certificate.not_after - moment.now <= moment.soon) return "soon";
  return "valid";
}

Value DaysLeft(const tls::CertificateSummary& certificate, absl::Time now) {
  if (certificate.not_after == absl::InfiniteFuture()) return Value();
  const absl::Duration left = absl::Floor(certificate.not_after - now, absl::Hours(24));
  return static_cast<int64_t>(left / absl::Hours(24));
}

}  // namespace report
}  // namespace gwpolicy
