#include "gwpolicy/resolve/routing.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/gateway/http_route.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/cluster/routes.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/resolve/gateway_certificate.h"
#include "gwpolicy/resolve/listeners.h"
#include "gwpolicy/resolve/route_links.h"

namespace gwpolicy {
namespace {

MatchType MatchTypeByName(const std::string& name) {
  if (name == "Exact") return MatchType::kExact;
  if (name == "RegularExpression") return MatchType::kRegex;
  return MatchType::kPrefix;
}

RequestMatch ConvertMatch(const HTTPRouteMatch& match) {
  RequestMatch out;
  out.path_type = MatchTypeByName(match.path.type);
  out.path = match.path.value;
  out.method = match.method;
  for (const HTTPHeaderMatch& header : match.headers) {
    out.headers.push_back({MatchTypeByName(header.type), header.name, header.value});
  }
  for (const HTTPQueryParamMatch& param : match.query_params) {
    out.query_params.push_back({MatchTypeByName(param.type), param.name, param.value});
  }
  return out;
}

PathChange ConvertPath(const HTTPPathModifier& path) {
  if (path.type == "ReplaceFullPath") return {true, path.replace_full_path.value_or("/")};
  return {false, path.replace_prefix_match.value_or("/")};
}

HeaderChanges ConvertHeaders(const HTTPHeaderFilter& filter) {
  HeaderChanges out;
  for (const HTTPHeader& header : filter.set) out.set.push_back({header.name, header.value});
  for (const HTTPHeader& header : filter.add) out.add.push_back({header.name, header.value});
  out.remove.assign(filter.remove.begin(), filter.remove.end());
  return out;
}

void ApplyFilter(const HTTPRouteFilter& filter, RoutedRule& rule) {
  if (filter.url_rewrite.has_value()) {
    rule.rewrite_hostname = filter.url_rewrite->hostname;
    if (filter.url_rewrite->path.has_value()) {
      rule.rewrite_path = ConvertPath(*filter.url_rewrite->path);
    }
  }
  if (filter.request_redirect.has_value()) {
    const HTTPRequestRedirectFilter& from = *filter.request_redirect;
    Redirect redirect;
    redirect.scheme = from.scheme;
    redirect.hostname = from.hostname;
    if (from.path.has_value()) redirect.path = ConvertPath(*from.path);
    redirect.port = from.port;
    redirect.status_code = from.status_code;
    rule.redirect = std::move(redirect);
  }
  if (filter.request_header_modifier.has_value()) {
    rule.request_headers = ConvertHeaders(*filter.request_header_modifier);
  }
  if (filter.response_header_modifier.has_value()) {
    rule.response_headers = ConvertHeaders(*filter.response_header_modifier);
  }
}

bool IsSupportedFilter(const HTTPRouteFilter& filter) {
  return filter.type == "URLRewrite" || filter.type == "RequestRedirect" ||
         filter.type == "RequestHeaderModifier" || filter.type == "ResponseHeaderModifier";
}

std::optional<absl::Duration> ParseTimeout(const std::string& text) {
  absl::Duration duration;
  if (text.empty() || !absl::ParseDuration(text, &duration)) return std::nullopt;
  return duration;
}

// Gateway API, HTTPRouteRule.matches: which of several rules takes a request that all match.
// Regular expressions are left to the implementation; here they stand between exact and prefix.
int PathRank(MatchType type) {
  switch (type) {
    case MatchType::kExact:
      return 0;
    case MatchType::kRegex:
      return 1;
    case MatchType::kPrefix:
      return 2;
  }
  return 2;
}

struct OrderedRule {
  RoutedRule rule;
  const Object* route;
};

bool TakesFirst(const OrderedRule& a, const OrderedRule& b) {
  const RequestMatch& x = a.rule.match;
  const RequestMatch& y = b.rule.match;
  const auto specificity = [](const RequestMatch& m) {
    // Ascending: the more specific one first.
    return std::make_tuple(PathRank(m.path_type), -static_cast<int>(m.path.size()),
                           m.method.empty() ? 1 : 0, -static_cast<int>(m.headers.size()),
                           -static_cast<int>(m.query_params.size()));
  };
  if (specificity(x) != specificity(y)) return specificity(x) < specificity(y);
  const auto age = [](const OrderedRule& r) {
    return r.route->meta().creation_timestamp.value_or(absl::InfinitePast());
  };
  if (age(a) != age(b)) return age(a) < age(b);
  const auto place = [](const OrderedRule& r) {
    return std::make_tuple(absl::StrCat(r.rule.route_ns, "/", r.rule.route_name), r.rule.rule_index,
                           r.rule.match_index);
  };
  return place(a) < place(b);
}

// More specific hostnames first: exact ones, then longer suffixes, then "*".
bool HostFirst(const std::string& a, const std::string& b) {
  const auto rank = [](const std::string& host) {
    return std::make_tuple(host == "*"                    ? 2
                           : absl::StartsWith(host, "*.") ? 1
                                                          : 0,
                           -static_cast<int>(host.size()));
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  return a < b;
}

// The Gateway that rules are made for.
struct Context {
  const Cluster& cluster;
  const Profile& profile;
  GatewayId gateway;
  GatewayId named_gateway;  // empty unless it has clusters of its own
  IsProtected is_protected;
};

RoutedBackend ResolveBackend(const Context& context, ObjectId route, const RouteBackendRef& ref) {
  RoutedBackend out;
  out.weight = ref.weight;
  const ResolvedRef resolved = ResolveBackendRef(context.cluster, route, ref);
  out.reason = resolved.reason;
  if (!resolved.port.has_value()) return out;
  const KeyView key = context.cluster.KeyOf(resolved.backend);
  if (!ReadsBackend(context.profile, key.kind)) {
    out.reason = "InvalidKind";
    return out;
  }
  if (LacksTls(context.cluster, *context.cluster.Find(route), resolved, context.gateway,
               context.profile, context.is_protected)) {
    out.reason = "UnsupportedProtocol";
    return out;
  }
  out.backend = PortIdOf(key, *resolved.port);
  out.cluster_name = ClusterName(*out.backend, context.named_gateway);
  return out;
}

// The backends of each rule of a route.
std::vector<std::vector<RoutedBackend>> ResolveBackends(const Context& context, ObjectId id) {
  const Object& route = *context.cluster.Find(id);
  std::vector<std::vector<RoutedBackend>> by_rule(route.As<HTTPRoute>()->spec.rules.size());
  ForEachBackendRef(route, [&](const RouteBackendRef& ref) {
    if (ref.role != RouteBackendRef::Role::kBackend) return;
    by_rule[static_cast<size_t>(ref.rule)].push_back(ResolveBackend(context, id, ref));
  });
  return by_rule;
}

void AddRules(const Context& context, ObjectId id, std::vector<OrderedRule>& out) {
  const Object& route = *context.cluster.Find(id);
  const HTTPRouteSpec& spec = route.As<HTTPRoute>()->spec;
  std::vector<std::vector<RoutedBackend>> backends = ResolveBackends(context, id);
  for (size_t i = 0; i < spec.rules.size(); ++i) {
    const HTTPRouteRule& rule = spec.rules[i];
    RoutedRule base;
    base.route_ns = route.meta().ns;
    base.route_name = route.meta().name;
    base.rule_index = static_cast<int>(i);
    for (const HTTPRouteFilter& filter : rule.filters) ApplyFilter(filter, base);
    base.backends = std::move(backends[i]);
    if (rule.timeouts.has_value()) {
      base.request_timeout = ParseTimeout(rule.timeouts->request);
      base.backend_request_timeout = ParseTimeout(rule.timeouts->backend_request);
    }
    List<HTTPRouteMatch> matches = rule.matches;
    if (matches.empty()) matches.emplace_back();
    for (size_t m = 0; m < matches.size(); ++m) {
      RoutedRule one = base;
      one.match_index = static_cast<int>(m);
      one.match = ConvertMatch(matches[m]);
      out.push_back({std::move(one), &route});
    }
  }
}

// The HTTPRoutes that name a holder of the listeners, each once, in the order of their keys.
std::vector<ObjectId> RoutesOf(const Cluster& cluster, const std::vector<ListenerOf>& listeners) {
  std::set<const Object*> holders;
  std::map<ObjectKey, ObjectId> routes;
  for (const ListenerOf& listener : listeners) {
    if (!holders.insert(listener.holder).second) continue;
    for (ObjectId id : cluster.Referrers(listener.holder->key(), Edge::kParent)) {
      if (cluster.Find(id)->kind() == Kind::kHTTPRoute) routes.emplace(cluster.KeyOf(id), id);
    }
  }
  std::vector<ObjectId> out;
  for (const auto& [key, route] : routes) out.push_back(route);
  return out;
}

}  // namespace

RoutedGateway RouteGateway(const Cluster& cluster, const Object& gateway, const Profile& profile,
                           CertificateCache& cache, IsProtected is_protected) {
  RoutedGateway out;
  out.id = IdOfGateway(gateway.key());
  out.profile = std::string(profile.name);
  const bool own_clusters = ClientCertificateRefOf(gateway) != nullptr;
  const Context context{cluster, profile, out.id, own_clusters ? out.id : GatewayId(),
                        is_protected};
  const std::vector<ListenerOf> listeners = ListenersOf(cluster, gateway);
  std::vector<std::map<std::string, std::vector<OrderedRule>>> hosts(listeners.size());
  for (ObjectId id : RoutesOf(cluster, listeners)) {
    const Object& route = *cluster.Find(id);
    std::vector<OrderedRule> rules;
    for (size_t i = 0; i < listeners.size(); ++i) {
      if (!Takes(cluster, listeners[i], route)) continue;
      if (rules.empty()) AddRules(context, id, rules);
      const std::vector<std::string> shared =
          SharedHostnames(listeners[i].listener->hostname, HostnamesOf(route));
      for (const std::string& host : std::set<std::string>(shared.begin(), shared.end())) {
        auto& at = hosts[i][host];
        at.insert(at.end(), rules.begin(), rules.end());
      }
    }
  }
  for (size_t i = 0; i < listeners.size(); ++i) {
    RoutedListener listener;
    listener.name = listeners[i].listener->name;
    listener.port = listeners[i].listener->port;
    listener.protocol = listeners[i].listener->protocol;
    listener.hostname = listeners[i].listener->hostname;
    listener.certificates = CertificatesOf(cluster, listeners[i], cache);
    for (auto& [hostname, rules] : hosts[i]) {
      std::sort(rules.begin(), rules.end(), TakesFirst);
      RoutedHost host;
      host.hostname = hostname;
      for (OrderedRule& rule : rules) host.rules.push_back(std::move(rule.rule));
      listener.hosts.push_back(std::move(host));
    }
    std::sort(
        listener.hosts.begin(), listener.hosts.end(),
        [](const RoutedHost& a, const RoutedHost& b) { return HostFirst(a.hostname, b.hostname); });
    out.listeners.push_back(std::move(listener));
  }
  return out;
}

std::vector<Finding> FilterFindings(const Object& route) {
  const HTTPRoute* http = route.As<HTTPRoute>();
  if (http == nullptr) return {};
  FindingSink sink;
  sink.SetObject(route.ref(), route.source());
  auto in_spec = sink.Field("spec");
  auto in_rules = sink.Field("rules");
  for (size_t r = 0; r < http->spec.rules.size(); ++r) {
    auto rule_scope = sink.Index(r);
    auto filters = sink.Field("filters");
    for (size_t f = 0; f < http->spec.rules[r].filters.size(); ++f) {
      auto filter_scope = sink.Index(f);
      const HTTPRouteFilter& filter = http->spec.rules[r].filters[f];
      if (IsSupportedFilter(filter)) continue;
      sink.Add(Code::kRouteUnsupportedFilter,
               absl::StrCat("the filter ", filter.type, " is not translated"));
    }
  }
  return sink.Take();
}

}  // namespace gwpolicy
