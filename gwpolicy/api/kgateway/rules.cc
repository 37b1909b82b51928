#include "gwpolicy/api/kgateway/rules.h"

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

void BreakUnlessDuration(absl::string_view text, FindingSink& sink) {
  if (!MatchesDuration(text)) BreakRule(sink, "invalid duration value");
}

}  // namespace

void BreakRule(FindingSink& sink, absl::string_view message) {
  sink.Add(Code::kSchemaRule, absl::StrCat("Invalid value: ", message));
}

void FailRule(FindingSink& sink, absl::string_view schema_type, absl::string_view error,
              absl::string_view message) {
  sink.Add(Code::kSchemaRule, absl::StrCat("Invalid value: \"", schema_type, "\": ", error,
                                           " evaluating rule: ", message));
}

void CheckDuration(absl::string_view name, const Text& text, FindingSink& sink) {
  auto field = sink.Field(name);
  BreakUnlessDuration(text, sink);
}

void CheckDuration(absl::string_view name, const std::optional<Text>& text, FindingSink& sink) {
  if (text.has_value()) CheckDuration(name, *text, sink);
}

void CheckDuration(absl::string_view name, const Text& text, absl::Duration floor,
                   absl::string_view message, FindingSink& sink) {
  auto field = sink.Field(name);
  BreakUnlessDuration(text, sink);
  const std::optional<absl::Duration> duration = ParseGoDuration(text);
  if (!duration.has_value()) {
    FailRule(sink, "string", kDurationError, message);
  } else if (*duration < floor) {
    BreakRule(sink, message);
  }
}

void CheckDuration(absl::string_view name, const std::optional<Text>& text, absl::Duration floor,
                   absl::string_view message, FindingSink& sink) {
  if (text.has_value()) CheckDuration(name, *text, floor, message, sink);
}

}  // namespace gwpolicy
