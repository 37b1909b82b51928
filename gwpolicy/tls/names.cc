#include "gwpolicy/tls/names.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace gwpolicy {
namespace tls {
namespace {

constexpr size_t kMaxNamesInMessage = 20;
constexpr size_t kMaxNameBytes = 253;

absl::string_view TypeName(SubjectAltName::Type type) {
  switch (type) {
    case SubjectAltName::Type::kDns:
      return "DNS";
    case SubjectAltName::Type::kUri:
      return "URI";
    case SubjectAltName::Type::kIp:
      return "IP";
    case SubjectAltName::Type::kEmail:
      return "email";
    case SubjectAltName::Type::kOther:
      return "other";
  }
  return "other";
}

SubjectAltName::Type PresentedType(PeerName::Type type) {
  switch (type) {
    case PeerName::Type::kDns:
      return SubjectAltName::Type::kDns;
    case PeerName::Type::kUri:
      return SubjectAltName::Type::kUri;
    case PeerName::Type::kIp:
      return SubjectAltName::Type::kIp;
    case PeerName::Type::kEmail:
      return SubjectAltName::Type::kEmail;
  }
  return SubjectAltName::Type::kOther;
}

std::pair<absl::string_view, absl::string_view> SplitFirstLabel(absl::string_view name) {
  const size_t dot = name.find('.');
  if (dot == absl::string_view::npos) return {name, absl::string_view()};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

// Whether `label`, which holds at most one `*`, matches `pattern`'s text.
bool LabelMatches(absl::string_view pattern, absl::string_view label) {
  const size_t star = pattern.find('*');
  if (star == absl::string_view::npos) return false;
  if (pattern.find('*', star + 1) != absl::string_view::npos) return false;
  const absl::string_view before = pattern.substr(0, star);
  const absl::string_view after = pattern.substr(star + 1);
  return label.size() >= before.size() + after.size() && absl::StartsWith(label, before) &&
         absl::EndsWith(label, after);
}

NameMatch MatchOne(const PeerName& expected, const SubjectAltName& presented) {
  if (PresentedType(expected.type) != presented.type) return NameMatch::kNone;
  switch (expected.type) {
    case PeerName::Type::kDns:
      return MatchDnsName(expected.value, presented.value);
    case PeerName::Type::kUri:
    case PeerName::Type::kIp:
    case PeerName::Type::kEmail:
      return expected.value == presented.value ? NameMatch::kFull : NameMatch::kNone;
  }
  return NameMatch::kNone;
}

struct Miss {
  int distance = 0;  // smaller is nearer
  std::string why;
};

Miss ExplainMiss(const PeerName& expected, const SubjectAltName& presented) {
  const std::string have = presented.Text();
  if (PresentedType(expected.type) != presented.type) {
    if (expected.value == presented.value) {
      return {1, absl::StrCat(have, " has the same text but another type than ",
                              PeerNameText(expected))};
    }
    return {100, ""};
  }
  if (expected.type != PeerName::Type::kDns) {
    if (absl::EqualsIgnoreCase(expected.value, presented.value)) {
      return {1, absl::StrCat(have, " differs only in upper and lower case, which counts here")};
    }
    if (absl::StripSuffix(expected.value, "/") == absl::StripSuffix(presented.value, "/")) {
      return {1, absl::StrCat(have, " differs only in the slash at the end, which counts here")};
    }
    return {50, ""};
  }
  const std::string want = absl::AsciiStrToLower(expected.value);
  const std::string got = absl::AsciiStrToLower(presented.value);
  if (absl::StripSuffix(want, ".") == absl::StripSuffix(got, ".")) {
    return {1, absl::StrCat(have, " differs only in the dot at the end, which counts")};
  }
  if (absl::StartsWith(got, "*.")) {
    const absl::string_view below = absl::string_view(got).substr(2);
    const std::string suffix = EscapedForPeople(below, kMaxNameBytes);
    if (want == below) {
      return {2,
              absl::StrCat(have, " covers the names below ", suffix, ", not ", suffix, " itself")};
    }
    if (absl::EndsWith(want, absl::StrCat(".", below))) {
      return {2, absl::StrCat(have, " stands for exactly one label, and ",
                              EscapedForPeople(expected.value, kMaxNameBytes), " has more before ",
                              suffix)};
    }
  }
  if (absl::StartsWith(want, "*.") && SplitFirstLabel(want).second == SplitFirstLabel(got).second) {
    return {3, absl::StrCat("a wildcard in an accepted name is literal text, so ",
                            EscapedForPeople(expected.value, kMaxNameBytes), " does not accept ",
                            have)};
  }
  // Labels that are equal, counted from the end.
  std::vector<absl::string_view> a = absl::StrSplit(want, '.');
  std::vector<absl::string_view> b = absl::StrSplit(got, '.');
  int equal = 0;
  while (equal < static_cast<int>(std::min(a.size(), b.size())) &&
         a[a.size() - 1 - equal] == b[b.size() - 1 - equal]) {
    ++equal;
  }
  if (equal > 1) return {40 - equal, absl::StrCat("the nearest is ", have)};
  return {50, ""};
}

}  // namespace

std::string EscapedForPeople(absl::string_view text, size_t max_bytes) {
  std::string escaped;
  for (const char c : text.substr(0, max_bytes)) {
    if (c >= 0x20 && c < 0x7f) {
      escaped.push_back(c);
    } else {
      absl::StrAppend(&escaped, "\\x", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  if (text.size() > max_bytes) escaped += "...";
  return escaped;
}

std::string SubjectAltName::Text() const {
  return absl::StrCat(TypeName(type), ":", EscapedForPeople(value, kMaxNameBytes));
}

std::string PeerNameText(const PeerName& name) {
  return absl::StrCat(TypeName(PresentedType(name.type)), ":",
                      EscapedForPeople(name.value, kMaxNameBytes));
}

NameMatch MatchDnsName(absl::string_view expected, absl::string_view presented) {
  if (absl::EqualsIgnoreCase(expected, presented)) return NameMatch::kFull;
  const std::string want = absl::AsciiStrToLower(expected);
  const std::string have = absl::AsciiStrToLower(presented);
  const auto [want_first, want_rest] = SplitFirstLabel(want);
  const auto [have_first, have_rest] = SplitFirstLabel(have);
  if (want_rest.empty() || have_rest.empty() || want_rest != have_rest) return NameMatch::kNone;
  if (absl::StrContains(have_rest, '*') || absl::StartsWith(have_first, "xn--")) {
    return NameMatch::kNone;
  }
  if (!LabelMatches(have_first, want_first)) return NameMatch::kNone;
  const bool whole_label = have_first == "*";
  const bool below_one_label = !absl::StrContains(have_rest, '.');
  return whole_label && !below_one_label ? NameMatch::kFull : NameMatch::kEnvoyOnly;
}

NameMatch MatchNames(const PeerNames& names, absl::Span<const SubjectAltName> presented) {
  NameMatch best = NameMatch::kNone;
  for (const PeerName& expected : names.accepted) {
    for (const SubjectAltName& have : presented) {
      best = std::max(best, MatchOne(expected, have));
      if (best == NameMatch::kFull) return best;
    }
  }
  return best;
}

std::string ExplainMismatch(const PeerNames& names, absl::Span<const SubjectAltName> presented,
                            absl::string_view common_name) {
  std::vector<std::string> accepted;
  for (const PeerName& name : names.accepted) {
    if (accepted.size() == kMaxNamesInMessage) break;
    accepted.push_back(PeerNameText(name));
  }
  std::string message = accepted.empty()
                            ? "no name is accepted"
                            : absl::StrCat("expected ", absl::StrJoin(accepted, " or "));
  const bool common_name_equal = std::any_of(
      names.accepted.begin(), names.accepted.end(),
      [&](const PeerName& name) { return absl::EqualsIgnoreCase(name.value, common_name); });
  if (presented.empty()) {
    absl::StrAppend(&message, ", but the certificate has no subjectAltName");
    if (!common_name.empty()) {
      absl::StrAppend(&message, "; its common name ", EscapedForPeople(common_name, kMaxNameBytes),
                      common_name_equal ? " is equal, but does not count" : " does not count");
    }
    return message;
  }
  std::vector<std::string> found;
  for (const SubjectAltName& name : presented) {
    if (found.size() == kMaxNamesInMessage) {
      found.push_back(absl::StrCat(presented.size() - kMaxNamesInMessage, " more"));
      break;
    }
    found.push_back(name.Text());
  }
  absl::StrAppend(&message, ", but the certificate is for ", absl::StrJoin(found, ", "));
  Miss nearest{100, ""};
  for (const PeerName& expected : names.accepted) {
    for (const SubjectAltName& have : presented) {
      Miss miss = ExplainMiss(expected, have);
      if (!miss.why.empty() && miss.distance < nearest.distance) nearest = std::move(miss);
    }
  }
  // With one name on the list, "the nearest is" says nothing new.
  if (!nearest.why.empty() && (presented.size() > 1 || nearest.distance < 10)) {
    absl::StrAppend(&message, "; ", nearest.why);
  }
  if (common_name_equal) absl::StrAppend(&message, "; the common name does not count");
  return message;
}

}  // namespace tls
}  // namespace gwpolicy
