#include "gwpolicy/resolve/routing.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/api/core/namespace.h"
#include "gwpolicy/api/core/secret.h"
#include "gwpolicy/api/list.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace {

const TextMap<Text>& LabelsOfNamespace(const Cluster& cluster, const std::string& name) {
  static const auto* const kNone = new TextMap<Text>();
  const Object* object = cluster.Find(ObjectKey{"", "Namespace", "", name});
  return object == nullptr ? *kNone : object->meta().labels;
}

bool AllowsNamespace(const Cluster& cluster, const Listener& listener,
                     const std::string& gateway_ns, const std::string& route_ns) {
  const RouteNamespaces& allowed = listener.allowed_routes.namespaces;
  if (allowed.from == "All") return true;
  if (allowed.from == "Selector") {
    if (!allowed.selector.has_value()) return false;
    TextMap<Text> labels = LabelsOfNamespace(cluster, route_ns);
    labels.emplace("kubernetes.io/metadata.name", route_ns);  // the server sets it on each
    return Matches(*allowed.selector, labels);
  }
  return gateway_ns == route_ns;
}

bool AllowsKind(const Listener& listener) {
  if (listener.protocol != "HTTP" && listener.protocol != "HTTPS") return false;
  const auto& kinds = listener.allowed_routes.kinds;
  return kinds.empty() || std::any_of(kinds.begin(), kinds.end(), [](const RouteGroupKind& kind) {
           return kind.group == kGatewayGroup && kind.kind == "HTTPRoute";
         });
}

// Whether `wildcard` ("*.example.com") covers `name`, itself a name or a wildcard. A suffix match
// over one or more labels: Gateway API, Listener.hostname.
bool Covers(absl::string_view wildcard, absl::string_view name) {
  if (!absl::StartsWith(wildcard, "*.")) return false;
  const absl::string_view suffix = wildcard.substr(1);
  const absl::string_view rest = absl::StartsWith(name, "*.") ? name.substr(1) : name;
  return absl::EndsWith(rest, suffix) &&
         (rest.size() > suffix.size() || absl::StartsWith(name, "*."));
}

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

RoutedBackend ResolveBackend(const Cluster& cluster, const Object& route, const HTTPBackendRef& ref,
                             const GatewayId& named_gateway) {
  RoutedBackend out;
  out.weight = ref.weight;
  ResolvedRef resolved =
      ResolveBackendRef(cluster, route, ref.group, ref.kind, ref.ns, ref.name, ref.port);
  out.reason = resolved.reason;
  if (resolved.backend.has_value()) {
    out.cluster_name = ClusterName(*resolved.backend, named_gateway);
    out.backend = std::move(resolved.backend);
  }
  return out;
}

