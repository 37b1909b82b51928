#include "gwpolicy/envoy/route_match.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gwpolicy/envoy/messages.h"
#include "gwpolicy/envoy/proto/matcher.pb.h"
#include "gwpolicy/envoy/proto/route.pb.h"

namespace gwpolicy {
namespace envoy {
namespace {

using type::matcher::v3::StringMatcher;

// "/foo" of "/foo/", "" of "/".
absl::string_view WithoutSlashAtEnd(absl::string_view path) {
  while (absl::EndsWith(path, "/")) path.remove_suffix(1);
  return path;
}

int Rank(MatchType type) {
  switch (type) {
    case MatchType::kExact:
      return 0;
    case MatchType::kRegex:
      return 1;
    case MatchType::kPrefix:
      return 2;
  }
  return 3;
}

bool ValueCanMatch(const NameValueMatch& match) {
  return match.type != MatchType::kRegex || !match.value.empty();
}

void SetValue(const NameValueMatch& match, StringMatcher* out) {
  switch (match.type) {
    case MatchType::kExact:
    case MatchType::kPrefix:  // which a header or query parameter never has
      out->set_exact(match.value);
      return;
    case MatchType::kRegex:
      out->mutable_safe_regex()->set_regex(match.value);
      return;
  }
}

// Every ASCII character that could mean something to RE2 is escaped.
std::string QuoteRegex(absl::string_view text) {
  std::string quoted;
  for (const char c : text) {
    const bool plain = absl::ascii_isalnum(c) || c == '_' || c == '/' || !absl::ascii_isascii(c);
    if (!plain) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

}  // namespace

bool IsHeaderName(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("!#$%&'*+-.^_`|~", c);
  });
}

bool CanMatch(const RequestMatch& match) {
  switch (match.path_type) {
    case MatchType::kExact:
    case MatchType::kPrefix:
      // The query and the fragment are not in the path.
      if (!absl::StartsWith(match.path, "/") || absl::StrContains(match.path, '?') ||
          absl::StrContains(match.path, '#')) {
        return false;
      }
      break;
    case MatchType::kRegex:
      if (match.path.empty()) return false;
      break;
  }
  return IsHeaderValue(match.method) &&
         std::all_of(match.headers.begin(), match.headers.end(),
                     [](const NameValueMatch& header) {
                       return IsHeaderName(header.name) && ValueCanMatch(header);
                     }) &&
         std::all_of(match.query_params.begin(), match.query_params.end(),
                     [](const NameValueMatch& parameter) {
                       return !parameter.name.empty() && parameter.name.size() <= 1024 &&
                              ValueCanMatch(parameter);
                     });
}

void SetMatch(const RequestMatch& match, config::route::v3::RouteMatch* out) {
  switch (match.path_type) {
    case MatchType::kExact:
      out->set_path(match.path);
      break;
    case MatchType::kPrefix: {
      // By elements: "/foo" matches "/foo/bar" and not "/foobar".
      const absl::string_view prefix = WithoutSlashAtEnd(match.path);
      if (prefix.empty()) {
        out->set_prefix("/");
      } else {
        out->set_path_separated_prefix(std::string(prefix));
      }
      break;
    }
    case MatchType::kRegex:
      out->mutable_safe_regex()->set_regex(match.path);
      break;
  }
  if (!match.method.empty()) {
    auto* header = out->add_headers();
    header->set_name(":method");
    header->mutable_string_match()->set_exact(match.method);
  }
  for (const NameValueMatch& wanted : match.headers) {
    auto* header = out->add_headers();
    header->set_name(wanted.name);
    SetValue(wanted, header->mutable_string_match());
  }
  for (const NameValueMatch& wanted : match.query_params) {
    auto* parameter = out->add_query_parameters();
    parameter->set_name(wanted.name);
    SetValue(wanted, parameter->mutable_string_match());
  }
}

int CompareMatches(const RequestMatch& a, const RequestMatch& b) {
  const auto more_first = [](size_t x, size_t y) { return x == y ? 0 : x > y ? -1 : 1; };
  if (a.path_type != b.path_type) return Rank(a.path_type) - Rank(b.path_type);
  if (const int c = more_first(a.path.size(), b.path.size()); c != 0) return c;
  if (const int c = more_first(!a.method.empty(), !b.method.empty()); c != 0) return c;
  if (const int c = more_first(a.headers.size(), b.headers.size()); c != 0) return c;
  return more_first(a.query_params.size(), b.query_params.size());
}

PathRewrite RewriteOf(const RequestMatch& match, const PathChange& change) {
  PathRewrite rewrite;
  const absl::string_view slash = absl::StartsWith(change.value, "/") ? "" : "/";
  if (change.full) {
    rewrite.full = absl::StrCat(slash, change.value);
    return rewrite;
  }
  const absl::string_view elements = WithoutSlashAtEnd(change.value);
  const std::string value = elements.empty() ? "/" : absl::StrCat(slash, elements);
  switch (match.path_type) {
    case MatchType::kExact:
      rewrite.full = value;
      break;
    case MatchType::kRegex:
      rewrite.possible = false;  // there is no prefix
      break;
    case MatchType::kPrefix: {
      const absl::string_view prefix = WithoutSlashAtEnd(match.path);
      const bool to_root = elements.empty();
      if (prefix.empty()) {
        // "/" stands for no element at all, but Envoy cuts its one character off.
        if (!to_root) rewrite.prefix = absl::StrCat(value, "/");
      } else if (to_root) {
        rewrite.strip_prefix = std::string(prefix);
      } else {
        rewrite.prefix = value;
      }
      break;
    }
  }
  return rewrite;
}

void SetRegexRewrite(const PathRewrite& rewrite, type::matcher::v3::RegexMatchAndSubstitute* out) {
  if (!rewrite.full.empty()) {
    out->mutable_pattern()->set_regex("^/.*$");
    // A backslash begins a reference to a group.
    out->set_substitution(absl::StrReplaceAll(rewrite.full, {{"\\", "\\\\"}}));
    return;
  }
  out->mutable_pattern()->set_regex(absl::StrCat("^", QuoteRegex(rewrite.strip_prefix), "/*"));
  out->set_substitution("/");
}

}  // namespace envoy
}  // namespace gwpolicy
