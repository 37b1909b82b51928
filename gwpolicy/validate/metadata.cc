#include "gwpolicy/validate/metadata.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/validate/quote.h"

namespace gwpolicy {
namespace {

constexpr size_t kMaxNameBytes = 253;
constexpr size_t kMaxLabelBytes = 63;
constexpr size_t kMaxAnnotationBytes = 262144;

constexpr absl::string_view kSubdomainMessage =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr absl::string_view kDnsLabelMessage =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr absl::string_view kServiceNameMessage =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
constexpr absl::string_view kNamePartMessage =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr absl::string_view kQualifiedNameMessage =
    "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex "
    "used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS "
    "subdomain prefix and '/' (e.g. 'example.com/MyName')";
constexpr absl::string_view kLabelValueMessage =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
    "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

void Invalid(absl::string_view bad_value, absl::string_view detail, Code code, FindingSink& sink) {
  sink.Add(code, absl::StrCat("Invalid value: ", Quote(bad_value), ": ", detail));
}

void CheckDnsLabel(absl::string_view text, bool is_service, FindingSink& sink) {
  if (text.size() > kMaxLabelBytes) {
    Invalid(text, "must be no more than 63 characters", Code::kSchemaTooLong, sink);
  }
  const bool good = MatchesDnsLabel(text) && !(is_service && absl::ascii_isdigit(text.front()));
  if (!good) {
    Invalid(text, is_service ? kServiceNameMessage : kDnsLabelMessage, Code::kSchemaFormat, sink);
  }
}

void CheckSubdomain(absl::string_view name, FindingSink& sink) {
  if (name.size() > kMaxNameBytes) {
    Invalid(name, "must be no more than 253 characters", Code::kSchemaTooLong, sink);
  }
  if (!MatchesDnsSubdomain(name)) Invalid(name, kSubdomainMessage, Code::kSchemaFormat, sink);
}

void CheckName(absl::string_view name, Kind kind, FindingSink& sink) {
  if (kind == Kind::kNamespace || kind == Kind::kService) {
    CheckDnsLabel(name, kind == Kind::kService, sink);
  } else {
    CheckSubdomain(name, sink);
  }
}

void CheckNamespace(absl::string_view name, FindingSink& sink) {
  if (name.size() > kMaxLabelBytes) {
    Invalid(name, "must be no more than 63 characters", Code::kSchemaTooLong, sink);
  }
  if (absl::StrContains(name, '.')) {
    Invalid(name, "must not contain dots", Code::kSchemaFormat, sink);
  } else if (!MatchesDnsLabel(name)) {
    Invalid(name, kDnsLabelMessage, Code::kSchemaFormat, sink);
  }
}

void CheckQualifiedName(absl::string_view key, FindingSink& sink) {
  absl::string_view name = key;
  const size_t slash = key.find('/');
  if (slash != absl::string_view::npos) {
    const absl::string_view prefix = key.substr(0, slash);
    name = key.substr(slash + 1);
    if (absl::StrContains(name, '/')) {
      Invalid(key, kQualifiedNameMessage, Code::kSchemaFormat, sink);
      return;
    }
    if (prefix.empty()) {
      Invalid(key, "prefix part must be non-empty", Code::kSchemaFormat, sink);
    } else {
      if (prefix.size() > kMaxNameBytes) {
        Invalid(key, "prefix part must be no more than 253 bytes", Code::kSchemaTooLong, sink);
      }
      if (!MatchesDnsSubdomain(prefix)) {
        Invalid(key, absl::StrCat("prefix part ", kSubdomainMessage), Code::kSchemaFormat, sink);
      }
    }
  }
  if (name.empty()) {
    Invalid(key, "name part must be non-empty", Code::kSchemaFormat, sink);
  } else if (name.size() > kMaxLabelBytes) {
    Invalid(key, "name part must be no more than 63 bytes", Code::kSchemaTooLong, sink);
  }
  if (!MatchesLabelName(name)) Invalid(key, kNamePartMessage, Code::kSchemaFormat, sink);
}

void CheckLabels(const TextMap<Text>& labels, FindingSink& sink) {
  auto field = sink.Field("labels");
  for (const auto& [key, value] : labels) {
    CheckQualifiedName(key, sink);
    if (value.size() > kMaxLabelBytes) {
      Invalid(value, "must be no more than 63 bytes", Code::kSchemaTooLong, sink);
    }
    if (!value.empty() && !MatchesLabelName(value)) {
      Invalid(value, kLabelValueMessage, Code::kSchemaFormat, sink);
    }
  }
}

// Returns whether they are too large, which silences the rules across fields.
bool CheckAnnotations(const TextMap<Text>& annotations, FindingSink& sink) {
  auto field = sink.Field("annotations");
  size_t bytes = 0;
  for (const auto& [key, value] : annotations) {
    bytes += key.size() + value.size();
    const bool has_upper =
        std::any_of(key.begin(), key.end(), [](char c) { return absl::ascii_isupper(c); });
    if (has_upper) {
      CheckQualifiedName(absl::AsciiStrToLower(key), sink);
    } else {
      CheckQualifiedName(key, sink);
    }
  }
  if (bytes <= kMaxAnnotationBytes) return false;
  sink.Add(Code::kSchemaTooLong,
           absl::StrCat("Too long: may not be more than ", kMaxAnnotationBytes, " bytes"));
  return true;
}

}  // namespace

bool CheckMetadata(const ObjectMeta& meta, const KindInfo& kind, FindingSink& sink) {
  auto metadata = sink.Field("metadata");
  bool silences_rules = false;
  if (!meta.generate_name.empty()) {
    // A dash at the end will be followed by something.
    auto field = sink.Field("generateName");
    const absl::string_view prefix = meta.generate_name;
    if (absl::EndsWith(prefix, "-") && prefix.size() > 1) {
      CheckName(absl::StrCat(prefix.substr(0, prefix.size() - 1), "a"), kind.kind, sink);
    } else {
      CheckName(prefix, kind.kind, sink);
    }
  }
  if (!meta.name.empty()) {
    auto field = sink.Field("name");
    CheckName(meta.name, kind.kind, sink);
  } else if (meta.generate_name.empty()) {
    auto field = sink.Field("name");
    sink.Add(Code::kSchemaRequired, "Required value: name or generateName is required");
    silences_rules = true;
  }
  if (kind.namespaced && !meta.ns.empty()) {
    auto field = sink.Field("namespace");
    CheckNamespace(meta.ns, sink);
  }
  if (!meta.labels.empty()) CheckLabels(meta.labels, sink);
  if (!meta.annotations.empty() && CheckAnnotations(meta.annotations, sink)) silences_rules = true;
  return silences_rules;
}

}  // namespace gwpolicy
