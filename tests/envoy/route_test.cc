#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "gwpolicy/envoy/translate.h"
#include "tests/envoy/shapes.h"

// Routes as Envoy gets them.
namespace gwpolicy {
namespace envoy {
namespace {

using ::gwpolicy::testing::Compact;
using ::gwpolicy::testing::GatewayWith;
using ::gwpolicy::testing::Listener;
using ::gwpolicy::testing::Rule;
using ::gwpolicy::testing::ServiceBackend;
using ::gwpolicy::testing::Shared;
using ::gwpolicy::testing::To;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

BackendTls Web() { return ServiceBackend("web", 80); }

// All route configurations of the Gateway, one after another.
std::string RoutesJson(const RoutedGateway& gateway, const std::vector<BackendTls>& backends) {
  const absl::StatusOr<Resources> resources = Translate(gateway, Shared(backends));
  if (!resources.ok()) return resources.status().ToString();
  std::string json;
  for (const Resource& route : resources->routes) {
    absl::StrAppend(&json, Compact(ResourceToJson(route).value_or("no JSON")));
  }
  return json;
}

// Of one rule to one backend that `change` has changed.
template <typename Change>
std::string RouteJson(const Change& change) {
  RoutedRule rule = Rule({To(Web())});
  change(&rule);
  return RoutesJson(GatewayWith({rule}), {Web()});
}

TEST(RouteTest, HasTheNamesOfKgateway) {
  RoutedRule rule = Rule({To(Web())});
  rule.rule_index = 1;
  rule.match_index = 2;
  EXPECT_EQ(RoutesJson(GatewayWith({rule}), {Web()}),
            R"({"name":"listener~8080","virtual_hosts":[{"name":"listener~8080~example_com",)"
            R"("domains":["example.com"],"routes":[{"match":{"prefix":"/"},)"
            R"("route":{"cluster":"kube_default_web_80",)"
            R"("cluster_not_found_response_code":"INTERNAL_SERVER_ERROR"},"name":)"
            R"("listener~8080~example_com-route-0-httproute-example-default-1-2-matcher-2"}]}],)"
            R"("validate_clusters":false,"ignore_port_in_host_matching":true})");
}

struct MatchCase {
  std::string name;
  RequestMatch match;
  std::string json;  // "" for a match that no request has
};

TEST(RouteTest, WritesMatches) {
  const auto headers = [](NameValueMatch match) {
    RequestMatch m;
    m.headers = {std::move(match)};
    return m;
  };
  const auto query = [](NameValueMatch match) {
    RequestMatch m;
    m.query_params = {std::move(match)};
    return m;
  };
  RequestMatch get;
  get.method = "GET";
  const MatchCase cases[] = {
      {"everything", {}, R"({"prefix":"/"})"},
      {"a prefix by elements",
       {MatchType::kPrefix, "/foo", "", {}, {}},
       R"({"path_separated_prefix":"/foo"})"},
      {"a slash at the end means nothing",
       {MatchType::kPrefix, "/foo/", "", {}, {}},
       R"({"path_separated_prefix":"/foo"})"},
      {"an exact path", {MatchType::kExact, "/foo/", "", {}, {}}, R"({"path":"/foo/"})"},
      {"a regular expression",
       {MatchType::kRegex, "/v[0-9]+", "", {}, {}},
       R"({"safe_regex":{"regex":"/v[0-9]+"}})"},
      {"a method", get,
       R"({"prefix":"/","headers":[{"name":":method","string_match":{"exact":"GET"}}]})"},
      {"a header", headers({MatchType::kExact, "X-A", "1"}),
       R"({"prefix":"/","headers":[{"name":"X-A","string_match":{"exact":"1"}}]})"},
      {"a header by expression", headers({MatchType::kRegex, "X-A", "1.*"}),
       R"([{"name":"X-A","string_match":{"safe_regex":{"regex":"1.*"}}}])"},
      {"a query parameter", query({MatchType::kExact, "q", "1"}),
       R"("query_parameters":[{"name":"q","string_match":{"exact":"1"}}])"},
      {"a path with a query", {MatchType::kPrefix, "/a?b", "", {}, {}}, ""},
      {"a path without slash", {MatchType::kExact, "a", "", {}, {}}, ""},
      {"an empty expression", {MatchType::kRegex, "", "", {}, {}}, ""},
      {"a header that is none", headers({MatchType::kExact, "a b", "1"}), ""},
      {"a query parameter without name", query({MatchType::kExact, "", "1"}), ""},
  };
  for (const MatchCase& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string json = RouteJson([&](RoutedRule* rule) { rule->match = c.match; });
    if (c.json.empty()) {
      EXPECT_THAT(json, Not(HasSubstr("\"routes\"")));
    } else {
      EXPECT_THAT(json, HasSubstr(c.json));
    }
  }
}

struct RewriteCase {
  std::string name;
  RequestMatch match;
  PathChange change;
  std::string json;
};

// The table of ReplacePrefixMatch in Gateway API's httproute_types.go, and its corners.
TEST(RouteTest, RewritesPathsByElements) {
  const auto prefix = [](const char* path) {
    return RequestMatch{MatchType::kPrefix, path, "", {}, {}};
  };
  const std::string regex_to_root =
      R"("regex_rewrite":{"pattern":{"regex":"^/foo/*"},"substitution":"/"})";
  const RewriteCase cases[] = {
      {"to a prefix", prefix("/foo"), {false, "/xyz"}, R"("prefix_rewrite":"/xyz")"},
      {"slash behind the new one", prefix("/foo"), {false, "/xyz/"}, R"("prefix_rewrite":"/xyz")"},
      {"slash behind the old one", prefix("/foo/"), {false, "/xyz"}, R"("prefix_rewrite":"/xyz")"},
      {"to the root", prefix("/foo"), {false, "/"}, regex_to_root},
      {"to nothing", prefix("/foo/"), {false, ""}, regex_to_root},
      {"from the root", prefix("/"), {false, "/xyz"}, R"("prefix_rewrite":"/xyz/")"},
      {"with special characters", prefix("/a.b"), {false, "/"}, R"("regex":"^/a\\.b/*")"},
      {"of an exact path",
       {MatchType::kExact, "/foo", "", {}, {}},
       {false, "/xyz/"},
       R"({"regex":"^/.*$"},"substitution":"/xyz"})"},
      {"as a whole",
       prefix("/foo"),
       {true, "/a\\1b"},
       R"({"regex":"^/.*$"},"substitution":"/a\\\\1b"})"},
      {"as a whole without slash", prefix("/foo"), {true, "get"}, R"("substitution":"/get")"},
      {"of an expression, which has no prefix",
       {MatchType::kRegex, "/a.*", "", {}, {}},
       {false, "/xyz"},
       R"("direct_response":{"status":500})"},
  };
  for (const RewriteCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(RouteJson([&](RoutedRule* rule) {
                  rule->match = c.match;
                  rule->rewrite_path = c.change;
                }),
                HasSubstr(c.json));
  }
  EXPECT_THAT(RouteJson([&](RoutedRule* rule) {
                rule->rewrite_path = PathChange{false, "/"};
              }),
              Not(HasSubstr("rewrite")));
}

TEST(RouteTest, RewritesTheHost) {
  EXPECT_THAT(RouteJson([](RoutedRule* rule) { rule->rewrite_hostname = "httpbin.org"; }),
              HasSubstr(R"("host_rewrite_literal":"httpbin.org")"));
  // Envoy changes Host in no other way.
  EXPECT_THAT(RouteJson([](RoutedRule* rule) {
                rule->request_headers.set = {{"Host", "httpbin.org"}};
              }),
              AllOf(HasSubstr(R"("host_rewrite_literal":"httpbin.org")"),
                    Not(HasSubstr("request_headers_to_add"))));
}

TEST(RouteTest, ChangesHeaders) {
  EXPECT_THAT(
      RouteJson([](RoutedRule* rule) {
        rule->request_headers.set = {{"X-Set", "100%"}};
        rule->request_headers.add = {{"X-Add", ""}};
        rule->request_headers.remove = {"X-Gone"};
        rule->response_headers.set = {{"X-Set", "1"}};
        rule->response_headers.remove = {"Server"};
      }),
      AllOf(HasSubstr(R"("request_headers_to_add":[{"header":{"key":"X-Set","value":"100%%"},)"
                      R"("append_action":"OVERWRITE_IF_EXISTS_OR_ADD"},)"
                      R"({"header":{"key":"X-Add"},"keep_empty_value":true}])"),
            HasSubstr(R"("request_headers_to_remove":["X-Gone"])"),
            HasSubstr(R"("response_headers_to_add":[{"header":{"key":"X-Set","value":"1"},)"),
            HasSubstr(R"("response_headers_to_remove":["Server"])")));
}

TEST(RouteTest, Answers500WhereEnvoyCannotDoWhatTheRuleSays) {
  const std::pair<std::string, void (*)(RoutedRule*)> cases[] = {
      {"no backend", [](RoutedRule* r) { r->backends.clear(); }},
      {"no weight", [](RoutedRule* r) { r->backends[0].weight = 0; }},
      {"a header name that is none",
       [](RoutedRule* r) {
         r->request_headers.set = {{"a b", ""}};
       }},
      {"a header value with a line break",
       [](RoutedRule* r) {
         r->response_headers.add = {{"a", "b\r\nc: d"}};
       }},
      {"a pseudo header",
       [](RoutedRule* r) {
         r->request_headers.set = {{":path", "/"}};
       }},
      {"Host taken away", [](RoutedRule* r) { r->request_headers.remove = {"host"}; }},
      {"a redirect that is none",
       [](RoutedRule* r) {
         r->redirect = Redirect();
         r->redirect->status_code = 200;
       }},
  };
  for (const auto& [name, change] : cases) {
    SCOPED_TRACE(name);
    EXPECT_THAT(RouteJson(change), AllOf(HasSubstr(R"("match":{"prefix":"/"},)"),
                                         HasSubstr(R"("direct_response":{"status":500})"),
                                         Not(HasSubstr("headers_to"))));
  }
}

TEST(RouteTest, SplitsByWeightAndAnswersTheShareOfAMissingBackendWith500) {
  RoutedBackend missing;
  missing.weight = 3;
  missing.reason = "BackendNotFound";
  RoutedBackend refused = To(Web());
  refused.reason = "RefNotPermitted";
  refused.weight = 0;
  EXPECT_THAT(RoutesJson(GatewayWith({Rule({To(Web(), 7), missing, refused})}), {Web()}),
              HasSubstr(R"("route":{"weighted_clusters":{"clusters":[)"
                        R"({"name":"kube_default_web_80","weight":7},)"
                        R"({"name":"blackhole_cluster","weight":3},)"
                        R"({"name":"blackhole_cluster","weight":0}]},)"
                        R"("cluster_not_found_response_code":"INTERNAL_SERVER_ERROR"})"));
  EXPECT_THAT(RoutesJson(GatewayWith({Rule({missing})}), {}),
              HasSubstr(R"("route":{"cluster":"blackhole_cluster",)"));
}

struct RedirectCase {
  std::string name;
  Redirect redirect;
  std::string json;
};

TEST(RouteTest, Redirects) {
  const RedirectCase cases[] = {
      {"to https, whose port is its own",
       {"https", "", {}, {}, 301},
       R"("redirect":{"scheme_redirect":"https"})"},
      {"to a host on the listener's port",
       {"", "example.org", {}, {}, 302},
       R"({"host_redirect":"example.org","response_code":"FOUND","port_redirect":8080})"},
      {"to a port", {"https", "", {}, 8443, 302}, R"("port_redirect":8443)"},
      {"to the port of the scheme",
       {"http", "", {}, 80, 307},
       R"({"response_code":"TEMPORARY_REDIRECT","scheme_redirect":"http"})"},
      {"to a path",
       {"https", "", PathChange{true, "/b"}, {}, 308},
       R"({"path_redirect":"/b","response_code":"PERMANENT_REDIRECT")"},
      {"to a prefix",
       {"https", "", PathChange{false, "/b/"}, {}, 303},
       R"({"response_code":"SEE_OTHER","prefix_rewrite":"/b","scheme_redirect":"https"})"},
      {"to the root",
       {"https", "", PathChange{false, "/"}, {}, 302},
       R"("regex_rewrite":{"pattern":{"regex":"^/a/*"},"substitution":"/"})"},
  };
  for (const RedirectCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(RouteJson([&](RoutedRule* rule) {
                  rule->match.path = "/a";
                  rule->redirect = c.redirect;
                }),
                HasSubstr(c.json));
  }
}

TEST(RouteTest, TakesTheShorterTimeout) {
  const auto with = [](std::optional<absl::Duration> request,
                       std::optional<absl::Duration> backend) {
    return RouteJson([&](RoutedRule* rule) {
      rule->request_timeout = request;
      rule->backend_request_timeout = backend;
    });
  };
  const absl::Duration none = absl::ZeroDuration();
  EXPECT_THAT(with({}, {}), Not(HasSubstr("timeout")));
  EXPECT_THAT(with(absl::Seconds(10), {}), HasSubstr(R"("timeout":"10s")"));
  EXPECT_THAT(with(absl::Seconds(10), absl::Seconds(2)), HasSubstr(R"("timeout":"2s")"));
  EXPECT_THAT(with(none, absl::Seconds(2)), HasSubstr(R"("timeout":"2s")"));
  EXPECT_THAT(with(absl::Seconds(10), none), HasSubstr(R"("timeout":"10s")"));
  EXPECT_THAT(with(none, none), HasSubstr(R"("timeout":"0s")"));
}

TEST(RouteTest, UpgradesToWebSocketWhereABackendSpeaksIt) {
  const BackendTls ws = testing::WithSettings(
      Web(), [](BackendSettings* s) { s->protocol = HttpProtocol::kWebSocket; });
  EXPECT_THAT(RoutesJson(GatewayWith({Rule({To(ws)})}), {ws}),
              HasSubstr(R"("upgrade_configs":[{"upgrade_type":"websocket"}])"));
  EXPECT_THAT(RoutesJson(GatewayWith({Rule({To(Web())})}), {Web()}),
              Not(HasSubstr("upgrade_configs")));
}

TEST(RouteTest, OrdersHostsFromExactToAny) {
  RoutedGateway gateway = GatewayWith({});
  gateway.listeners[0].hosts = {{"*", {}},
                                {"*.example.com", {}},
                                {"", {}},
                                {"b.example.com", {}},
                                {"*.a.example.com", {}},
                                {"B.Example.com", {}}};
  const std::string json = RoutesJson(gateway, {});
  EXPECT_EQ(json, R"({"name":"listener~8080","virtual_hosts":[)"
                  R"({"name":"listener~8080~b_example_com","domains":["b.example.com"]},)"
                  R"({"name":"listener~8080~*_a_example_com","domains":["*.a.example.com"]},)"
                  R"({"name":"listener~8080~*_example_com","domains":["*.example.com"]},)"
                  R"({"name":"listener~8080~*","domains":["*"]}],)"
                  R"("validate_clusters":false,"ignore_port_in_host_matching":true})");
}

TEST(RouteTest, MergesListenersOfOnePort) {
  RoutedRule all = Rule({To(Web())});
  all.route_name = "all";
  RoutedRule exact = Rule({To(Web())});
  exact.route_name = "exact";
  exact.match = {MatchType::kExact, "/a", "", {}, {}};
  RoutedGateway gateway = GatewayWith({});
  gateway.listeners = {Listener("one", 8080, {{"example.com", {all}}}),
                       Listener("two", 8080, {{"example.com", {exact, all}}})};
  const std::string json = RoutesJson(gateway, {Web()});
  EXPECT_THAT(json, AllOf(HasSubstr("-route-0-httproute-exact-"),
                          HasSubstr("-route-1-httproute-all-"), Not(HasSubstr("-route-2-"))));
}

}  // namespace
}  // namespace envoy
}  // namespace gwpolicy
