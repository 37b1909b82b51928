#include "gwpolicy/api/formats.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding_sink.h"

// Fragments of the published patterns that recur in several.
#define GWP_LABEL "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define GWP_SUBDOMAIN GWP_LABEL "(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"

namespace gwpolicy {
namespace {

bool IsLowerOrDigit(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); }
bool IsOneOf(char c, absl::string_view set) { return set.find(c) != absl::string_view::npos; }

// The longest prefix of `text` that is a DNS subdomain; 0 when there is none.
size_t SubdomainPrefix(absl::string_view text) {
  size_t good = 0;  // the end of the longest match so far
  bool at_label_start = true;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (IsLowerOrDigit(c)) {
      good = i + 1;
      at_label_start = false;
    } else if (c == '-' && !at_label_start) {
      continue;
    } else if (c == '.' && !at_label_start && good == i) {
      at_label_start = true;
    } else {
      break;
    }
  }
  return good;
}

bool IsLabelNameChar(char c) { return absl::ascii_isalnum(c) || IsOneOf(c, "-_."); }

// ([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]
bool MatchesShortLabelName(absl::string_view text) {
  return text.size() <= 63 && MatchesLabelName(text);
}

// Takes an unsigned decimal number such as "1", "1." or ".5" off the front.
bool ConsumeDecimal(absl::string_view& text) {
  size_t end = 0;
  size_t digits = 0;
  while (end < text.size() && absl::ascii_isdigit(text[end])) ++end, ++digits;
  if (end < text.size() && text[end] == '.') {
    ++end;
    while (end < text.size() && absl::ascii_isdigit(text[end])) ++end, ++digits;
  }
  if (digits == 0) return false;
  text.remove_prefix(end);
  return true;
}

bool ConsumeSign(absl::string_view& text, absl::string_view signs) {
  if (text.empty() || !IsOneOf(text.front(), signs)) return false;
  text.remove_prefix(1);
  return true;
}

// What a quantity's unit multiplies by: powers of ten and of two.
struct Scale {
  int64_t ten = 0;
  int two = 0;
};

std::optional<Scale> ScaleOf(absl::string_view unit) {
  constexpr absl::string_view kLarge = "KMGTPE";
  if (unit.empty()) return Scale{};
  if (unit.size() == 2 && unit[1] == 'i' && IsOneOf(unit[0], kLarge)) {
    return Scale{0, 10 * (static_cast<int>(kLarge.find(unit[0])) + 1)};
  }
  if (unit.size() == 1) {
    constexpr absl::string_view kUnits = "num kMGTPE";  // a step is a thousand
    const size_t at = kUnits.find(unit[0]);
    if (at == absl::string_view::npos || unit[0] == ' ') return std::nullopt;
    return Scale{3 * (static_cast<int64_t>(at) - 3), 0};
  }
  if (unit[0] != 'e' && unit[0] != 'E') return std::nullopt;
  int32_t exponent = 0;
  if (!absl::SimpleAtoi(unit.substr(unit[1] == '+' ? 2 : 1), &exponent)) return std::nullopt;
  return Scale{exponent, 0};
}

bool IsPathChar(char c) { return absl::ascii_isalnum(c) || IsOneOf(c, "/-._~%!$&'()*+,;=:"); }

}  // namespace

bool MatchesIpAddress(absl::string_view text) {
  if (text.find('\0') != absl::string_view::npos) return false;
  std::string plain;
  if (text.find('.') == absl::string_view::npos) {
    plain = std::string(text);
  } else {
    // Where there is a dot, the server reads numbers as Go did before 1.17.
    bool in_number = false;
    for (size_t i = 0; i < text.size(); ++i) {
      const bool more = i + 1 < text.size() && absl::ascii_isxdigit(text[i + 1]);
      if (text[i] == '0' && !in_number && more) continue;
      in_number = absl::ascii_isxdigit(text[i]);
      plain.push_back(text[i]);
    }
  }
  in_addr v4;
  in6_addr v6;
  return inet_pton(AF_INET, plain.c_str(), &v4) == 1 ||
         inet_pton(AF_INET6, plain.c_str(), &v6) == 1;
}

bool MatchesDnsLabel(absl::string_view text) {
  return MatchesDnsSubdomain(text) && text.find('.') == absl::string_view::npos;
}

bool MatchesDnsSubdomain(absl::string_view text) {
  return !text.empty() && SubdomainPrefix(text) == text.size();
}

bool MatchesHostname(absl::string_view text) {
  if (text.substr(0, 2) == "*.") text.remove_prefix(2);
  return MatchesDnsSubdomain(text);
}

bool MatchesGroup(absl::string_view text) { return text.empty() || MatchesDnsSubdomain(text); }

