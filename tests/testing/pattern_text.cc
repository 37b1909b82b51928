#include "tests/testing/pattern_text.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace gwpolicy::testing {
namespace {

// Reads the expression and makes the text in one go. Of the branches of an alternative and of the
// rounds of a repetition all but the chosen ones are read as well and their text is thrown away.
class Maker {
 public:
  Maker(absl::string_view pattern, Random& random) : pattern_(pattern), random_(random) {}

  std::string Make() {
    std::string text = Alternatives();
    if (at_ != pattern_.size()) {
      ADD_FAILURE() << "unknown syntax at " << at_ << " of " << pattern_;
    }
    return text;
  }

 private:
  bool AtEnd() const { return at_ >= pattern_.size() || pattern_[at_] == ')'; }
  bool Take(char c) {
    if (at_ >= pattern_.size() || pattern_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string Alternatives() {
    std::string chosen = Sequence();
    for (size_t count = 2; Take('|'); ++count) {
      std::string other = Sequence();
      if (random_.Below(count) == 0) chosen = std::move(other);
    }
    return chosen;
  }

  std::string Sequence() {
    std::string text;
    while (!AtEnd() && pattern_[at_] != '|') {
      const size_t start = at_;
      std::string one = Atom();
      const size_t end = at_;
      size_t min = 1;
      size_t max = 1;
      Repetition(min, max);
      const size_t after = at_;
      const size_t rounds = min + random_.Below(max - min + 1);
      if (rounds > 0) text += one;
      for (size_t i = 1; i < rounds; ++i) {
        at_ = start;
        text += Atom();
        if (at_ != end) ADD_FAILURE() << "lost in " << pattern_;
      }
      at_ = after;
    }
    return text;
  }

  void Repetition(size_t& min, size_t& max) {
    const size_t many = random_.Percent(10) ? 20 : 3;
    if (Take('*')) {
      min = 0;
      max = many;
    } else if (Take('+')) {
      max = many;
    } else if (Take('?')) {
      min = 0;
    } else if (Take('{')) {
      const size_t close = pattern_.find('}', at_);
      const absl::string_view inside = pattern_.substr(at_, close - at_);
      const size_t comma = inside.find(',');
      uint32_t first = 0;
      uint32_t last = 0;
      const bool good =
          absl::SimpleAtoi(inside.substr(0, comma), &first) &&
          absl::SimpleAtoi(comma == absl::string_view::npos ? inside : inside.substr(comma + 1),
                           &last);
      if (!good) ADD_FAILURE() << "unknown repetition in " << pattern_;
      min = first;
      max = std::max(first, last);
      at_ = close + 1;
    }
  }

  std::string Atom() {
    const char c = pattern_[at_++];
    if (c == '^' || c == '$') return "";
    if (c == '(') {
      if (pattern_.substr(at_, 2) == "?:") at_ += 2;
      std::string text = Alternatives();
      if (!Take(')')) ADD_FAILURE() << "unclosed group in " << pattern_;
      return text;
    }
    if (c == '[') return std::string(1, OneOfClass());
    if (c == '\\') return std::string(1, Escape());
    if (c == '.') return std::string(1, static_cast<char>('!' + random_.Below(94)));
    return std::string(1, c);
  }

  // Behind a backslash.
  char Escape() {
    const char c = pattern_[at_++];
    if (c == 't') return '\t';
    if (c == 'x') {
      uint32_t code = 0;
      if (!absl::SimpleHexAtoi(pattern_.substr(at_, 2), &code)) {
        ADD_FAILURE() << "unknown escape in " << pattern_;
      }
      at_ += 2;
      return static_cast<char>(code);
    }
    if (absl::ascii_isalnum(c)) ADD_FAILURE() << "unknown escape in " << pattern_;
    return c;
  }

  char OneOfClass() {
    const bool negated = Take('^');
    std::string members;
    while (at_ < pattern_.size() && pattern_[at_] != ']') {
      char first = pattern_[at_++];
      if (first == '\\') first = Escape();
      char last = first;
      const bool is_range =
          pattern_.substr(at_, 1) == "-" && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']';
      // In [0-9-_] the second dash stands for itself.
      if (is_range && pattern_[at_ + 1] >= first && first != '-') {
        ++at_;
        last = pattern_[at_++];
        if (last == '\\') last = Escape();
      }
      for (int c = first; c <= last; ++c) members.push_back(static_cast<char>(c));
    }
    if (!Take(']')) ADD_FAILURE() << "unclosed class in " << pattern_;
    if (!negated) return random_.Pick(members);
    std::string others;
    for (char c = '!'; c <= '~'; ++c) {
      if (members.find(c) == std::string::npos) others.push_back(c);
    }
    return random_.Pick(others);
  }

  const absl::string_view pattern_;
  Random& random_;
  size_t at_ = 0;
};

}  // namespace

std::string TextOfPattern(absl::string_view pattern, Random& random) {
  return Maker(pattern, random).Make();
}

}  // namespace gwpolicy::testing
