#ifndef GWPOLICY_API_FORMATS_H_
#define GWPOLICY_API_FORMATS_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/api/type_info.h"

// The named forms of text of the Gateway API (apis/v1/shared_types.go) and of kgateway, each with
// the limits and the pattern of the published definitions. Matchers are written by hand: a pattern
// is checked in one pass over the text, without backtracking and without allocation. Like the API
// server's they search, unless the pattern is anchored, and `$` is the end of the text only.
// All functions are pure.
namespace gwpolicy {

bool MatchesDnsLabel(absl::string_view text);      // [a-z0-9]([-a-z0-9]*[a-z0-9])?
bool MatchesDnsSubdomain(absl::string_view text);  // labels joined by dots
bool MatchesHostname(absl::string_view text);      // a subdomain, perhaps behind "*."
bool MatchesGroup(absl::string_view text);         // a subdomain or nothing
bool MatchesKind(absl::string_view text);
bool MatchesGatewayController(absl::string_view text);
bool MatchesAbsoluteUri(absl::string_view text);
bool MatchesWellKnownCa(absl::string_view text);
bool MatchesProtocol(absl::string_view text);
bool MatchesDuration(absl::string_view text);
bool MatchesHeaderName(absl::string_view text);
bool MatchesConditionType(absl::string_view text);
bool MatchesConditionReason(absl::string_view text);
// The API server's formats ipv4 and ipv6: leading zeros pass; a zone, mask, brackets or port do
// not.
bool MatchesIpAddress(absl::string_view text);
bool MatchesLabelName(absl::string_view text);  // ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]
bool MatchesUrlPath(absl::string_view text);    // what Exact and PathPrefix may hold
bool MatchesLabelValue(absl::string_view text);
bool MatchesAnnotationKey(absl::string_view text);  // of labels and annotations
bool MatchesAddressType(absl::string_view text);
bool MatchesCorsOrigin(absl::string_view text);
bool MatchesHeaderValue(absl::string_view text);
bool IsIpv4Address(absl::string_view text);  // four decimal numbers without leading zeros

// Milliseconds of a text that `MatchesDuration`; -1 for any other.
int64_t DurationMilliseconds(absl::string_view text);

// A duration as Go reads it, which is what rules in CEL compare: also "1.5s", "-1m", "20us". None
// where Go refuses the text or the span does not fit.
std::optional<absl::Duration> ParseGoDuration(absl::string_view text);

bool MatchesDecimal(absl::string_view text);   // -?([0-9]+(\.[0-9]*)?|\.[0-9]+)
bool MatchesQuantity(absl::string_view text);  // a number with a unit: "64Ki", "1.5M", "1e6"

// The whole number that a Kubernetes quantity stands for, as its client reads it: fractions are
// rounded up (away from zero), what does not fit is the nearest that does. None for a text that is
// no quantity.
std::optional<int64_t> QuantityValue(const IntOrString& quantity);

extern const TextFormat kObjectName;
extern const TextFormat kNamespaceName;
extern const TextFormat kSectionName;
extern const TextFormat kHostname;
extern const TextFormat kPreciseHostname;
extern const TextFormat kGroup;
extern const TextFormat kKindName;
extern const TextFormat kGatewayController;
extern const TextFormat kAbsoluteUri;
extern const TextFormat kWellKnownCa;
extern const TextFormat kProtocol;
extern const TextFormat kDuration;
extern const TextFormat kQuantity;
extern const TextFormat kHeaderName;
extern const TextFormat kAnnotationValue;
extern const TextFormat kLabelValue;
extern const TextFormat kAddressType;
extern const TextFormat kCorsOrigin;
extern const TextFormat kHeaderValue;
extern const TextFormat kUrlPath;
extern const TextFormat kConditionType;
extern const TextFormat kConditionReason;

}  // namespace gwpolicy

#endif  // GWPOLICY_API_FORMATS_H_