void AddRules(const Cluster& cluster, const Object& route, const GatewayId& named_gateway,
              std::vector<OrderedRule>& out) {
  const HTTPRouteSpec& spec = route.As<HTTPRoute>()->spec;
  for (size_t i = 0; i < spec.rules.size(); ++i) {
    const HTTPRouteRule& rule = spec.rules[i];
    RoutedRule base;
    base.route_ns = route.meta().ns;
    base.route_name = route.meta().name;
    base.rule_index = static_cast<int>(i);
    for (const HTTPRouteFilter& filter : rule.filters) ApplyFilter(filter, base);
    for (const HTTPBackendRef& ref : rule.backend_refs) {
      base.backends.push_back(ResolveBackend(cluster, route, ref, named_gateway));
    }
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

// The certificate and key that a reference of a Gateway leads to.
GatewayCertificate ReadCertificate(const Cluster& cluster, const Object& gateway,
                                   const SecretObjectReference& ref) {
  GatewayCertificate out;
  out.asked_for = true;
  const ObjectKey key = KeyOfRef(ref, gateway.meta().ns);
  const std::string name = absl::StrCat(key.kind, " ", key.ns, "/", key.name);
  if (!cluster.Permits(kGatewayGroup, "Gateway", gateway.meta().ns, key)) {
    out.reason = "RefNotPermitted";
    out.message = absl::StrCat("no ReferenceGrant lets Gateway ", gateway.meta().ns, "/",
                               gateway.meta().name, " use ", name);
    return out;
  }
  out.reason = "InvalidClientCertificateRef";
  const Secret* secret = cluster.FindAs<Secret>(key);
  if (secret == nullptr) {
    out.message = absl::StrCat(name, key.kind == "Secret" && key.group.empty()
                                         ? " does not exist"
                                         : " is not a Secret of the core group");
    return out;
  }
  const PrivateBytes* chain = secret->Find("tls.crt");
  const PrivateBytes* private_key = secret->Find("tls.key");
  if (chain == nullptr || private_key == nullptr) {
    out.code = Code::kClientCertIncomplete;
    out.message = absl::StrCat(name, " lacks tls.crt or tls.key");
    return out;
  }
  tls::ClientCertificate pair{chain->Reveal(), *private_key};
  const std::vector<tls::TrustNote> problems = tls::CheckClientCertificate(pair);
  if (!problems.empty()) {
    out.code = problems[0].code;
    out.message = absl::StrCat(name, ": ", problems[0].message);
    return out;
  }
  out.pair = std::move(pair);
  out.reason.clear();
  return out;
}

std::vector<tls::ClientCertificate> ListenerCertificates(const Cluster& cluster,
                                                         const Object& gateway,
                                                         const Listener& listener) {
  std::vector<tls::ClientCertificate> out;
  if (!listener.tls.has_value() || listener.tls->mode != "Terminate") return out;
  for (const SecretObjectReference& ref : listener.tls->certificate_refs) {
    GatewayCertificate certificate = ReadCertificate(cluster, gateway, ref);
    if (certificate.pair.has_value()) out.push_back(*std::move(certificate.pair));
  }
  return out;
}

}  // namespace

GatewayId IdOfGateway(const ObjectKey& key) { return {key.ns, key.name}; }

ObjectKey KeyOfGateway(const GatewayId& id) {
  return {std::string(kGatewayGroup), "Gateway", id.ns, id.name};
}

GatewayCertificate CertificateOf(const Cluster& cluster, const Object& gateway) {
  const GatewaySpec& spec = gateway.As<Gateway>()->spec;
  if (!spec.tls.has_value() || !spec.tls->backend.has_value() ||
      !spec.tls->backend->client_certificate_ref.has_value()) {
    return GatewayCertificate();
  }
  return ReadCertificate(cluster, gateway, *spec.tls->backend->client_certificate_ref);
}

std::vector<std::string> SharedHostnames(const Text& listener_hostname,
                                         const List<Text>& route_hostnames) {
  if (route_hostnames.empty()) return {listener_hostname.empty() ? "*" : listener_hostname};
  std::vector<std::string> shared;
  for (const Text& hostname : route_hostnames) {
    if (listener_hostname.empty() || hostname == listener_hostname ||
        Covers(listener_hostname, hostname)) {
      shared.push_back(hostname);
    } else if (Covers(hostname, listener_hostname)) {
      shared.push_back(listener_hostname);
    }
  }
  return shared;
}

std::set<size_t> ListenersThatTake(const Cluster& cluster, const Object& gateway,
                                   const Object& route) {
  std::set<size_t> taking;
  const HTTPRoute* http = route.As<HTTPRoute>();
  if (http == nullptr) return taking;
  const auto& listeners = gateway.As<Gateway>()->spec.listeners;
  const ObjectKey key = gateway.key();
  for (const ParentReference& parent : http->spec.parent_refs) {
    if (KeyOfRef(parent, route.meta().ns) != key) continue;
    for (size_t i = 0; i < listeners.size(); ++i) {
      const Listener& listener = listeners[i];
      if (!parent.section_name.empty() && parent.section_name != listener.name) continue;
      if (parent.port.has_value() && *parent.port != listener.port) continue;
      if (!AllowsKind(listener)) continue;
      if (!AllowsNamespace(cluster, listener, key.ns, route.meta().ns)) continue;
      if (SharedHostnames(listener.hostname, http->spec.hostnames).empty()) continue;
      taking.insert(i);
    }
  }
  return taking;
}

ResolvedRef ResolveBackendRef(const Cluster& cluster, const Object& route, absl::string_view group,
                              absl::string_view kind, absl::string_view ns, absl::string_view name,
                              std::optional<int32_t> port) {
  ResolvedRef out;
  const ObjectKey key = MakeKey(group, kind, ns.empty() ? route.meta().ns.view() : ns, name);
  const std::string label = absl::StrCat(key.kind, " ", key.ns, "/", key.name);
  if (!CanBeBackend(key)) {
    out.reason = "InvalidKind";
    out.message = absl::StrCat("backendRef to ", label, " of group \"", key.group,
                               "\" is of a kind that cannot be a backend here");
    return out;
  }
  if (!cluster.Permits(route.group(), route.kind_name(), route.meta().ns, key)) {
    out.code = Code::kRefNotPermitted;
    out.reason = "RefNotPermitted";
    out.message =
        absl::StrCat("no ReferenceGrant in namespace ", key.ns, " lets ", route.kind_name(),
                     " of namespace ", route.meta().ns, " use ", label);
    return out;
  }
  const Object* backend = cluster.Find(key);
  if (backend == nullptr) {
    out.reason = "BackendNotFound";
    out.message = absl::StrCat(label, " does not exist");
    return out;
  }
  if (backend->kind() == Kind::kBackend && port.has_value()) {
    out.reason = "InvalidKind";
    out.message = absl::StrCat("BackendRef to \"", key.name,
                               "\" includes a port. Do not specify a port when referencing a "
                               "Backend resource, as it defines its own port configuration");
    return out;
  }
  out.backend = FindPort(*backend, port);
  if (!out.backend.has_value()) {
    out.reason = "BackendNotFound";
    out.message = port.has_value() ? absl::StrCat(label, " has no TCP port ", *port)
                                   : absl::StrCat("backendRef to ", label, " names no port");
  }
  return out;
}

std::vector<Reach> ReachOf(const Cluster& cluster, const Object& backend) {
  std::map<std::pair<GatewayId, int32_t>, Reach> reached;
  const ObjectKey key = backend.key();
  for (ObjectId route_id : cluster.Referrers(key, Edge::kBackend)) {
    const Object& route = *cluster.Find(route_id);
    const HTTPRoute* http = route.As<HTTPRoute>();
    if (http == nullptr) continue;
    std::set<int32_t> ports;
    const auto add = [&](absl::string_view group, absl::string_view kind, absl::string_view ns,
                         absl::string_view name, std::optional<int32_t> port) {
      const ResolvedRef ref = ResolveBackendRef(cluster, route, group, kind, ns, name, port);
      if (ref.backend.has_value() && ref.backend->kind == key.kind && ref.backend->ns == key.ns &&
          ref.backend->name == key.name) {
        ports.insert(ref.backend->port);
      }
    };
    const auto add_mirrors = [&](const List<HTTPRouteFilter>& filters) {
      for (const HTTPRouteFilter& filter : filters) {
        if (!filter.request_mirror.has_value()) continue;
        const BackendObjectReference& ref = filter.request_mirror->backend_ref;
        add(ref.group, ref.kind, ref.ns, ref.name, ref.port);
      }
    };
    for (const HTTPRouteRule& rule : http->spec.rules) {
      add_mirrors(rule.filters);
      for (const HTTPBackendRef& ref : rule.backend_refs) {
        add(ref.group, ref.kind, ref.ns, ref.name, ref.port);
        add_mirrors(ref.filters);
      }
    }
    if (ports.empty()) continue;
    for (const ParentReference& parent : http->spec.parent_refs) {
      const Object* gateway = cluster.Find(KeyOfRef(parent, route.meta().ns));
      if (gateway == nullptr || gateway->kind() != Kind::kGateway) continue;
      if (ListenersThatTake(cluster, *gateway, route).empty()) continue;
      const GatewayId id = IdOfGateway(gateway->key());
      for (int32_t port : ports) {
        Reach& reach = reached[{id, port}];
        reach.gateway = id;
        reach.port = port;
        reach.routes.insert(
            absl::StrCat(route.kind_name(), " ", route.meta().ns, "/", route.meta().name));
      }
    }
  }
  std::vector<Reach> out;
  for (auto& [place, reach] : reached) out.push_back(std::move(reach));
  return out;
}

RoutedGateway RouteGateway(const Cluster& cluster, const Object& gateway, const Profile& profile) {
  RoutedGateway out;
  out.id = IdOfGateway(gateway.key());
  out.profile = std::string(profile.name);
  const bool own_clusters = CertificateOf(cluster, gateway).asked_for;
  const GatewayId named_gateway = own_clusters ? out.id : GatewayId();
  const auto& listeners = gateway.As<Gateway>()->spec.listeners;
  std::vector<std::map<std::string, std::vector<OrderedRule>>> hosts(listeners.size());
  for (ObjectId route_id : cluster.Referrers(gateway.key(), Edge::kParent)) {
    const Object& route = *cluster.Find(route_id);
    if (route.kind() != Kind::kHTTPRoute) continue;
    std::vector<OrderedRule> rules;
    for (size_t i : ListenersThatTake(cluster, gateway, route)) {
      if (rules.empty()) AddRules(cluster, route, named_gateway, rules);
      const std::vector<std::string> shared =
          SharedHostnames(listeners[i].hostname, route.As<HTTPRoute>()->spec.hostnames);
      for (const std::string& host : std::set<std::string>(shared.begin(), shared.end())) {
        auto& at = hosts[i][host];
        at.insert(at.end(), rules.begin(), rules.end());
      }
    }
  }
  for (size_t i = 0; i < listeners.size(); ++i) {
    RoutedListener listener;
    listener.name = listeners[i].name;
    listener.port = listeners[i].port;
    listener.protocol = listeners[i].protocol;
    listener.hostname = listeners[i].hostname;
    listener.certificates = ListenerCertificates(cluster, gateway, listeners[i]);
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

std::vector<Finding> RouteFindings(const Cluster& cluster, const Object& route) {
  FindingSink sink;
  sink.SetObject(route.ref(), route.source());
  const HTTPRouteSpec& spec = route.As<HTTPRoute>()->spec;
  for (size_t i = 0; i < spec.parent_refs.size(); ++i) {
    const ParentReference& parent = spec.parent_refs[i];
    const ObjectKey key = KeyOfRef(parent, route.meta().ns);
    const Object* gateway = cluster.Find(key);
    const std::string path = absl::StrCat("spec.parentRefs[", i, "]");
    if (gateway == nullptr) {
      sink.AddAt(path, Code::kRouteNoParent,
                 absl::StrCat(key.kind, " ", key.ns, "/", key.name, " is not in the input"));
    } else if (gateway->kind() == Kind::kGateway &&
               ListenersThatTake(cluster, *gateway, route).empty()) {
      sink.AddAt(
          path, Code::kRouteNoParent,
          absl::StrCat("no listener of Gateway ", key.ns, "/", key.name, " takes this route"));
    }
  }
  auto in_spec = sink.Field("spec");
  auto in_rules = sink.Field("rules");
  for (size_t r = 0; r < spec.rules.size(); ++r) {
    auto rule_scope = sink.Index(r);
    {
      auto filters = sink.Field("filters");
      for (size_t f = 0; f < spec.rules[r].filters.size(); ++f) {
        auto filter_scope = sink.Index(f);
        const HTTPRouteFilter& filter = spec.rules[r].filters[f];
        if (!IsSupportedFilter(filter)) {
          sink.Add(Code::kRouteUnsupportedFilter,
                   absl::StrCat("the filter ", filter.type, " is not translated"));
        }
      }
    }
    auto refs = sink.Field("backendRefs");
    for (size_t b = 0; b < spec.rules[r].backend_refs.size(); ++b) {
      auto ref_scope = sink.Index(b);
      const HTTPBackendRef& ref = spec.rules[r].backend_refs[b];
      ResolvedRef resolved =
          ResolveBackendRef(cluster, route, ref.group, ref.kind, ref.ns, ref.name, ref.port);
      if (!resolved.reason.empty()) sink.Add(resolved.code, std::move(resolved.message));
    }
  }
  return sink.Take();
}

}  // namespace gwpolicy
