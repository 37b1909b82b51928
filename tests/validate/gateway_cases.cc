#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/validate/cases.h"
#include "tests/validate/shared_cases.h"

namespace gwpolicy::testing {
namespace {

constexpr char kNeedsCertificates[] =
    "certificateRefs or options must be specified when mode is Terminate";
constexpr char kSame[] =
    "Combination of port, protocol and hostname must be unique for each listener";

std::string Listeners(const std::string& listeners) {
  return absl::StrCat("spec: {gatewayClassName: c, listeners: [", listeners, "]}\n");
}

// Those of the Gateway API itself (tests/cel/gateway_test.go) come first, in their order; each is
// for a Gateway and for a ListenerSet.
std::vector<ValidateCase> ListenerCases() {
  const auto listener = [](const std::string& protocol, const std::string& more = "") {
    return absl::StrCat("{name: a, port: 80, protocol: ", protocol, more.empty() ? "" : ", ", more,
                        "}");
  };
  const std::string certificate = "tls: {certificateRefs: [{name: c}]}";
  const Expected plain = Rule("", "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']");
  const Expected no_host = Rule("", "hostname must not be specified for protocols ['TCP', 'UDP']");
  // What the rule says when both lists are there and empty; it cannot be computed otherwise.
  const auto no_certificates = [](const std::string& missing) {
    return Rule("[0].tls", absl::StrCat("\"object\": no such key: ", missing,
                                        " evaluating rule: ", kNeedsCertificates));
  };
  return {
      {"HttpWithTls", listener("HTTP", certificate), {plain}},
      {"TcpWithTls", listener("TCP", "tls: {mode: Passthrough}"), {plain}},
      {"HttpsPassthrough",
       listener("HTTPS", "tls: {mode: Passthrough}"),
       {Rule("", "tls mode must be Terminate for protocol HTTPS")}},
      {"HttpsWithoutMode", listener("HTTPS", certificate), {}},
      {"HttpsWithoutTls", listener("HTTPS"), {}},
      {"TlsWithoutTls", listener("TLS"), {Rule("", "tls mode must be set for protocol TLS")}},
      {"HttpWithoutTls", listener("HTTP"), {}},
      {"TcpWithoutTls", listener("TCP"), {}},
      {"UdpWithoutTls", listener("UDP"), {}},
      {"TcpWithHostname", listener("TCP", "hostname: foo.example.com"), {no_host}},
      {"UdpWithHostname", listener("UDP", "hostname: foo.example.com"), {no_host}},
      {"HttpsWithoutCertificates",
       listener("HTTPS", "tls: {mode: Terminate}"),
       {no_certificates("certificateRefs")}},
      {"TlsWithoutCertificates",
       listener("TLS", "tls: {mode: Terminate}"),
       {no_certificates("certificateRefs")}},
      {"HttpsWithEmptyCertificates",
       listener("HTTPS", "tls: {certificateRefs: []}"),
       {no_certificates("options")}},
      {"HttpsWithEmptyCertificatesAndOptions",
       listener("HTTPS", "tls: {certificateRefs: [], options: {}}"),
       {Rule("[0].tls", kNeedsCertificates)}},
      {"TlsWithCertificates", listener("TLS", "tls: {certificateRefs: [{name: c}]}"), {}},
      {"HttpsWithOptions", listener("HTTPS", "tls: {options: {a/b: c}}"), {}},
      {"TlsWithOptions", listener("TLS", "tls: {mode: Terminate, options: {a/b: c}}"), {}},
      {"TlsPassthrough", listener("TLS", "tls: {mode: Passthrough}"), {}},
      {"SameName",
       "{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: HTTP}",
       {{Code::kSchemaDuplicate, "[1]", "Duplicate value: {\"name\":\"a\"}"},
        Rule("", "Listener name must be unique within the Gateway")}},
      {"SamePortProtocolAndHostname",
       "{name: a, port: 80, protocol: HTTP, hostname: a.com}, "
       "{name: b, port: 80, protocol: HTTP, hostname: a.com}",
       {Rule("", kSame)}},
      {"SamePortAndProtocol",
       "{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}",
       {Rule("", kSame)}},
      {"OtherPort",
       "{name: a, port: 80, protocol: HTTP, hostname: a.com}, "
       "{name: b, port: 81, protocol: HTTP, hostname: a.com}",
       {}},
      {"OtherHostname",
       "{name: a, port: 80, protocol: HTTP, hostname: a.com}, "
       "{name: b, port: 80, protocol: HTTP, hostname: b.com}",
       {}},
      {"HostnameOnOne",
       "{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP, hostname: a.com}",
       {}},
      {"OtherProtocol",
       "{name: a, port: 80, protocol: HTTP, hostname: a.com}, "
       "{name: b, port: 80, protocol: TLS, hostname: a.com, tls: {mode: Passthrough}}",
       {}},
      {"HostnameIsAnAddress",
       listener("HTTP", "hostname: 1.2.3.4"),
       {{Code::kLintAddressAsHostname, "[0].hostname",
         "1.2.3.4 is an IP address; the Gateway API wants a DNS name here."}}},
  };
}

std::vector<ValidateCase> ListenerLimitCases() {
  return {
      {"PortOutOfRange",
       Listeners("{name: a, port: 70000, protocol: HTTP}"),
       {{Code::kSchemaRange, "spec.listeners[0].port",
         "Invalid value: 70000: spec.listeners[0].port in body should be less than or equal to "
         "65535"}}},
      {"PortZero",
       Listeners("{name: a, port: 0, protocol: HTTP}"),
       {{Code::kSchemaRange, "spec.listeners[0].port",
         "Invalid value: 0: spec.listeners[0].port in body should be greater than or equal to "
         "1"}}},
      {"NoListeners", "spec: {gatewayClassName: c}\n", {Required("spec.listeners"), Silenced()}},
      {"ExperimentalFieldInStandardChannel",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
       "defaultScope: All}\n",
       {{Code::kSchemaUnknownField, "spec.defaultScope", "unknown field \"spec.defaultScope\""}}},
      {"ExperimentalFieldInExperimentalChannel",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
       "defaultScope: All}\n",
       {},
       Channel::kExperimental},
  };
}

std::vector<ValidateCase> GatewayPartCases() {
  return {
      {"Addresses",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], addresses: "
       "[{value: 1.2.3.4}, {value: 1.2.3.5}, {type: Hostname, value: a.com}, {type: "
       "Hostname}]}\n",
       {}},
      {"SameIpAddresses",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], addresses: "
       "[{value: 1.2.3.4}, {type: IPAddress, value: 1.2.3.4}]}\n",
       {Rule("spec.addresses", "IPAddress values must be unique")}},
      {"SameHostnames",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], addresses: "
       "[{type: Hostname, value: a.com}, {type: Hostname, value: a.com}]}\n",
       {Rule("spec.addresses", "Hostname values must be unique")}},
      {"BadHostname",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], addresses: "
       "[{type: Hostname, value: A}]}\n",
       {Rule("spec.addresses[0]",
             "Hostname value must be empty or contain only valid characters (matching "
             "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$)")}},
      {"Infrastructure",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
       "infrastructure: {labels: {a.b/c: d}, annotations: {e: f}}}\n",
       {}},
      {"BadLabelKey",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
       "infrastructure: {labels: {-a: d}}}\n",
       {Rule("spec.infrastructure.labels",
             "Label keys must be in the form of an optional DNS subdomain prefix followed by a "
             "required name segment of up to 63 characters.")}},
      {"BadAnnotationKey",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
       "infrastructure: {annotations: {a/b/c: d}}}\n",
       {Rule("spec.infrastructure.annotations",
             "Annotation keys must be in the form of an optional DNS subdomain prefix followed "
             "by a required name segment of up to 63 characters.")}},
      {"LongLabelPrefix",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
       "infrastructure: {labels: "
       "{bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/a: d}}}\n",
       {Rule("spec.infrastructure.labels",
             "If specified, the label key's prefix must be a DNS subdomain not longer than 253 "
             "characters in total.")}},
      {"LongAnnotationPrefix",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
       "infrastructure: {annotations: "
       "{bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/a: d}}}\n",
       {Rule("spec.infrastructure.annotations",
             "If specified, the annotation key's prefix must be a DNS subdomain not longer than "
             "253 characters in total.")}},
      {"FrontendTls",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], tls: "
       "{frontend: {default: {validation: {caCertificateRefs: [{group: '', kind: ConfigMap, "
       "name: c}]}}, perPort: [{port: 1, tls: {}}, {port: 2, tls: {}}]}}}\n",
       {}},
      {"SamePortTwice",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], tls: "
       "{frontend: {default: {}, perPort: [{port: 1, tls: {}}, {port: 1, tls: {}}]}}}\n",
       {{Code::kSchemaDuplicate, "spec.tls.frontend.perPort[1]", "Duplicate value: {\"port\":1}"},
        Rule("spec.tls.frontend.perPort",
             "Port for TLS configuration must be unique within the Gateway")}},
      {"AllowedListeners",
       "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
       "allowedListeners: {namespaces: {from: None}}}\n",
       {}}};
}

