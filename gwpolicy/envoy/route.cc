#include "gwpolicy/envoy/route.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "gwpolicy/envoy/messages.h"
#include "gwpolicy/envoy/proto/core.pb.h"
#include "gwpolicy/envoy/proto/route.pb.h"
#include "gwpolicy/envoy/route_match.h"

namespace gwpolicy {
namespace envoy {
namespace {

namespace v3 = config::route::v3;
using config::core::v3::HeaderValueOption;
using Rules = std::vector<const RoutedRule*>;

// --- Header changes --------------------------------------------------------------------------

bool IsHost(absl::string_view name) { return absl::EqualsIgnoreCase(name, "host"); }

// Envoy refuses a change of Host other than through the rewrite of the route.
bool CanChange(const HeaderChange& change) {
  return IsHeaderName(change.name) && IsHeaderValue(change.value);
}

bool CanChange(const HeaderChanges& changes, bool may_set_host) {
  const auto good = [](const HeaderChange& c) { return CanChange(c) && !IsHost(c.name); };
  return std::all_of(changes.set.begin(), changes.set.end(),
                     [&](const HeaderChange& c) {
                       return may_set_host && IsHost(c.name) ? CanChange(c) : good(c);
                     }) &&
         std::all_of(changes.add.begin(), changes.add.end(), good) &&
         std::all_of(changes.remove.begin(), changes.remove.end(),
                     [](const std::string& name) { return IsHeaderName(name) && !IsHost(name); });
}

void AddHeader(const HeaderChange& change, HeaderValueOption::HeaderAppendAction action,
               google::protobuf::RepeatedPtrField<HeaderValueOption>* out) {
  HeaderValueOption* option = out->Add();
  option->mutable_header()->set_key(change.name);
  // A percent sign begins a command of Envoy's format strings.
  option->mutable_header()->set_value(absl::StrReplaceAll(change.value, {{"%", "%%"}}));
  option->set_append_action(action);
  option->set_keep_empty_value(change.value.empty());
}

void AddHeaders(const HeaderChanges& changes,
                google::protobuf::RepeatedPtrField<HeaderValueOption>* to_add,
                google::protobuf::RepeatedPtrField<std::string>* to_remove) {
  for (const HeaderChange& change : changes.set) {
    if (IsHost(change.name)) continue;
    AddHeader(change, HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD, to_add);
  }
  for (const HeaderChange& change : changes.add) {
    AddHeader(change, HeaderValueOption::APPEND_IF_EXISTS_OR_ADD, to_add);
  }
  for (const std::string& name : changes.remove) to_remove->Add(std::string(name));
}

// --- Redirects -------------------------------------------------------------------------------

std::optional<v3::RedirectAction::RedirectResponseCode> ResponseCode(int32_t status) {
  switch (status) {
    case 301:
      return v3::RedirectAction::MOVED_PERMANENTLY;
    case 302:
      return v3::RedirectAction::FOUND;
    case 303:
      return v3::RedirectAction::SEE_OTHER;
    case 307:
      return v3::RedirectAction::TEMPORARY_REDIRECT;
    case 308:
      return v3::RedirectAction::PERMANENT_REDIRECT;
  }
  return std::nullopt;
}

// Gateway API v1 HTTPRequestRedirectFilter.port: the given one, else the scheme's, else the
// listener's; not written where it is the scheme's own. 0: not written.
int32_t RedirectPort(const Redirect& redirect, const RouteContext& context) {
  const std::string scheme = !redirect.scheme.empty() ? redirect.scheme
                             : context.tls_listener   ? "https"
                                                      : "http";
  const int32_t of_scheme = scheme == "https" ? 443 : scheme == "http" ? 80 : 0;
  int32_t port = context.listener_port;
  if (redirect.port.has_value()) {
    port = *redirect.port;
  } else if (!redirect.scheme.empty()) {
    port = of_scheme;
  }
  return port == of_scheme ? 0 : port;
}

void SetRedirect(const RoutedRule& rule, const RouteContext& context, v3::RedirectAction* out) {
  const Redirect& redirect = *rule.redirect;
  if (!redirect.scheme.empty()) out->set_scheme_redirect(redirect.scheme);
  out->set_host_redirect(redirect.hostname);
  out->set_port_redirect(static_cast<uint32_t>(RedirectPort(redirect, context)));
  if (redirect.path.has_value()) {
    const PathRewrite rewrite = RewriteOf(rule.match, *redirect.path);
    if (!rewrite.full.empty()) {
      out->set_path_redirect(rewrite.full);
    } else if (!rewrite.prefix.empty()) {
      out->set_prefix_rewrite(rewrite.prefix);
    } else if (!rewrite.strip_prefix.empty()) {
      SetRegexRewrite(rewrite, out->mutable_regex_rewrite());
    }
  }
  out->set_response_code(ResponseCode(redirect.status_code).value_or(v3::RedirectAction::FOUND));
}

// --- Backends --------------------------------------------------------------------------------

std::string ClusterOf(const RoutedBackend& backend) {
  const bool good =
      backend.backend.has_value() && backend.reason.empty() && !backend.cluster_name.empty();
  return good ? backend.cluster_name : std::string(kBlackhole);
}

// Envoy refuses weights that sum to nothing.
bool HasWeight(const std::vector<RoutedBackend>& backends) {
  return std::any_of(backends.begin(), backends.end(),
                     [](const RoutedBackend& b) { return b.weight > 0; });
}

// Without retries the whole request ends with the one attempt, so that the shorter one counts.
std::optional<absl::Duration> Timeout(const RoutedRule& rule) {
  std::optional<absl::Duration> shortest;
  for (const std::optional<absl::Duration>& timeout :
       {rule.request_timeout, rule.backend_request_timeout}) {
    if (!timeout.has_value()) continue;
    const bool none_so_far = !shortest.has_value() || *shortest == absl::ZeroDuration();
    if (none_so_far || (*timeout != absl::ZeroDuration() && *timeout < *shortest)) {
      shortest = timeout;
    }
  }
  return shortest;
}

std::string HostRewrite(const RoutedRule& rule) {
  if (!rule.rewrite_hostname.empty()) return rule.rewrite_hostname;
  for (const HeaderChange& change : rule.request_headers.set) {
    if (IsHost(change.name)) return change.value;
  }
  return "";
}

void SetAction(const RoutedRule& rule, const RouteContext& context, std::set<std::string>* reached,
               v3::RouteAction* out) {
  out->set_cluster_not_found_response_code(v3::RouteAction::INTERNAL_SERVER_ERROR);
  bool web_socket = false;
  for (const RoutedBackend& backend : rule.backends) {
    const std::string cluster = ClusterOf(backend);
    if (cluster != kBlackhole) reached->insert(cluster);
    web_socket = web_socket || context.web_sockets->count(cluster) > 0;
    if (rule.backends.size() == 1) {
      out->set_cluster(cluster);
    } else {
      auto* weighted = out->mutable_weighted_clusters()->add_clusters();
      weighted->set_name(cluster);
      weighted->mutable_weight()->set_value(static_cast<uint32_t>(std::max(backend.weight, 0)));
    }
  }
  if (web_socket) out->add_upgrade_configs()->set_upgrade_type("websocket");

  const std::string host = HostRewrite(rule);
  if (!host.empty()) out->set_host_rewrite_literal(host);
  if (rule.rewrite_path.has_value()) {
    const PathRewrite rewrite = RewriteOf(rule.match, *rule.rewrite_path);
    if (!rewrite.prefix.empty()) {
      out->set_prefix_rewrite(rewrite.prefix);
    } else if (!rewrite.full.empty() || !rewrite.strip_prefix.empty()) {
      SetRegexRewrite(rewrite, out->mutable_regex_rewrite());
    }
  }
  if (const std::optional<absl::Duration> timeout = Timeout(rule); timeout.has_value()) {
    SetDuration(*timeout, out->mutable_timeout());
  }
}

// --- Routes ----------------------------------------------------------------------------------

// Whether Envoy can do what the rule says. Where not, the answer is 500 rather than half of it.
bool CanAct(const RoutedRule& rule) {
  if (!CanChange(rule.request_headers, /*may_set_host=*/true) ||
      !CanChange(rule.response_headers, /*may_set_host=*/false)) {
    return false;
  }
  if (rule.redirect.has_value()) {
    const Redirect& redirect = *rule.redirect;
    return ResponseCode(redirect.status_code).has_value() && IsHeaderValue(redirect.scheme) &&
           IsHeaderValue(redirect.hostname) && redirect.port.value_or(1) > 0 &&
           redirect.port.value_or(1) <= 65535 &&
           (!redirect.path.has_value() || (RewriteOf(rule.match, *redirect.path).possible &&
                                           IsHeaderValue(redirect.path->value)));
  }
  return HasWeight(rule.backends) && IsHeaderValue(rule.rewrite_hostname) &&
         (!rule.rewrite_path.has_value() || (RewriteOf(rule.match, *rule.rewrite_path).possible &&
                                             IsHeaderValue(rule.rewrite_path->value)));
}

void SetRoute(const RoutedRule& rule, absl::string_view virtual_host, int index,
              const RouteContext& context, std::set<std::string>* reached, v3::Route* out) {
  out->set_name(absl::StrCat(virtual_host, "-route-", index, "-httproute-", rule.route_name, "-",
                             rule.route_ns, "-", rule.rule_index, "-", rule.match_index,
                             "-matcher-", rule.match_index));
  SetMatch(rule.match, out->mutable_match());
  if (!CanAct(rule)) {
    out->mutable_direct_response()->set_status(500);
    return;
  }
  if (rule.redirect.has_value()) {
    SetRedirect(rule, context, out->mutable_redirect());
  } else {
    SetAction(rule, context, reached, out->mutable_route());
    AddHeaders(rule.request_headers, out->mutable_request_headers_to_add(),
               out->mutable_request_headers_to_remove());
  }
  AddHeaders(rule.response_headers, out->mutable_response_headers_to_add(),
             out->mutable_response_headers_to_remove());
}

// Both are in order; a rule that both listeners have counts once.
Rules Merge(const Rules& a, const Rules& b) {
  Rules merged;
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(merged),
             [](const RoutedRule* x, const RoutedRule* y) {
               return CompareMatches(x->match, y->match) < 0;
             });
  std::set<std::tuple<std::string, std::string, int, int>> seen;
  Rules once;
  for (const RoutedRule* rule : merged) {
    if (seen.emplace(rule->route_ns, rule->route_name, rule->rule_index, rule->match_index)
            .second) {
      once.push_back(rule);
    }
  }
  return once;
}

// Exact names, then suffixes from long to short, then "*".
std::tuple<int, int, std::string> HostOrder(const std::string& host) {
  const int wildcard = host == "*" ? 2 : absl::StartsWith(host, "*") ? 1 : 0;
  return {wildcard, wildcard == 1 ? -static_cast<int>(host.size()) : 0, host};
}

}  // namespace

void SetRoutes(absl::string_view name, absl::Span<const RoutedListener* const> listeners,
               const RouteContext& context, std::set<std::string>* reached,
               v3::RouteConfiguration* out) {
  out->set_name(std::string(name));
  out->set_ignore_port_in_host_matching(true);
  // A route may name a cluster that is withheld; refusing the whole configuration for that, as
  // Envoy does by default where it is static, would take the other backends down with it.
  out->mutable_validate_clusters()->set_value(false);

  std::map<std::tuple<int, int, std::string>, Rules> hosts;
  for (const RoutedListener* listener : listeners) {
    for (const RoutedHost& host : listener->hosts) {
      Rules rules;
      for (const RoutedRule& rule : host.rules) {
        if (CanMatch(rule.match)) rules.push_back(&rule);
      }
      Rules& all =
          hosts[HostOrder(host.hostname.empty() ? "*" : absl::AsciiStrToLower(host.hostname))];
      all = Merge(all, rules);
    }
  }
  for (const auto& [order, rules] : hosts) {
    const std::string& host = std::get<2>(order);
    v3::VirtualHost* virtual_host = out->add_virtual_hosts();
    virtual_host->set_name(absl::StrCat(name, "~", absl::StrReplaceAll(host, {{".", "_"}})));
    virtual_host->add_domains(host);
    int index = 0;
    for (const RoutedRule* rule : rules) {
      SetRoute(*rule, virtual_host->name(), index++, context, reached, virtual_host->add_routes());
    }
  }
}

}  // namespace envoy
}  // namespace gwpolicy
