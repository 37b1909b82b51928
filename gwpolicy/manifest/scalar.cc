// How a YAML scalar without quotes becomes a value: YAML 1.1 as the Kubernetes clients read it
// (sigs.k8s.io/yaml, which follows Go's yaml.v2).
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "gwpolicy/manifest/node.h"

namespace gwpolicy::manifest {
namespace {

struct Word {
  absl::string_view text;
  NodeKind kind;
  bool boolean;
};

constexpr Word kWords[] = {{"", NodeKind::kNull, false},      {"~", NodeKind::kNull, false},
                           {"null", NodeKind::kNull, false},  {"Null", NodeKind::kNull, false},
                           {"NULL", NodeKind::kNull, false},  {"true", NodeKind::kBool, true},
                           {"True", NodeKind::kBool, true},   {"TRUE", NodeKind::kBool, true},
                           {"y", NodeKind::kBool, true},      {"Y", NodeKind::kBool, true},
                           {"yes", NodeKind::kBool, true},    {"Yes", NodeKind::kBool, true},
                           {"YES", NodeKind::kBool, true},    {"on", NodeKind::kBool, true},
                           {"On", NodeKind::kBool, true},     {"ON", NodeKind::kBool, true},
                           {"false", NodeKind::kBool, false}, {"False", NodeKind::kBool, false},
                           {"FALSE", NodeKind::kBool, false}, {"n", NodeKind::kBool, false},
                           {"N", NodeKind::kBool, false},     {"no", NodeKind::kBool, false},
                           {"No", NodeKind::kBool, false},    {"NO", NodeKind::kBool, false},
                           {"off", NodeKind::kBool, false},   {"Off", NodeKind::kBool, false},
                           {"OFF", NodeKind::kBool, false}};

// The longest word above, and the letters that one may begin with.
constexpr size_t kLongestWord = 5;

// A Go integer literal without underscores: 0x, 0o, 0b, and a leading zero for octal.
bool ParseInteger(absl::string_view text, int64_t& value) {
  bool negative = false;
  if (text.front() == '-' || text.front() == '+') {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || !absl::ascii_isdigit(text.front())) return false;
  int base = 10;
  if (text.size() > 1 && text.front() == '0') {
    const char mark = absl::ascii_tolower(text[1]);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
    if (text.empty()) return false;
  }
  uint64_t total = 0;
  for (const char c : text) {
    int digit = 0;
    if (absl::ascii_isdigit(c)) {
      digit = c - '0';
    } else if (absl::ascii_isxdigit(c)) {
      digit = absl::ascii_tolower(c) - 'a' + 10;
    } else {
      return false;
    }
    if (digit >= base) return false;
    if (total > (std::numeric_limits<uint64_t>::max() - static_cast<uint64_t>(digit)) /
                    static_cast<uint64_t>(base)) {
      return false;
    }
    total = total * static_cast<uint64_t>(base) + static_cast<uint64_t>(digit);
  }
  constexpr uint64_t kMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (total > kMax + (negative ? 1 : 0)) return false;
  value = negative ? static_cast<int64_t>(0 - total) : static_cast<int64_t>(total);
  return true;
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool LooksLikeFloat(absl::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t from = at;
    while (at < text.size() && absl::ascii_isdigit(text[at])) ++at;
    return at - from;
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  } else {
    if (digits() == 0) return false;
    if (at < text.size() && text[at] == '.') {
      ++at;
      digits();
    }
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

bool IsSpecialFloat(absl::string_view text, double& value) {
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  if (text == ".inf" || text == ".Inf" || text == ".INF") {
    value = negative ? -std::numeric_limits<double>::infinity()
                     : std::numeric_limits<double>::infinity();
    return true;
  }
  if (text == ".nan" || text == ".NaN" || text == ".NAN") {
    value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  return false;
}

// A float without a fraction is the integer that JSON would make of it.
void SetNumber(Node& node, double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (value >= -kExact && value <= kExact &&
      value == static_cast<double>(static_cast<int64_t>(value))) {
    node.kind = NodeKind::kInt;
    node.integer = static_cast<int64_t>(value);
  } else {
    node.kind = NodeKind::kFloat;
    node.number = value;
  }
}

}  // namespace

void ResolvePlainScalar(Node& node) {
  node.kind = NodeKind::kString;
  const absl::string_view text = node.text;
  if (text.size() <= kLongestWord) {
    for (const Word& word : kWords) {
      if (word.text != text) continue;
      node.kind = word.kind;
      node.boolean = word.boolean;
      return;
    }
  }
  const char first = text.front();
  if (!absl::ascii_isdigit(first) && first != '+' && first != '-' && first != '.') return;

  std::string without;
  absl::string_view digits = text;
  if (absl::StrContains(text, '_')) {
    for (const char c : text) {
      if (c != '_') without.push_back(c);
    }
    digits = without;
    if (digits.empty()) return;
  }
  int64_t integer = 0;
  double number = 0;
  if (ParseInteger(digits, integer)) {
    node.kind = NodeKind::kInt;
    node.integer = integer;
  } else if (LooksLikeFloat(digits)) {
    if (digits.front() == '+') digits.remove_prefix(1);
    if (absl::SimpleAtod(digits, &number)) SetNumber(node, number);
  } else if (IsSpecialFloat(digits, number)) {
    node.kind = NodeKind::kFloat;
    node.number = number;
  }
}

}  // namespace gwpolicy::manifest
