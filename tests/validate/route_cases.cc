#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/formats.h"
#include "tests/validate/cases.h"
#include "tests/validate/shared_cases.h"

namespace gwpolicy::testing {
namespace {

std::vector<ValidateCase> GrpcRouteCases() {
  return {{"Nothing", "spec: {}\n", {}},
          {"Backend", "spec: {rules: [{backendRefs: [{name: w, port: 1}]}]}\n", {}},
          {"Method", "spec: {rules: [{matches: [{method: {method: a_1}}]}]}\n", {}},
          {"Service", "spec: {rules: [{matches: [{method: {service: .a.B_1}}]}]}\n", {}},
          {"Neither",
           "spec: {rules: [{matches: [{method: {type: Exact}}]}]}\n",
           {Rule("spec.rules[0].matches[0].method",
                 "One or both of 'service' or 'method' must be specified")}},
          {"BadService",
           "spec: {rules: [{matches: [{method: {service: a..b}}]}]}\n",
           {Rule("spec.rules[0].matches[0].method",
                 "service must only contain valid characters (matching "
                 "^(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*$)")}},
          {"BadServiceAsExpression",
           "spec: {rules: [{matches: [{method: {type: RegularExpression, service: a..b}}]}]}\n",
           {}},
          {"BadMethod",
           "spec: {rules: [{matches: [{method: {method: 1a}}]}]}\n",
           {Rule("spec.rules[0].matches[0].method",
                 "method must only contain valid characters (matching ^[A-Za-z_][A-Za-z_0-9]*$)")}},
          {"ServiceWithoutPort",
           "spec: {rules: [{backendRefs: [{name: w}]}]}\n",
           {Rule("spec.rules[0].backendRefs[0]", "Must have port for Service reference")}}};
}

std::vector<ValidateCase> TlsRouteCases() {
  return {
      {"Plain", "spec: {hostnames: [a.com], rules: [{backendRefs: [{name: w, port: 1}]}]}\n", {}},
      {"ServiceWithoutPort",
       "spec: {hostnames: [a.com], rules: [{backendRefs: [{name: w}]}]}\n",
       {Rule("spec.rules[0].backendRefs[0]", "Must have port for Service reference")}},
      {"Wildcard",
       "spec: {hostnames: ['*.a.com'], rules: [{backendRefs: [{name: w, port: 1}]}]}\n",
       {}},
      {"Address",
       "spec: {hostnames: [1.2.3.4], rules: [{backendRefs: [{name: w, port: 1}]}]}\n",
       {{Code::kLintAddressAsHostname, "spec.hostnames[0]",
         "1.2.3.4 is an IP address; the Gateway API wants a DNS name here."},
        Rule("spec.hostnames", "Hostnames cannot contain an IP")}},
      {"NotAName",
       "spec: {hostnames: ['a.*.com', 'A'], rules: [{backendRefs: [{name: w, port: 1}]}]}\n",
       {{Code::kSchemaPattern, "spec.hostnames[0]",
         absl::StrCat("Invalid value: \"a.*.com\": spec.hostnames[0] in body should match '",
                      kHostname.pattern, "'")},
        {Code::kSchemaPattern, "spec.hostnames[1]",
         absl::StrCat("Invalid value: \"A\": spec.hostnames[1] in body should match '",
                      kHostname.pattern, "'")},
        Rule("spec.hostnames", "Hostnames must be valid based on RFC-1123"),
        Rule("spec.hostnames",
             "Wildcards on hostnames must be the first label, and the rest of hostname must be "
             "valid based on RFC-1123")}}};
}

std::vector<ValidateCase> TcpRouteCases() {
  return {{"Plain", "spec: {rules: [{backendRefs: [{name: w, port: 1}]}]}\n", {}},
          {"ServiceWithoutPort",
           "spec: {rules: [{backendRefs: [{name: w}]}]}\n",
           {Rule("spec.rules[0].backendRefs[0]", "Must have port for Service reference")}}};
}

std::vector<ValidateCase> UdpRouteCases() {
  return {{"Plain", "spec: {rules: [{backendRefs: [{name: w, port: 1}]}]}\n", {}},
          {"ServiceWithoutPort",
           "spec: {rules: [{backendRefs: [{name: w}]}]}\n",
           {Rule("spec.rules[0].backendRefs[0]", "Must have port for Service reference")}}};
}

std::vector<ValidateCase> GrpcFilterCases() {
  const std::string headers = "{type: RequestHeaderModifier, requestHeaderModifier: {}}";
  const std::string answers = "{type: ResponseHeaderModifier, responseHeaderModifier: {}}";
  return {
      {"AllAtOnce", absl::StrCat(headers, ",", answers), {}},
      {"RequestHeadersTwice",
       absl::StrCat(headers, ",", headers),
       {Rule("", "RequestHeaderModifier filter cannot be repeated")}},
      {"ResponseHeadersTwice",
       absl::StrCat(answers, ",", answers),
       {Rule("", "ResponseHeaderModifier filter cannot be repeated")}},
      {"MirrorServiceWithoutPort",
       "{type: RequestMirror, requestMirror: {backendRef: {name: web}}}",
       {Rule("[0].requestMirror.backendRef", "Must have port for Service reference")}},
      {"MirrorByFraction",
       "{type: RequestMirror, requestMirror: {backendRef: {name: m, port: 1}, "
       "fraction: {numerator: 100}}}",
       {}},
      {"MirrorByMoreThanAll",
       "{type: RequestMirror, requestMirror: {backendRef: {name: m, port: 1}, "
       "fraction: {numerator: 101}}}",
       {Rule("[0].requestMirror.fraction", "numerator must be less than or equal to denominator")}},
      {"MirrorByTwoShares",
       "{type: RequestMirror, requestMirror: {backendRef: {name: m, port: 1}, percent: 1, "
       "fraction: {numerator: 1}}}",
       {Rule("[0].requestMirror",
             "Only one of percent or fraction may be specified in HTTPRequestMirrorFilter")}},
  };
}

std::string SeveralRules(int count, const std::string& name) {
  std::string text = "  rules:\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "  - {", name.empty() ? "" : absl::StrCat("name: ", name, ", "),
                    "backendRefs: [{name: w, port: 1}]}\n");
  }
  return text;
}

std::string V1Alpha2Head(const std::string& kind) {
  return HeadOf("gateway.networking.k8s.io/v1alpha2", kind) + "spec:\n";
}

// The deprecated version allows more rules, whose names differ; TLSRoute needs no hostnames there.
std::vector<ValidateCase> V1Alpha2Cases(const std::string& kind) {
  const Expected deprecated = {
      Code::kLintDeprecatedVersion, "apiVersion",
      absl::StrCat("The v1alpha2 version of ", kind,
                   " has been deprecated and will be removed in a future release of the API. "
                   "Please upgrade to v1.")};
  std::vector<ValidateCase> cases = {
      {"OneRule", SeveralRules(1, "a"), {}},
      {"SixteenRules", SeveralRules(16, ""), {}},
      {"TooManyRules",
       SeveralRules(17, ""),
       {{Code::kSchemaTooMany, "spec.rules", "Too many: 17: must have at most 16 items"},
        Silenced()}},
      {"NoRules",
       "  rules: []\n",
       {{Code::kSchemaTooFew, "spec.rules",
         "Invalid value: 0: spec.rules in body should have at least 1 items"}}},
      {"SameName",
       SeveralRules(2, "a"),
       {Rule("spec.rules", "Rule name must be unique within the route")}},
  };
  for (ValidateCase& one : cases) {
    one.channel = Channel::kExperimental;
    one.expected.push_back(deprecated);
  }
  return cases;
}

}  // namespace

