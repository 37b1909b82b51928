#include "gwpolicy/tls/pem_blocks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace gwpolicy {
namespace tls {
namespace {

constexpr absl::string_view kBegin = "-----BEGIN ";
constexpr absl::string_view kEnd = "-----END ";
constexpr absl::string_view kDashes = "-----";

// Turns ascending offsets into line numbers, in one pass over the text.
class LineCounter {
 public:
  explicit LineCounter(absl::string_view text) : text_(text) {}

  int LineAt(size_t offset) {
    line_ += static_cast<int>(std::count(text_.begin() + counted_, text_.begin() + offset, '\n'));
    counted_ = offset;
    return line_;
  }

 private:
  absl::string_view text_;
  size_t counted_ = 0;
  int line_ = 1;
};

// Go's getLine: the line without blanks at its end, and what follows it.
struct Line {
  absl::string_view text;
  absl::string_view rest;
};

Line GetLine(absl::string_view data) {
  size_t end = data.find('\n');
  size_t next;
  if (end == absl::string_view::npos) {
    end = next = data.size();
  } else {
    next = end + 1;
    if (end > 0 && data[end - 1] == '\r') --end;
  }
  absl::string_view line = data.substr(0, end);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  return {line, data.substr(next)};
}

// Whether it is lines of `columns` characters of base64, of which the last may be shorter, with the
// padding that is due and no bits that are lost.
bool IsPlainBase64(absl::string_view text, size_t columns) {
  if (text.empty() || text.back() != '\n') return false;
  while (true) {
    const size_t end = text.find('\n');
    absl::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty() || line.size() > columns) return false;
    absl::string_view padding;
    if (!text.empty()) {
      if (line.size() != columns) return false;
    } else {
      if (line.size() % 4 != 0) return false;
      padding = line.substr(std::min(line.size(), line.find('=')));
      line.remove_suffix(padding.size());
    }
    for (const char c : line) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '+' && c != '/') return false;
    }
    if (!text.empty()) continue;
    if (padding.empty()) return true;
    if (padding == "=") return absl::StrContains("AEIMQUYcgkosw048", line.back());
    return padding == "==" && absl::StrContains("AQgw", line.back());
  }
}

}  // namespace

// As Go's base64.StdEncoding.
std::optional<std::string> DecodeBase64(absl::string_view text) {
  std::string compact;
  compact.reserve(text.size());
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') compact.push_back(c);
  }
  // absl takes more than Go does: blanks of other kinds, missing padding.
  for (const char c : compact) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '+' && c != '/' && c != '=') {
      return std::nullopt;
    }
  }
  if (compact.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  if (!absl::Base64Unescape(compact, &bytes)) return std::nullopt;
  return bytes;
}

std::vector<PemMark> ScanPem(absl::string_view text) {
  std::vector<PemMark> marks;
  LineCounter lines(text);
  std::string open_end;  // the END line of the block that is open
  size_t at = 0;
  while ((at = text.find(kDashes, at)) != absl::string_view::npos) {
    const absl::string_view here = text.substr(at);
    if (absl::StartsWith(here, kEnd)) {
      const Line end = GetLine(here);
      if (!open_end.empty() && absl::StartsWith(end.text, open_end)) {
        open_end.clear();
        // `-----END X----------BEGIN X-----` holds a mark as well.
        at += std::min(here.size(), kEnd.size());
        continue;
      }
    }
    if (!absl::StartsWith(here, kBegin)) {
      ++at;
      continue;
    }
    PemMark mark;
    mark.line = lines.LineAt(at);
    mark.offset = at;
    mark.at_line_start = at == 0 || text[at - 1] == '\n';
    mark.inside_block = !open_end.empty();
    // A line has no blanks at its end, not even the one of BEGIN.
    absl::string_view label_line = GetLine(here).text;
    label_line.remove_prefix(std::min(label_line.size(), kBegin.size()));
    if (absl::EndsWith(label_line, kDashes)) {
      mark.label = label_line.substr(0, label_line.size() - kDashes.size());
      if (mark.at_line_start && open_end.empty()) {
        open_end = absl::StrCat(kEnd, mark.label, kDashes);
      }
    }
    marks.push_back(mark);
    at += kBegin.size();
  }
  return marks;
}