bool MatchesKind(absl::string_view text) {
  if (text.empty() || !absl::ascii_isalpha(text.front()) || !absl::ascii_isalnum(text.back())) {
    return false;
  }
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && c != '-') return false;
  }
  return true;
}

bool MatchesGatewayController(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos || slash + 1 == text.size()) return false;
  if (!MatchesDnsSubdomain(text.substr(0, slash))) return false;
  for (const char c : text.substr(slash + 1)) {
    if (!IsPathChar(c)) return false;
  }
  return true;
}

// A prefix is enough: a scheme that is not empty, a colon and two slashes.
bool MatchesAbsoluteUri(absl::string_view text) {
  const size_t end = text.find_first_of(":/?#");
  return end != absl::string_view::npos && end > 0 && text.substr(end, 3) == "://";
}

bool MatchesWellKnownCa(absl::string_view text) {
  if (text == "System") return true;
  const size_t slash = text.find('/');
  return slash != absl::string_view::npos && MatchesDnsSubdomain(text.substr(0, slash)) &&
         MatchesShortLabelName(text.substr(slash + 1));
}

// The second alternative of the published pattern has no anchor at its start, so it is searched.
bool MatchesProtocol(absl::string_view text) {
  if (!text.empty() && absl::ascii_isalnum(text.front()) && absl::ascii_isalnum(text.back())) {
    bool plain = true;
    for (const char c : text) plain = plain && (absl::ascii_isalnum(c) || c == '-');
    if (plain) return true;
  }
  const size_t slash = text.rfind('/');
  if (slash == absl::string_view::npos || slash == 0 || slash + 1 == text.size()) return false;
  for (const char c : text.substr(slash + 1)) {
    if (!absl::ascii_isalnum(c)) return false;
  }
  return IsLowerOrDigit(text[slash - 1]);
}

int64_t DurationMilliseconds(absl::string_view text) {
  int64_t total = 0;
  int components = 0;
  while (!text.empty()) {
    int64_t number = 0;
    size_t digits = 0;
    while (digits < text.size() && absl::ascii_isdigit(text[digits])) {
      if (digits == 5) return -1;
      number = number * 10 + (text[digits] - '0');
      ++digits;
    }
    if (digits == 0 || ++components > 4) return -1;
    text.remove_prefix(digits);
    if (text.substr(0, 2) == "ms") {
      text.remove_prefix(2);
    } else if (text.substr(0, 1) == "s") {
      number *= 1000;
      text.remove_prefix(1);
    } else if (text.substr(0, 1) == "m") {
      number *= 60 * 1000;
      text.remove_prefix(1);
    } else if (text.substr(0, 1) == "h") {
      number *= 60 * 60 * 1000;
      text.remove_prefix(1);
    } else {
      return -1;
    }
    total += number;
  }
  return components == 0 ? -1 : total;
}

bool MatchesDuration(absl::string_view text) { return DurationMilliseconds(text) >= 0; }

std::optional<absl::Duration> ParseGoDuration(absl::string_view text) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration)) return std::nullopt;
  constexpr absl::Duration kMost = absl::Nanoseconds(INT64_MAX);
  if (duration > kMost || duration < -kMost) return std::nullopt;
  return duration;
}

bool MatchesDecimal(absl::string_view text) {
  ConsumeSign(text, "-");
  return ConsumeDecimal(text) && text.empty();
}

bool MatchesQuantity(absl::string_view text) {
  ConsumeSign(text, "+-");
  if (!ConsumeDecimal(text)) return false;
  if (text.empty() || (text.size() == 1 && IsOneOf(text[0], "numkMGTPE")) ||
      (text.size() == 2 && text[1] == 'i' && IsOneOf(text[0], "KMGTPE"))) {
    return true;
  }
  if (!ConsumeSign(text, "eE")) return false;
  ConsumeSign(text, "+-");
  return ConsumeDecimal(text) && text.empty();
}