std::vector<CaseTable> RouteTables() {
  const std::string grpc = HeadOf("gateway.networking.k8s.io/v1", "GRPCRoute");
  const std::string tls = HeadOf("gateway.networking.k8s.io/v1", "TLSRoute");
  const std::string tcp = HeadOf("gateway.networking.k8s.io/v1", "TCPRoute");
  const std::string udp = HeadOf("gateway.networking.k8s.io/v1", "UDPRoute");
  const std::string backend = ", rules: [{backendRefs: [{name: w, port: 1}]}]";
  const std::vector<FilterMember> members = {
      {"RequestHeaderModifier", "requestHeaderModifier", "{}"},
      {"ResponseHeaderModifier", "responseHeaderModifier", "{}"},
      {"RequestMirror", "requestMirror", "{backendRef: {name: m, port: 1}}"},
      {"ExtensionRef", "extensionRef", "{group: a.b, kind: Kind, name: x}"},
  };
  const Place session = {"spec: {rules: [{sessionPersistence: ", "}]}\n",
                         "spec.rules[0].sessionPersistence"};
  return {
      {"GrpcRoute", grpc, GrpcRouteCases()},
      {"GrpcRouteParents", grpc, ParentRefCases("")},
      {"GrpcRouteRules", grpc, RuleListCases()},
      {"GrpcRouteFilterUnion", grpc, OfFilters(FilterUnionCases(members))},
      {"GrpcRouteFilters", grpc, OfFilters(GrpcFilterCases())},
      {"GrpcRouteSession", grpc, SessionPersistenceCases(session)},
      {"TlsRoute", tls, TlsRouteCases()},
      {"TlsRouteParents", tls, ParentRefCases(absl::StrCat(", hostnames: [a.com]", backend))},
      {"TcpRoute", tcp, TcpRouteCases()},
      {"TcpRouteParents", tcp, ParentRefCases(backend)},
      {"TlsRouteV1Alpha2", V1Alpha2Head("TLSRoute"), V1Alpha2Cases("TLSRoute")},
      {"TcpRouteV1Alpha2", V1Alpha2Head("TCPRoute"), V1Alpha2Cases("TCPRoute")},
      {"UdpRouteV1Alpha2", V1Alpha2Head("UDPRoute"), V1Alpha2Cases("UDPRoute")},
      {"UdpRoute", udp, UdpRouteCases()},
      {"UdpRouteParents", udp, ParentRefCases(backend)},
  };
}

}  // namespace gwpolicy::testing
