#include "gwpolicy/manifest/text_writer.h"

#include <yaml.h>

#include <charconv>
#include <cmath>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/manifest/node.h"

namespace gwpolicy::manifest {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The length of the UTF-8 sequence at the start of `text`; 0 when there is none.
size_t Utf8Length(absl::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                        : first >= 0xE0 && first <= 0xEF ? 3
                        : first >= 0xF0 && first <= 0xF4 ? 4
                                                         : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool surrogate = first == 0xED && byte(1) > 0x9F;
  const bool too_high = first == 0xF4 && byte(1) > 0x8F;
  return overlong || surrogate || too_high ? 0 : length;
}

// The same text with everything that is no UTF-8 replaced.
std::string ValidUtf8(absl::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) {
      valid.append(kReplacement.data(), kReplacement.size());
      text.remove_prefix(1);
    } else {
      valid.append(text.data(), length);
      text.remove_prefix(length);
    }
  }
  return valid;
}

// The shortest text that reads back as the same number, as Go's encoding/json writes it: with an
// exponent only where the number is very large or small.
std::string DoubleText(double number) {
  char text[32];
  const char* const end = std::to_chars(std::begin(text), std::end(text), std::fabs(number),
                                        std::chars_format::scientific)
                              .ptr;
  const absl::string_view whole(text, static_cast<size_t>(end - text));
  const size_t e = whole.find('e');
  int exponent = 0;
  (void)absl::SimpleAtoi(whole.substr(e + 1), &exponent);
  std::string digits(whole.substr(0, 1));
  if (e > 2) absl::StrAppend(&digits, whole.substr(2, e - 2));
  const absl::string_view sign = std::signbit(number) ? "-" : "";
  const int count = static_cast<int>(digits.size());
  if (number != 0 && (exponent < -6 || exponent >= 21)) {
    return absl::StrCat(sign, whole.substr(0, e), exponent < 0 ? "e" : "e+", exponent);
  }
  if (exponent < 0) {
    return absl::StrCat(sign, "0.", std::string(static_cast<size_t>(-exponent - 1), '0'), digits);
  }
  if (count <= exponent + 1) digits.append(static_cast<size_t>(exponent + 1 - count), '0');
  if (count > exponent + 1) digits.insert(static_cast<size_t>(exponent) + 1, ".");
  return absl::StrCat(sign, digits);
}

void AppendJsonString(absl::string_view text, std::string& out) {
  out.push_back('"');
  while (!text.empty()) {
    const char c = text.front();
    const size_t length = Utf8Length(text);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out.append("\\n");
    } else if (c == '\r') {
      out.append("\\r");
    } else if (c == '\t') {
      out.append("\\t");
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      absl::StrAppend(&out, "\\u", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad4));
    } else if (length == 0) {
      out.append(kReplacement.data(), kReplacement.size());
    } else {
      out.append(text.data(), length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out.push_back('"');
}

class JsonWriter {
 public:
  JsonWriter(int indent, std::string& out) : indent_(indent), out_(out) {}

  void Write(const Value& value) {
    if (const bool* boolean = value.AsBool()) {
      out_.append(*boolean ? "true" : "false");
    } else if (const int64_t* integer = value.AsInt()) {
      absl::StrAppend(&out_, *integer);
    } else if (const double* number = value.AsDouble()) {
      out_.append(std::isfinite(*number) ? DoubleText(*number) : "null");
    } else if (const std::string* text = value.AsString()) {
      AppendJsonString(*text, out_);
    } else if (const Value::List* list = value.AsList()) {
      WriteList(*list);
    } else if (const Value::Object* object = value.AsObject()) {
      WriteObject(*object);
    } else {
      out_.append("null");
    }
  }

 private:
  void NewLine() {
    if (indent_ == 0) return;
    out_.push_back('\n');
    out_.append(static_cast<size_t>(indent_ * depth_), ' ');
  }

  void WriteList(const Value::List& list) {
    out_.push_back('[');
    ++depth_;
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_.push_back(',');
      NewLine();
      Write(list[i]);
    }
    --depth_;
    if (!list.empty()) NewLine();
    out_.push_back(']');
  }

  void WriteObject(const Value::Object& object) {
    out_.push_back('{');
    ++depth_;
    for (size_t i = 0; i < object.size(); ++i) {
      if (i > 0) out_.push_back(',');
      NewLine();
      AppendJsonString(object[i].first, out_);
      out_.append(indent_ == 0 ? ":" : ": ");
      Write(object[i].second);
    }
    --depth_;
    if (!object.empty()) NewLine();
    out_.push_back('}');
  }

  const int indent_;
  std::string& out_;
  int depth_ = 0;
};

