#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/validate/cases.h"

namespace gwpolicy::testing {
namespace {

// The cases below write a spec in braces, and paths below it.
std::vector<ValidateCase> OfSpecs(std::vector<ValidateCase> cases) {
  for (ValidateCase& one : cases) {
    one.text = absl::StrCat("spec: ", one.text, "\n");
    for (Expected& expected : one.expected) {
      if (expected.message != Silenced().message) {
        expected.path = absl::StrCat("spec", expected.path.empty() ? "" : ".", expected.path);
      }
    }
  }
  return cases;
}

Expected BadDuration(const std::string& path) { return Rule(path, "invalid duration value"); }
Expected NoDuration(const std::string& path, const std::string& message,
                    const std::string& type = "string") {
  return Rule(path, absl::StrCat("\"", type,
                                 "\": type conversion error from 'string' to "
                                 "'google.protobuf.Duration' evaluating rule: ",
                                 message));
}
Expected Below(const std::string& path, int value, int limit) {
  return {Code::kSchemaRange, path,
          absl::StrCat("Invalid value: ", value, ": spec.", path,
                       " in body should be greater than or equal to ", limit)};
}
Expected Above(const std::string& path, int value, int limit) {
  return {Code::kSchemaRange, path,
          absl::StrCat("Invalid value: ", value, ": spec.", path,
                       " in body should be less than or equal to ", limit)};
}
Expected EmptyText(const std::string& path) {
  return {
      Code::kSchemaTooShort, path,
      absl::StrCat("Invalid value: \"\": spec.", path, " in body should be at least 1 chars long")};
}
Expected TooLong(const std::string& path) {
  return {Code::kSchemaTooLong, path, "Too long: may not be more than 32 bytes"};
}
constexpr char kRate[] = "refreshRate must be at least 1ms";
constexpr char kJitter[] = "jitter must be less than or equal to refreshRate";
constexpr char kKeepAliveTime[] = "keepAliveTime must be at least 1 second";
constexpr char kKeepAliveInterval[] = "keepAliveInterval must be at least 1 second";

std::vector<ValidateCase> ConnectionCases() {
  return OfSpecs(
      {{"ConnectTimeoutOfZero", "{connectTimeout: 0s}", {}},
       {"ConnectTimeoutOf32Bytes", "{connectTimeout: 00001h00002m00003s00004ms}", {}},
       {"ConnectTimeoutTooLong",
        "{connectTimeout: 000000000000000000000000000000001s}",
        {TooLong("connectTimeout"), Silenced()}},
       {"ConnectTimeoutWithFraction", "{connectTimeout: 1.5s}", {BadDuration("connectTimeout")}},
       {"ConnectTimeoutEmpty", "{connectTimeout: ''}", {BadDuration("connectTimeout")}},
       {"BufferOfZero", "{perConnectionBufferLimitBytes: 0}", {}},
       {"BufferBelowZero",
        "{perConnectionBufferLimitBytes: -1}",
        {Below("perConnectionBufferLimitBytes", -1, 0)}},
       {"Dns", "{dns: {refreshRate: 1ms, jitter: 1ms, respectTTL: false}}", {}},
       {"DnsEmpty", "{dns: {}}", {}},
       {"DnsRateOfZero", "{dns: {refreshRate: 0s}}", {Rule("dns.refreshRate", kRate)}},
       {"DnsRateIsNoDuration",
        "{dns: {refreshRate: 1d}}",
        {BadDuration("dns.refreshRate"), NoDuration("dns.refreshRate", kRate)}},
       {"DnsRateThatGoReadsAndThePatternDoesNot",
        "{dns: {refreshRate: 1.5s}}",
        {BadDuration("dns.refreshRate")}},
       {"DnsJitterAboveRate", "{dns: {refreshRate: 59s, jitter: 1m}}", {Rule("dns", kJitter)}},
       {"DnsJitterAlone", "{dns: {jitter: 1h}}", {}},
       {"DnsJitterIsNoDuration", "{dns: {jitter: x}}", {BadDuration("dns.jitter")}},
       {"DnsJitterCannotBeCompared",
        "{dns: {refreshRate: 1s, jitter: x}}",
        {NoDuration("dns", kJitter, "object"), BadDuration("dns.jitter")}},
       {"Keepalive",
        "{tcpKeepalive: {keepAliveProbes: 0, keepAliveTime: 1s, keepAliveInterval: 1000ms}}",
        {}},
       {"KeepaliveTooOften",
        "{tcpKeepalive: {keepAliveProbes: -1, keepAliveTime: 999ms, keepAliveInterval: 0s}}",
        {Below("tcpKeepalive.keepAliveProbes", -1, 0),
         Rule("tcpKeepalive.keepAliveTime", kKeepAliveTime),
         Rule("tcpKeepalive.keepAliveInterval", kKeepAliveInterval)}},
       {"KeepaliveZeroWithoutUnit",
        "{tcpKeepalive: {keepAliveInterval: '0'}}",
        {BadDuration("tcpKeepalive.keepAliveInterval"),
         Rule("tcpKeepalive.keepAliveInterval", kKeepAliveInterval)}},
       {"CommonHttp",
        "{commonHttpProtocolOptions: {idleTimeout: 0s, maxConnectionDuration: 1h, "
        "maxHeadersCount: 0, maxStreamDuration: 1m, maxRequestsPerConnection: 0}}",
        {}},
       {"CommonHttpBad",
        "{commonHttpProtocolOptions: {idleTimeout: 1x, maxConnectionDuration: -1s, "
        "maxHeadersCount: -1, maxStreamDuration: abc, maxRequestsPerConnection: -2}}",
        {BadDuration("commonHttpProtocolOptions.idleTimeout"),
         BadDuration("commonHttpProtocolOptions.maxConnectionDuration"),
         BadDuration("commonHttpProtocolOptions.maxStreamDuration"),
         Below("commonHttpProtocolOptions.maxHeadersCount", -1, 0),
         Below("commonHttpProtocolOptions.maxRequestsPerConnection", -2, 0)}},
       {"Http1",
        "{http1ProtocolOptions: {enableTrailers: true, preserveHttp1HeaderCase: false, "
        "overrideStreamErrorOnInvalidHttpMessage: true}}",
        {}}});
}

constexpr char kStreamWindow[] =
    "InitialStreamWindowSize must be between 65535 and 2147483647 bytes (inclusive)";
constexpr char kConnectionWindow[] =
    "InitialConnectionWindowSize must be between 65535 and 2147483647 bytes (inclusive)";

std::vector<ValidateCase> Http2Cases() {
  return OfSpecs(
      {{"Windows",
        "{http2ProtocolOptions: {initialStreamWindowSize: 65535, initialConnectionWindowSize: "
        "2147483647, maxConcurrentStreams: 1, overrideStreamErrorOnInvalidHttpMessage: true}}",
        {}},
       {"WindowsAsQuantities",
        "{http2ProtocolOptions: {initialStreamWindowSize: 64Ki, initialConnectionWindowSize: 1M}}",
        {}},
       {"WindowsOutOfRange",
        "{http2ProtocolOptions: {initialStreamWindowSize: 65534, initialConnectionWindowSize: "
        "2147483648, maxConcurrentStreams: 0}}",
        {Rule("http2ProtocolOptions.initialStreamWindowSize", kStreamWindow),
         Rule("http2ProtocolOptions.initialConnectionWindowSize", kConnectionWindow),
         Below("http2ProtocolOptions.maxConcurrentStreams", 0, 1)}},
       {"WindowsAsQuantitiesOutOfRange",
        "{http2ProtocolOptions: {initialStreamWindowSize: 63Ki, initialConnectionWindowSize: "
        "2Gi}}",
        {Rule("http2ProtocolOptions.initialStreamWindowSize", kStreamWindow),
         Rule("http2ProtocolOptions.initialConnectionWindowSize", kConnectionWindow)}},
       {"WindowIsNoQuantity",
        "{http2ProtocolOptions: {initialStreamWindowSize: 64KB}}",
        {{Code::kSchemaPattern, "http2ProtocolOptions.initialStreamWindowSize",
          "Invalid value: \"64KB\": spec.http2ProtocolOptions.initialStreamWindowSize in body "
          "should match '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|"
          "([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$'"},
         Rule("http2ProtocolOptions.initialStreamWindowSize",
              absl::StrCat("\"\": quantities must match the regular expression "
                           "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' evaluating rule: ",
                           kStreamWindow))}},
       {"Pings",
        "{http2ProtocolOptions: {connectionKeepalive: {timeout: 1ms, interval: 1ms, "
        "connectionIdleInterval: 1ms}}}",
        {}},
       {"PingsWithoutTimeout",
        "{http2ProtocolOptions: {connectionKeepalive: {}}}",
        {Required("http2ProtocolOptions.connectionKeepalive.timeout"), Silenced()}},
       {"PingsAtOnce",
        "{http2ProtocolOptions: {connectionKeepalive: {timeout: 0s, interval: 0s, "
        "connectionIdleInterval: 0s}}}",
        {Rule("http2ProtocolOptions.connectionKeepalive.timeout", "timeout must be at least 1ms"),
         Rule("http2ProtocolOptions.connectionKeepalive.interval", "interval must be at least 1ms"),
         Rule("http2ProtocolOptions.connectionKeepalive.connectionIdleInterval",
              "connectionIdleInterval must be at least 1ms")}}});
}

constexpr char kOneAlgorithm[] =
    "exactly one of the fields in [leastRequest roundRobin ringHash maglev random] must be set";
constexpr char kAggression[] =
    "Aggression, if specified, must be a string representing a number greater than 0.0";
constexpr char kOneSource[] = "exactly one of the fields in [header cookie sourceIP] must be set";

std::string Aggression(const std::string& text) {
  return absl::StrCat("{loadBalancer: {roundRobin: {slowStart: {aggression: '", text, "'}}}}");
}
Expected BadAggression() {
  return Rule("loadBalancer.roundRobin.slowStart.aggression", kAggression);
}
std::string MaglevPolicies(const std::string& policies) {
  return absl::StrCat("{loadBalancer: {maglev: {hashPolicies: [", policies, "]}}}");
}
std::string HashPolicies(const std::string& policies) {
  return absl::StrCat("{loadBalancer: {ringHash: {hashPolicies: [", policies, "]}}}");
}

std::vector<ValidateCase> LoadBalancerCases() {
  return OfSpecs(
      {{"LeastRequest",
        "{loadBalancer: {leastRequest: {choiceCount: 3, slowStart: {window: 10s, aggression: "
        "'1.5', minWeightPercent: 100}}, healthyPanicThreshold: 100, updateMergeWindow: 0s, "
        "closeConnectionsOnHostSetChange: true, localityType: WeightedLb}}",
        {}},
       {"Random", "{loadBalancer: {random: {}}}", {}},
       {"Maglev",
        "{loadBalancer: {maglev: {useHostnameForHashing: true, hashPolicies: [{sourceIP: {}}]}}}",
        {}},
       {"NoAlgorithm",
        "{loadBalancer: {healthyPanicThreshold: 1}}",
        {Rule("loadBalancer", kOneAlgorithm)}},
       {"TwoAlgorithms",
        "{loadBalancer: {random: {}, roundRobin: {}}}",
        {Rule("loadBalancer", kOneAlgorithm)}},
       {"PanicAboveAll",
        "{loadBalancer: {random: {}, healthyPanicThreshold: 101, updateMergeWindow: x}}",
        {Above("loadBalancer.healthyPanicThreshold", 101, 100),
         BadDuration("loadBalancer.updateMergeWindow")}},
       {"UnknownLocalityType",
        "{loadBalancer: {random: {}, localityType: Other}}",
        {{Code::kSchemaEnum, "loadBalancer.localityType",
          "Unsupported value: \"Other\": supported values: \"WeightedLb\""},
         Silenced()}},
       {"SlowStartLimits",
        "{loadBalancer: {leastRequest: {slowStart: {window: x, minWeightPercent: -1}}}}",
        {BadDuration("loadBalancer.leastRequest.slowStart.window"),
         Below("loadBalancer.leastRequest.slowStart.minWeightPercent", -1, 0)}},
       {"AggressionWithoutZero", Aggression(".5"), {}},
       {"AggressionWithoutFraction", Aggression("2."), {}},
       {"AggressionOfZero", Aggression("0.0"), {BadAggression()}},
       {"AggressionBelowZero", Aggression("-1"), {BadAggression()}},
       {"AggressionEmpty", Aggression(""), {BadAggression()}},
       {"AggressionWithExponent", Aggression("1e3"), {BadAggression()}},
       {"RingSizes",
        "{loadBalancer: {ringHash: {minimumRingSize: 0, maximumRingSize: 8388608}}}",
        {}},
       {"RingSizesBelowZero",
        "{loadBalancer: {ringHash: {minimumRingSize: -1, maximumRingSize: -2}}}",
        {Below("loadBalancer.ringHash.minimumRingSize", -1, 0),
         Below("loadBalancer.ringHash.maximumRingSize", -2, 0)}},
       {"HashOfAll",
        HashPolicies("{header: {name: a}}, {cookie: {name: c, path: /, ttl: 0s, secure: true, "
                     "httpOnly: false, sameSite: Lax}, terminal: true}, {sourceIP: {}}"),
        {}},
       {"NoHashPolicies",
        HashPolicies(""),
        {{Code::kSchemaTooFew, "loadBalancer.ringHash.hashPolicies",
          "Invalid value: 0: spec.loadBalancer.ringHash.hashPolicies in body should have at "
          "least 1 items"}}},
       {"HashOfNothing",
        HashPolicies("{terminal: true}"),
        {Rule("loadBalancer.ringHash.hashPolicies[0]", kOneSource)}},
       {"HashOfTwo",
        HashPolicies("{sourceIP: {}}, {sourceIP: {}, header: {name: a}}"),
        {Rule("loadBalancer.ringHash.hashPolicies[1]", kOneSource)}},
       {"HashNamesEmpty",
        HashPolicies("{header: {name: ''}}, {cookie: {name: '', ttl: x}}"),
        {EmptyText("loadBalancer.ringHash.hashPolicies[0].header.name"),
         EmptyText("loadBalancer.ringHash.hashPolicies[1].cookie.name"),
         BadDuration("loadBalancer.ringHash.hashPolicies[1].cookie.ttl")}},
       {"MaglevOfAll", MaglevPolicies("{header: {name: a}}, {cookie: {name: c, ttl: 1m}}"), {}},
       {"MaglevOfNothing",
        MaglevPolicies("{terminal: true}"),
        {Rule("loadBalancer.maglev.hashPolicies[0]", kOneSource)}},
       {"MaglevCookieOfNoTime",
        MaglevPolicies("{cookie: {name: c, ttl: x}}"),
        {BadDuration("loadBalancer.maglev.hashPolicies[0].cookie.ttl")}},
       {"UnknownSameSite",
        HashPolicies("{cookie: {name: c, sameSite: lax}}"),
        {{Code::kSchemaEnum, "loadBalancer.ringHash.hashPolicies[0].cookie.sameSite",
          "Unsupported value: \"lax\": supported values: \"Strict\", \"Lax\", \"None\""},
         Silenced()}},
       {"Zones",
        "{loadBalancer: {random: {}, zoneAware: {preferLocal: {force: "
        "{minEndpointsInZoneThreshold: 1}, minEndpointsThreshold: 1, routingEnabled: 0}}}}",
        {}},
       {"ZonesByDefault", "{loadBalancer: {random: {}, zoneAware: {preferLocal: {}}}}", {}},
       {"ZonesWithoutPreference",
        "{loadBalancer: {random: {}, zoneAware: {}}}",
        {Rule("loadBalancer.zoneAware",
              "at least one of the fields in [preferLocal] must be set")}},
       {"ZonesAndWeights",
        "{loadBalancer: {random: {}, localityType: WeightedLb, zoneAware: {preferLocal: {}}}}",
        {Rule("loadBalancer", "localityType and zoneAware are mutually exclusive")}},
       {"ZonesWithRing",
        "{loadBalancer: {ringHash: {}, zoneAware: {preferLocal: {}}}}",
        {Rule("loadBalancer",
              "zoneAware is not supported with ringHash or maglev load "
              "balancers")}},
       {"ZonesWithMaglev",
        "{loadBalancer: {maglev: {}, zoneAware: {preferLocal: {}}}}",
        {Rule("loadBalancer",
              "zoneAware is not supported with ringHash or maglev load "
              "balancers")}},
       {"ZoneLimits",
        "{loadBalancer: {random: {}, zoneAware: {preferLocal: {force: "
        "{minEndpointsInZoneThreshold: 0}, minEndpointsThreshold: 0, routingEnabled: 101}}}}",
        {Below("loadBalancer.zoneAware.preferLocal.force.minEndpointsInZoneThreshold", 0, 1),
         Below("loadBalancer.zoneAware.preferLocal.minEndpointsThreshold", 0, 1),
         Above("loadBalancer.zoneAware.preferLocal.routingEnabled", 101, 100)}}});
}

constexpr char kOneCheck[] = "exactly one of http or grpc must be set";

std::string HealthCheckWith(const std::string& more) {
  return absl::StrCat(
      "{healthCheck: {timeout: 1s, interval: 5s, unhealthyThreshold: 0, healthyThreshold: 0",
      more.empty() ? "" : ", ", more, "}}");
}

std::vector<ValidateCase> ResilienceCases() {
  return OfSpecs(
      {{"HealthByHttp", HealthCheckWith("http: {host: a.com, path: /, method: HEAD}"), {}},
       {"HealthByGrpc", HealthCheckWith("grpc: {serviceName: s, authority: a.com}"), {}},
       {"HealthByNothing", HealthCheckWith(""), {Rule("healthCheck", kOneCheck)}},
       {"HealthByBoth",
        HealthCheckWith("http: {path: /}, grpc: {}"),
        {Rule("healthCheck", kOneCheck)}},
       {"HealthWithoutPath",
        HealthCheckWith("http: {}"),
        {Required("healthCheck.http.path"), Silenced()}},
       {"HealthByUnknownMethod",
        HealthCheckWith("http: {path: /, method: CONNECT}"),
        {{Code::kSchemaEnum, "healthCheck.http.method",
          "Unsupported value: \"CONNECT\": supported values: \"GET\", \"HEAD\", \"POST\", "
          "\"PUT\", \"DELETE\", \"OPTIONS\", \"TRACE\", \"PATCH\""},
         Silenced()}},
       {"HealthIncomplete",
        "{healthCheck: {grpc: {}}}",
        {Required("healthCheck.timeout"), Required("healthCheck.interval"),
         Required("healthCheck.unhealthyThreshold"), Required("healthCheck.healthyThreshold"),
         Silenced()}},
       {"HealthLimits",
        "{healthCheck: {timeout: a, interval: b, unhealthyThreshold: -1, healthyThreshold: -1, "
        "grpc: {}}}",
        {BadDuration("healthCheck.timeout"), BadDuration("healthCheck.interval"),
         Below("healthCheck.unhealthyThreshold", -1, 0),
         Below("healthCheck.healthyThreshold", -1, 0)}},
       {"OutliersByDefault", "{outlierDetection: {}}", {}},
       {"Outliers",
        "{outlierDetection: {consecutive5xx: 0, enforcingConsecutive5xx: 0, "
        "splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailure: 0, "
        "enforcingConsecutiveLocalOriginFailure: 100, interval: 1ms, baseEjectionTime: 1ms, "
        "maxEjectionPercent: 0}}",
        {}},
       {"OutlierLimits",
        "{outlierDetection: {consecutive5xx: -1, enforcingConsecutive5xx: 101, "
        "consecutiveLocalOriginFailure: -1, enforcingConsecutiveLocalOriginFailure: -1, "
        "interval: 0s, baseEjectionTime: 0ms, maxEjectionPercent: 101}}",
        {Below("outlierDetection.consecutive5xx", -1, 0),
         Above("outlierDetection.enforcingConsecutive5xx", 101, 100),
         Below("outlierDetection.consecutiveLocalOriginFailure", -1, 0),
         Below("outlierDetection.enforcingConsecutiveLocalOriginFailure", -1, 0),
         Rule("outlierDetection.interval", "interval must be at least 1ms"),
         Rule("outlierDetection.baseEjectionTime", "baseEjectionTime must be at least 1ms"),
         Above("outlierDetection.maxEjectionPercent", 101, 100)}},
       {"Breakers",
        "{circuitBreakers: {maxConnections: 1, maxPendingRequests: 1, maxRequests: 1, "
        "maxRetries: 0, trackRemaining: true}}",
        {}},
       {"BreakersLimits",
        "{circuitBreakers: {maxConnections: 0, maxPendingRequests: 0, maxRequests: 0, "
        "maxRetries: -1}}",
        {Below("circuitBreakers.maxConnections", 0, 1),
         Below("circuitBreakers.maxPendingRequests", 0, 1),
         Below("circuitBreakers.maxRequests", 0, 1), Below("circuitBreakers.maxRetries", -1, 0)}},
       {"BreakersWithoutLimit",
        "{circuitBreakers: {trackRemaining: true}}",
        {Rule("circuitBreakers",
              "at least one of the fields in [maxConnections maxPendingRequests maxRequests "
              "maxRetries] must be set")}},
       {"ProxyProtocolOfUnknownVersion",
        "{upstreamProxyProtocol: {version: V3}}",
        {{Code::kSchemaEnum, "upstreamProxyProtocol.version",
          "Unsupported value: \"V3\": supported values: \"V1\", \"V2\""},
         Silenced()}}});
}

}  // namespace

std::vector<CaseTable> BackendConfigPolicyTables() {
  return {
      {"BackendConfigPolicyConnection",
       HeadOf("gateway.kgateway.dev/v1alpha1", "BackendConfigPolicy"), ConnectionCases()},
      {"BackendConfigPolicyHttp2", HeadOf("gateway.kgateway.dev/v1alpha1", "BackendConfigPolicy"),
       Http2Cases()},
      {"BackendConfigPolicyLoadBalancer",
       HeadOf("gateway.kgateway.dev/v1alpha1", "BackendConfigPolicy"), LoadBalancerCases()},
      {"BackendConfigPolicyResilience",
       HeadOf("gateway.kgateway.dev/v1alpha1", "BackendConfigPolicy"), ResilienceCases()},
  };
}

}  // namespace gwpolicy::testing