std::optional<std::vector<PlainBlock>> ReadPlainPem(absl::string_view text) {
  constexpr absl::string_view kBeginLine = "-----BEGIN CERTIFICATE-----\n";
  constexpr absl::string_view kEndLine = "-----END CERTIFICATE-----";
  constexpr size_t kColumns = 64;
  if (absl::StrContains(text, '\0')) return std::nullopt;
  std::vector<PlainBlock> blocks;
  LineCounter lines(text);
  size_t at = 0;
  while (true) {
    const size_t begin = text.find('-', at);
    if (begin == absl::string_view::npos) return blocks;
    if ((begin > 0 && text[begin - 1] != '\n') ||
        !absl::StartsWith(text.substr(begin), kBeginLine)) {
      return std::nullopt;
    }
    const size_t body = begin + kBeginLine.size();
    const size_t end = text.find('-', body);
    if (end == absl::string_view::npos || !absl::StartsWith(text.substr(end), kEndLine)) {
      return std::nullopt;
    }
    at = end + kEndLine.size();
    if (at < text.size() && text[at++] != '\n') return std::nullopt;
    const absl::string_view base64 = text.substr(body, end - body);
    if (!IsPlainBase64(base64, kColumns)) return std::nullopt;
    PlainBlock block;
    block.line = lines.LineAt(begin);
    if (!absl::Base64Unescape(base64, &block.der)) return std::nullopt;
    blocks.push_back(std::move(block));
  }
}

std::vector<int> ScanLooseBase64(absl::string_view text) {
  // A SEQUENCE of 256 bytes or more begins so; shorter ones are no certificates.
  constexpr absl::string_view kSequence = "MII";
  constexpr size_t kShortestLine = 40;
  std::vector<int> found;
  bool inside = false;
  bool loose = false;  // the line before was
  int number = 0;
  while (!text.empty()) {
    const Line line = GetLine(text);
    text = line.rest;
    ++number;
    const absl::string_view content = absl::StripAsciiWhitespace(line.text);
    if (absl::StrContains(content, kBegin)) {
      inside = true;
    } else if (absl::StrContains(content, kEnd)) {
      inside = false;
    }
    const bool base64 = !inside && content.size() >= kShortestLine &&
                        std::all_of(content.begin(), content.end(), [](unsigned char c) {
                          return absl::ascii_isalnum(c) || c == '+' || c == '/' || c == '=';
                        });
    if (base64 && !loose && absl::StartsWith(content, kSequence)) found.push_back(number);
    loose = base64;
  }
  return found;
}

bool IsPrivateKeyLabel(absl::string_view label) { return absl::EndsWith(label, "PRIVATE KEY"); }

std::vector<GoPemBlock> ReadPemAsGo(absl::string_view text) {
  std::vector<GoPemBlock> blocks;
  const std::string newline_begin = absl::StrCat("\n", kBegin);
  const std::string newline_end = absl::StrCat("\n", kEnd);
  LineCounter lines(text);
  absl::string_view rest = text;
  for (;;) {
    if (absl::StartsWith(rest, kBegin)) {
      rest.remove_prefix(kBegin.size());
    } else {
      const size_t found = rest.find(newline_begin);
      if (found == absl::string_view::npos) return blocks;
      rest.remove_prefix(found + newline_begin.size());
    }
    const int line = lines.LineAt(rest.data() - text.data());
    Line label = GetLine(rest);
    rest = label.rest;
    if (!absl::EndsWith(label.text, kDashes)) continue;
    label.text.remove_suffix(kDashes.size());

    GoPemBlock block;
    block.label = std::string(label.text);
    block.line = line;
    for (;;) {
      if (rest.empty()) return blocks;
      const Line header = GetLine(rest);
      if (!absl::StrContains(header.text, ':')) break;
      block.has_headers = true;
      rest = header.rest;
    }

    size_t end = 0;
    size_t trailer_at = kEnd.size();
    if (block.has_headers || !absl::StartsWith(rest, kEnd)) {
      end = rest.find(newline_end);
      if (end == absl::string_view::npos) continue;
      trailer_at = end + newline_end.size();
    }
    const absl::string_view after_end = rest.substr(trailer_at);
    const size_t trailer_size = block.label.size() + kDashes.size();
    if (after_end.size() < trailer_size) continue;
    const absl::string_view trailer = after_end.substr(0, trailer_size);
    if (!absl::StartsWith(trailer, block.label) || !absl::EndsWith(trailer, kDashes)) continue;
    if (!GetLine(after_end.substr(trailer_size)).text.empty()) continue;
    std::optional<std::string> bytes = DecodeBase64(rest.substr(0, end));
    if (!bytes.has_value()) continue;
    block.bytes = *std::move(bytes);
    blocks.push_back(std::move(block));
    rest = GetLine(rest.substr(end + newline_end.size() - 1)).rest;
  }
}

std::string EncodePem(absl::string_view label, absl::string_view bytes) {
  constexpr size_t kColumns = 64;
  const std::string base64 = absl::Base64Escape(bytes);
  std::string pem = absl::StrCat(kBegin, label, kDashes, "\n");
  for (size_t at = 0; at < base64.size(); at += kColumns) {
    absl::StrAppend(&pem, absl::string_view(base64).substr(at, kColumns), "\n");
  }
  absl::StrAppend(&pem, kEnd, label, kDashes, "\n");
  return pem;
}

}  // namespace tls
}  // namespace gwpolicy