std::optional<int64_t> QuantityValue(const IntOrString& quantity) {
  if (quantity.is_int) return quantity.number;
  absl::string_view text = quantity.text;
  if (!MatchesQuantity(text)) return std::nullopt;
  const bool negative = text.front() == '-';
  ConsumeSign(text, "+-");
  absl::string_view unit = text;
  ConsumeDecimal(unit);
  const absl::string_view digits = text.substr(0, text.size() - unit.size());
  const std::optional<Scale> scale = ScaleOf(unit);
  if (!scale.has_value()) return std::nullopt;

  // Kept below 10^19 so that one more factor of 2^60 fits.
  const absl::uint128 limit = absl::uint128(1000000000000000000) * 10;
  absl::uint128 value = 0;
  int64_t ten = scale->ten;
  bool rest = false;  // digits that were cut off, not all of them zero
  bool after_point = false;
  for (const char c : digits) {
    if (c == '.') {
      after_point = true;
    } else if (value < limit / 10) {
      value = value * 10 + static_cast<unsigned>(c - '0');
      if (after_point) --ten;
    } else {
      rest = rest || c != '0';
      if (!after_point) ++ten;
    }
  }
  value <<= scale->two;
  for (; ten < 0 && value > 0; ++ten) {
    rest = rest || value % 10 != 0;
    value /= 10;
  }
  for (; ten > 0 && value > 0 && value <= absl::uint128(INT64_MAX); --ten) value *= 10;
  if (rest) ++value;
  const int64_t whole =
      static_cast<int64_t>(std::min(value, absl::uint128(static_cast<uint64_t>(INT64_MAX))));
  return negative ? -whole : whole;
}

bool MatchesHeaderName(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && !IsOneOf(c, "!#$%&'*+-.^_`|~")) return false;
  }
  return !text.empty();
}

bool MatchesLabelName(absl::string_view text) {
  if (text.empty() || !absl::ascii_isalnum(text.front()) || !absl::ascii_isalnum(text.back())) {
    return false;
  }
  for (const char c : text) {
    if (!IsLabelNameChar(c)) return false;
  }
  return true;
}

bool MatchesConditionType(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos) return MatchesLabelName(text);
  return MatchesDnsSubdomain(text.substr(0, slash)) && MatchesLabelName(text.substr(slash + 1));
}

bool MatchesConditionReason(absl::string_view text) {
  if (text.empty() || !absl::ascii_isalpha(text.front())) return false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && !IsOneOf(c, "_,:")) return false;
  }
  return absl::ascii_isalnum(text.back()) || text.back() == '_';
}

bool MatchesUrlPath(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !absl::ascii_isxdigit(text[i + 1]) ||
          !absl::ascii_isxdigit(text[i + 2])) {
        return false;
      }
      i += 2;
    } else if (!absl::ascii_isalnum(c) && !IsOneOf(c, "-/._~!$&'()*+,;=:@")) {
      return false;
    }
  }
  return !text.empty();
}

bool MatchesLabelValue(absl::string_view text) { return text.empty() || MatchesLabelName(text); }

bool MatchesAnnotationKey(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos) return MatchesShortLabelName(text);
  return MatchesDnsSubdomain(text.substr(0, slash)) &&
         MatchesShortLabelName(text.substr(slash + 1));
}

// The published pattern is four searches: only the first is anchored at its start, only the last at
// its end.
bool MatchesAddressType(absl::string_view text) {
  if (text.substr(0, 8) == "Hostname") return true;
  if (text.find("IPAddress") != absl::string_view::npos ||
      text.find("NamedAddress") != absl::string_view::npos) {
    return true;
  }
  // The domain may begin anywhere before a slash, so its last letter is enough; all behind the
  // first such slash has to be of a path.
  for (size_t slash = text.find('/'); slash != absl::string_view::npos;
       slash = text.find('/', slash + 1)) {
    if (slash == 0 || slash + 1 == text.size() || !IsLowerOrDigit(text[slash - 1])) continue;
    bool is_path = true;
    for (const char c : text.substr(slash + 1)) is_path = is_path && IsPathChar(c);
    if (is_path) return true;
  }
  return false;
}

// "*", or a scheme and a host, which may begin with a wildcard label or be one, and a port.
bool MatchesCorsOrigin(absl::string_view text) {
  if (text == "*") return true;
  if (text.substr(0, 7) == "http://") {
    text.remove_prefix(7);
  } else if (text.substr(0, 8) == "https://") {
    text.remove_prefix(8);
  } else {
    return false;
  }
  const size_t colon = text.find(':');
  if (colon != absl::string_view::npos) {
    const absl::string_view port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5) return false;
    for (const char c : port) {
      if (!absl::ascii_isdigit(c)) return false;
    }
    text = text.substr(0, colon);
  }
  if (text == "*") return true;
  if (text.substr(0, 2) == "*.") text.remove_prefix(2);
  bool at_start = true;  // of a label, and labels are not empty
  for (const char c : text) {
    if (c == '.') {
      if (at_start) return false;
      at_start = true;
    } else if (absl::ascii_isalnum(c) || c == '-') {
      at_start = false;
    } else {
      return false;
    }
  }
  return !at_start;
}

