#include "gwpolicy/envoy/listener.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/envoy/messages.h"
#include "gwpolicy/envoy/proto/access_log.pb.h"
#include "gwpolicy/envoy/proto/core.pb.h"
#include "gwpolicy/envoy/proto/http_connection_manager.pb.h"
#include "gwpolicy/envoy/proto/listener.pb.h"
#include "gwpolicy/envoy/proto/route.pb.h"
#include "gwpolicy/envoy/proto/router.pb.h"
#include "gwpolicy/envoy/proto/stdout_access_log.pb.h"
#include "gwpolicy/envoy/proto/tls_inspector.pb.h"
#include "gwpolicy/envoy/route.h"
#include "gwpolicy/envoy/tls_context.h"

namespace gwpolicy {
namespace envoy {
namespace {

using config::listener::v3::FilterChain;
using config::listener::v3::Listener;
using config::route::v3::RouteConfiguration;
namespace hcm = extensions::filters::network::http_connection_manager::v3;

constexpr absl::string_view kAccessLogFormat =
    "%RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_TRANSPORT_FAILURE_REASON%\n";

bool IsTls(const RoutedListener& listener) { return listener.protocol == "HTTPS"; }

bool CanServe(const RoutedListener& listener) {
  return listener.protocol == "HTTP" ||
         (IsTls(listener) && HasServerCertificate(listener.certificates));
}

std::string ServerName(const RoutedListener& listener) {
  return listener.hostname == "*" ? "" : absl::AsciiStrToLower(listener.hostname);
}

void AddToChain(const RoutedListener& listener, ListenerGroup* group) {
  const bool tls = IsTls(listener);
  const std::string server_name = tls ? ServerName(listener) : "";
  for (ListenerGroup::Chain& chain : group->chains) {
    if (chain.tls == tls && chain.server_name == server_name) {
      chain.listeners.push_back(&listener);
      return;
    }
  }
  ListenerGroup::Chain chain;
  chain.route_name = tls ? absl::StrCat(group->name, "~", listener.name) : group->name;
  chain.tls = tls;
  chain.server_name = server_name;
  chain.listeners.push_back(&listener);
  group->chains.push_back(std::move(chain));
}

void AddAccessLog(hcm::HttpConnectionManager* out) {
  extensions::access_loggers::stream::v3::StdoutAccessLog log;
  log.mutable_log_format()->mutable_text_format_source()->set_inline_string(
      std::string(kAccessLogFormat));
  auto* access_log = out->add_access_log();
  access_log->set_name("envoy.access_loggers.stdout");
  Pack(log, access_log->mutable_typed_config());
}

void SetConnectionManager(const ListenerGroup::Chain& chain, const ListenerSettings& settings,
                          const RouteConfiguration* routes, hcm::HttpConnectionManager* out) {
  out->set_stat_prefix("http");
  out->mutable_use_remote_address()->set_value(true);
  out->mutable_normalize_path()->set_value(true);
  out->set_merge_slashes(true);
  if (routes != nullptr) {
    *out->mutable_route_config() = *routes;
  } else {
    SetAds(out->mutable_rds()->mutable_config_source());
    out->mutable_rds()->set_route_config_name(chain.route_name);
  }
  auto* router = out->add_http_filters();
  router->set_name("envoy.filters.http.router");
  Pack(extensions::filters::http::router::v3::Router(), router->mutable_typed_config());
  if (settings.access_log) AddAccessLog(out);
}

void SetChain(const ListenerGroup::Chain& chain, const ListenerSettings& settings,
              const RouteConfiguration* routes, FilterChain* out) {
  out->set_name(chain.route_name);
  if (chain.tls) {
    // So that a plain HTTP chain beside it is told apart.
    out->mutable_filter_chain_match()->set_transport_protocol("tls");
    if (!chain.server_name.empty()) {
      out->mutable_filter_chain_match()->add_server_names(chain.server_name);
    }
    SetDownstreamTls(chain.listeners.front()->certificates, out->mutable_transport_socket());
  }
  hcm::HttpConnectionManager manager;
  SetConnectionManager(chain, settings, routes, &manager);
  auto* filter = out->add_filters();
  filter->set_name("envoy.filters.network.http_connection_manager");
  Pack(manager, filter->mutable_typed_config());
}

}  // namespace

absl::StatusOr<std::vector<ListenerGroup>> GroupListeners(
    const RoutedGateway& gateway, const std::map<std::string, Endpoint>& listen) {
  for (const auto& [name, address] : listen) {
    if (std::none_of(gateway.listeners.begin(), gateway.listeners.end(),
                     [&name = name](const RoutedListener& l) { return l.name == name; })) {
      return absl::InvalidArgumentError(absl::StrCat(
          "Gateway ", gateway.id.ns, "/", gateway.id.name, " has no listener \"", name, "\""));
    }
    if (!IsIpLiteral(address.host) || address.port < 0 || address.port > 65535) {
      return absl::InvalidArgumentError(absl::StrCat("listener \"", name, "\": ", address.host, ":",
                                                     address.port, " is no IP address and port"));
    }
  }

  // A port by its number and by where it is really listened on.
  std::map<std::tuple<int32_t, std::string, int32_t>, std::vector<const RoutedListener*>> ports;
  for (const RoutedListener& listener : gateway.listeners) {
    if (listener.port < 1 || listener.port > 65535) {
      return absl::InvalidArgumentError(
          absl::StrCat("listener \"", listener.name, "\": ", listener.port, " is no port"));
    }
    const auto override = listen.find(listener.name);
    const Endpoint address =
        override == listen.end() ? Endpoint{"", listener.port} : override->second;
    if (CanServe(listener)) {
      ports[{listener.port, address.host, address.port}].push_back(&listener);
    }
  }

  std::vector<ListenerGroup> groups;
  std::set<std::string> names;
  std::map<std::pair<std::string, int32_t>, std::string> at;
  for (const auto& [key, listeners] : ports) {
    const auto& [port, host, bound_port] = key;
    ListenerGroup group;
    group.name = absl::StrCat("listener~", port);
    // Only where one port of the Gateway is listened on at several addresses.
    if (!names.insert(group.name).second) {
      absl::StrAppend(&group.name, "~", listeners.front()->name);
    }
    group.address = {host, bound_port};
    // Port 0 is a free one each time.
    const auto [other, free] = at.try_emplace({host, bound_port}, listeners.front()->name);
    if (!free && bound_port != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("listeners \"", other->second, "\" and \"", listeners.front()->name,
                       "\" have different ports and one address, ", host, ":", bound_port));
    }
    for (const RoutedListener* listener : listeners) AddToChain(*listener, &group);
    groups.push_back(std::move(group));
  }
  return groups;
}

void SetListener(const ListenerGroup& group, const ListenerSettings& settings,
                 const std::vector<RouteConfiguration>& routes, Listener* out) {
  out->set_name(group.name);
  if (group.address.host.empty()) {
    SetAddress({"::", group.address.port}, out->mutable_address());
    out->mutable_address()->mutable_socket_address()->set_ipv4_compat(true);
  } else {
    SetAddress(group.address, out->mutable_address());
  }
  bool tls = false;
  for (size_t i = 0; i < group.chains.size(); ++i) {
    SetChain(group.chains[i], settings, settings.inline_routes ? &routes[i] : nullptr,
             out->add_filter_chains());
    tls = tls || group.chains[i].tls;
  }
  if (tls) {
    auto* inspector = out->add_listener_filters();
    inspector->set_name("envoy.filters.listener.tls_inspector");
    Pack(extensions::filters::listener::tls_inspector::v3::TlsInspector(),
         inspector->mutable_typed_config());
  }
}

std::vector<RouteConfiguration> ChainRoutes(const ListenerGroup& group,
                                            const std::set<std::string>& web_sockets,
                                            std::set<std::string>* reached) {
  std::vector<RouteConfiguration> routes(group.chains.size());
  for (size_t i = 0; i < group.chains.size(); ++i) {
    const ListenerGroup::Chain& chain = group.chains[i];
    RouteContext context;
    context.tls_listener = chain.tls;
    context.listener_port = chain.listeners.front()->port;
    context.web_sockets = &web_sockets;
    SetRoutes(chain.route_name, chain.listeners, context, reached, &routes[i]);
  }
  return routes;
}

}  // namespace envoy
}  // namespace gwpolicy