// Whether some reader of YAML would take the text for a number, date, boolean or null. Quoting too
// often costs nothing, so the test is wider than any one version of YAML.
bool NeedsQuotes(absl::string_view text) {
  Node node;
  node.text = text;
  ResolvePlainScalar(node);
  if (node.kind != NodeKind::kString) return true;
  if (text == "=" || text == "<<") return true;
  const char first = text.front();
  const bool numeric_start = absl::ascii_isdigit(first) ||
                             (text.size() > 1 && (first == '.' || first == '+' || first == '-') &&
                              (absl::ascii_isdigit(text[1]) || text[1] == '.'));
  if (!numeric_start) return false;
  // Dates, times, sexagesimal numbers, 0o17, 1_000, 1e3 and what looks like them. Versions such as
  // 1.2.3 and addresses read as text everywhere.
  return text.find_first_not_of("0123456789abcdefABCDEFxXoOtTzZ+-_.:") == absl::string_view::npos;
}

// Owns the state of libyaml's emitter. It only fails when memory runs out.
class YamlWriter {
 public:
  explicit YamlWriter(std::string& out) : ok_(yaml_emitter_initialize(&emitter_) != 0) {
    if (!ok_) return;
    yaml_emitter_set_output(&emitter_, &YamlWriter::Append, &out);
    yaml_emitter_set_unicode(&emitter_, 1);
    yaml_emitter_set_width(&emitter_, -1);
    yaml_emitter_set_indent(&emitter_, 2);
  }
  ~YamlWriter() {
    if (ok_) yaml_emitter_delete(&emitter_);
  }
  YamlWriter(const YamlWriter&) = delete;
  YamlWriter& operator=(const YamlWriter&) = delete;

  void WriteDocument(const Value& value) {
    if (!ok_) return;
    yaml_event_t event;
    Emit(event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    Emit(event, yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1));
    Write(value);
    Emit(event, yaml_document_end_event_initialize(&event, 1));
    Emit(event, yaml_stream_end_event_initialize(&event));
  }

 private:
  static int Append(void* out, unsigned char* data, size_t size) {
    static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(data), size);
    return 1;
  }

  // The emitter takes the event over, also when it fails.
  void Emit(yaml_event_t& event, int initialized) {
    ok_ = ok_ && initialized != 0 && yaml_emitter_emit(&emitter_, &event) != 0;
  }

  void Scalar(absl::string_view text, yaml_scalar_style_t style) {
    yaml_event_t event;
    Emit(event, yaml_scalar_event_initialize(
                    &event, nullptr, nullptr,
                    reinterpret_cast<yaml_char_t*>(const_cast<char*>(text.data())),
                    static_cast<int>(text.size()), 1, 1, style));
  }

  void Text(const std::string& given) {
    const std::string text = ValidUtf8(given);
    if (text.find('\n') != std::string::npos) {
      Scalar(text, YAML_LITERAL_SCALAR_STYLE);
    } else {
      Scalar(text, NeedsQuotes(text) ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE);
    }
  }

  void Write(const Value& value) {
    if (!ok_) return;
    yaml_event_t event;
    if (const bool* boolean = value.AsBool()) {
      Scalar(*boolean ? "true" : "false", YAML_PLAIN_SCALAR_STYLE);
    } else if (const int64_t* integer = value.AsInt()) {
      Scalar(absl::StrCat(*integer), YAML_PLAIN_SCALAR_STYLE);
    } else if (const double* number = value.AsDouble()) {
      Scalar(std::isfinite(*number) ? DoubleText(*number) : "null", YAML_PLAIN_SCALAR_STYLE);
    } else if (const std::string* text = value.AsString()) {
      Text(*text);
    } else if (const Value::List* list = value.AsList()) {
      Emit(event, yaml_sequence_start_event_initialize(
                      &event, nullptr, nullptr, 1,
                      list->empty() ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE));
      for (const Value& item : *list) Write(item);
      Emit(event, yaml_sequence_end_event_initialize(&event));
    } else if (const Value::Object* object = value.AsObject()) {
      Emit(event, yaml_mapping_start_event_initialize(
                      &event, nullptr, nullptr, 1,
                      object->empty() ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE));
      for (const Value::Member& member : *object) {
        Text(member.first);
        Write(member.second);
      }
      Emit(event, yaml_mapping_end_event_initialize(&event));
    } else {
      Scalar("null", YAML_PLAIN_SCALAR_STYLE);
    }
  }

  yaml_emitter_t emitter_;
  bool ok_;
};

}  // namespace

std::string ToJson(const Value& value, int indent) {
  std::string out;
  JsonWriter(indent, out).Write(value);
  return out;
}

std::string ToYaml(const Value& value) {
  std::string out;
  YamlWriter(out).WriteDocument(value);
  return out;
}

}  // namespace gwpolicy::manifest