// Visible characters, with single blanks or tabs between them.
bool MatchesHeaderValue(absl::string_view text) {
  bool after_visible = false;
  for (const char c : text) {
    const bool visible = c >= '!' && c <= '~';
    if (!visible && (!after_visible || (c != ' ' && c != '\t'))) return false;
    after_visible = visible;
  }
  return after_visible;
}

bool IsIpv4Address(absl::string_view text) {
  int dots = 0;
  int digits = 0;
  int number = 0;
  for (const char c : text) {
    if (c == '.') {
      if (digits == 0) return false;
      ++dots;
      digits = number = 0;
      continue;
    }
    if (!absl::ascii_isdigit(c) || (digits > 0 && number == 0)) return false;
    number = 10 * number + (c - '0');
    ++digits;
    if (number > 255) return false;
  }
  return dots == 3 && digits > 0;
}

namespace {

// Neither form of host name may be an address, says its documentation; its pattern lets IPv4 pass.
void AdviseOnHostname(absl::string_view text, FindingSink& sink) {
  if (!IsIpv4Address(text)) return;
  sink.Add(Code::kLintAddressAsHostname,
           absl::StrCat(text, " is an IP address; the Gateway API wants a DNS name here."));
}

}  // namespace

const TextFormat kObjectName{"ObjectName", 1, 253, "", nullptr};
const TextFormat kNamespaceName{"Namespace", 1, 63, "^" GWP_LABEL "$", MatchesDnsLabel};
const TextFormat kSectionName{"SectionName", 1, 253, "^" GWP_SUBDOMAIN "$", MatchesDnsSubdomain};
const TextFormat kHostname{"Hostname",      1, 253, "^(\\*\\.)?" GWP_SUBDOMAIN "$", MatchesHostname,
                           AdviseOnHostname};
const TextFormat kPreciseHostname{
    "PreciseHostname", 1, 253, "^" GWP_SUBDOMAIN "$", MatchesDnsSubdomain, AdviseOnHostname};
const TextFormat kGroup{"Group", 0, 253, "^$|^" GWP_SUBDOMAIN "$", MatchesGroup};
const TextFormat kKindName{"Kind", 1, 63, "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$", MatchesKind};
const TextFormat kGatewayController{"GatewayController", 1, 253,
                                    "^" GWP_SUBDOMAIN "\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$",
                                    MatchesGatewayController};
const TextFormat kAbsoluteUri{"AbsoluteURI", 1, 253,
                              "^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\\?([^#]*))?(#(.*))?",
                              MatchesAbsoluteUri};
const TextFormat kWellKnownCa{"WellKnownCACertificatesType", 1, 253,
                              "^(System|(" GWP_SUBDOMAIN
                              "/([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))$",
                              MatchesWellKnownCa};
const TextFormat kProtocol{
    "ProtocolType", 1, 255,
    "^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|" GWP_SUBDOMAIN "\\/[A-Za-z0-9]+$", MatchesProtocol};
const TextFormat kDuration{"Duration", 0, -1, "^([0-9]{1,5}(h|m|s|ms)){1,4}$", MatchesDuration};
const TextFormat kQuantity{
    "Quantity", 0, -1,
    "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\."
    "[0-9]*)?)|(\\.[0-9]+))))?$",
    MatchesQuantity};
const TextFormat kHeaderName{"HeaderName", 1, 256, "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
                             MatchesHeaderName};
const TextFormat kAnnotationValue{"AnnotationValue", 0, 4096, "", nullptr};
const TextFormat kLabelValue{"LabelValue", 0, 63, "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$",
                             MatchesLabelValue};
const TextFormat kAddressType{"AddressType", 1, 253,
                              "^Hostname|IPAddress|NamedAddress|" GWP_SUBDOMAIN
                              "\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$",
                              MatchesAddressType};
const TextFormat kCorsOrigin{
    "CORSOrigin", 1, 253,
    "(^\\*$)|(^(http(s)?):\\/\\/"
    "(((\\*\\.)?([a-zA-Z0-9\\-]+\\.)*[a-zA-Z0-9-]+|\\*)(:([0-9]{1,5}))?)$)",
    MatchesCorsOrigin};
const TextFormat kHeaderValue{"HTTPHeaderValue", 1, 4096, "^[!-~]+([\\t ]?[!-~]+)*$",
                              MatchesHeaderValue};
const TextFormat kUrlPath{"HTTPPath", 0, 1024,
                          "^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$", MatchesUrlPath};
const TextFormat kConditionType{"ConditionType", 0, 316,
                                "^(" GWP_SUBDOMAIN "/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
                                MatchesConditionType};
const TextFormat kConditionReason{
    "ConditionReason", 1, 1024, "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$", MatchesConditionReason};

}  // namespace gwpolicy

#undef GWP_SUBDOMAIN
#undef GWP_LABEL