// What the server says of a value that is no address, at spec.addresses[0].
std::vector<Expected> NoAddress(const std::string& value) {
  return {
      {Code::kSchemaFormat, "",
       "Invalid value: \"\": \"spec.addresses[0]\" must validate one and only one schema "
       "(oneOf). Found none valid"},
      {Code::kSchemaFormat, "",
       "Invalid value: \"\": \"spec.addresses[0].value\" must validate at least one schema "
       "(anyOf)"},
      {Code::kSchemaFormat, "spec.addresses[0].value",
       absl::StrCat("Invalid value: \"", value,
                    "\": spec.addresses[0].value in body must be of type ipv4: \"", value, "\"")},
      Silenced()};
}

std::vector<ValidateCase> AddressCases() {
  const auto address = [](const std::string& fields) {
    return absl::StrCat(
        "spec: {gatewayClassName: c, listeners: [{name: a, port: 80, protocol: HTTP}], "
        "addresses: [{",
        fields, "}]}\n");
  };
  std::vector<ValidateCase> cases = {
      {"NotForHostnames", address("type: Hostname, value: a.com"), {}},
      {"NotForOtherTypes", address("type: example.com/Pool, value: '%'"), {}},
      {"NotWithoutAValue", address("type: IPAddress"), {}},
      {"TypeIsADefault", address("value: a.com"), NoAddress("a.com")},
      {"EmptyIsNone", address("value: ''"), NoAddress("")},
  };
  for (const char* good :
       {"192.0.2.1", "192.0.02.1", "000192.0.2.1", "0.0.0.0", "::", "2001:DB8::1",
        "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "::ffff:192.0.02.01", "00001::1.2.3.4"}) {
    cases.push_back(
        {absl::StrCat("Good", cases.size()), address(absl::StrCat("value: '", good, "'")), {}});
  }
  for (const char* bad :
       {"192.0.2", "192.0.2.256", "192.0.2.1.", ".192.0.2.1", "192.0.2.1/32", "192.0.2.1:80",
        "0x1.0.2.1", " 192.0.2.1", "[::1]", "fe80::1%eth0", "::1/128", "1:2:3:4:5:6:7", "00001::1",
        "1::2::3", "1:2:3:4:5:6:7::8:9", "12345::", "::ffff:192.0.2"}) {
    cases.push_back({absl::StrCat("Bad", cases.size()), address(absl::StrCat("value: '", bad, "'")),
                     NoAddress(bad)});
  }
  return cases;
}

}  // namespace

std::vector<CaseTable> GatewayTables() {
  const std::string gateway = HeadOf("gateway.networking.k8s.io/v1", "Gateway");
  const std::string set = HeadOf("gateway.networking.k8s.io/v1", "ListenerSet");
  const std::string path = "spec.listeners";
  return {
      {"GatewayListeners", gateway,
       Placed({"spec: {gatewayClassName: c, listeners: [", "]}\n", path}, "", ListenerCases())},
      {"GatewayLimits", gateway, ListenerLimitCases()},
      {"GatewayParts", gateway, GatewayPartCases()},
      {"GatewayAddresses", gateway, AddressCases()},
      {"ListenerSet", set,
       Placed({"spec: {parentRef: {name: g}, listeners: [", "]}\n", path}, "", ListenerCases())},
  };
}

}  // namespace gwpolicy::testing
