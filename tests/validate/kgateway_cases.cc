#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/validate/cases.h"

namespace gwpolicy::testing {
namespace {

constexpr char kAtMostOneSource[] =
    "at most one of the fields in [secretRef files insecureSkipVerify wellKnownCACertificates] may "
    "be set";
constexpr char kSniRequired[] =
    "sni is required when no trust source is set; set sni, provide secretRef, files, or "
    "wellKnownCACertificates, or set insecureSkipVerify to true";

std::vector<ValidateCase> BackendConfigPolicyCases() {
  return {
      {"Nothing", "spec: {}\n", {}},
      {"SecretAlone", "spec: {tls: {secretRef: {name: s}}}\n", {}},
      {"SniAlone", "spec: {tls: {sni: a.com}}\n", {}},
      {"EmptyTls", "spec: {tls: {}}\n", {Rule("spec.tls", kSniRequired)}},
      {"SecretAndSystem",
       "spec: {tls: {secretRef: {name: s}, wellKnownCACertificates: System}}\n",
       {Rule("spec.tls", kAtMostOneSource)}},
      {"InsecureFalseCountsAsSet",
       "spec: {tls: {secretRef: {name: s}, insecureSkipVerify: false}}\n",
       {Rule("spec.tls", kAtMostOneSource)}},
      {"InsecureFalseIsNoTrust",
       "spec: {tls: {insecureSkipVerify: false}}\n",
       {Rule("spec.tls", kSniRequired)}},
      {"EmptyFiles",
       "spec: {tls: {files: {}}}\n",
       {Rule("spec.tls.files",
             "At least one of tlsCertificate, tlsKey, or rootCA must be set in TLSFiles")}},
      {"TwoHttpVersions",
       "spec: {http1ProtocolOptions: {}, http2ProtocolOptions: {}}\n",
       {Rule("spec",
             "at most one of the fields in [http1ProtocolOptions http2ProtocolOptions] may be "
             "set")}},
      {"TargetOfOtherKind",
       "spec: {targetRefs: [{group: '', kind: Pod, name: p}]}\n",
       {Rule("spec.targetRefs",
             "TargetRefs must reference either a Kubernetes Service, a Backend, or an Istio "
             "Hostname")}},
      {"TargetHostname",
       "spec: {targetRefs: [{group: networking.istio.io, kind: Hostname, name: a.com}]}\n",
       {}},
      {"SelectorService",
       "spec: {targetSelectors: [{group: '', kind: Service, matchLabels: {a: b}}]}\n",
       {}},
      {"Files", "spec: {tls: {files: {rootCA: /ca.crt}}}\n", {}},
      {"TargetBackend",
       "spec: {targetRefs: [{group: gateway.kgateway.dev, kind: Backend, name: b}]}\n",
       {}},
      {"SelectorOfOtherKind",
       "spec: {targetSelectors: [{group: '', kind: Pod, matchLabels: {a: b}}]}\n",
       {Rule("spec.targetSelectors",
             "TargetSelectors must reference either a Kubernetes Service, a Backend, or an Istio "
             "Hostname")}},
      {"BadDuration",
       "spec: {connectTimeout: 1d}\n",
       {Rule("spec.connectTimeout", "invalid duration value")}},
      {"UnknownTlsVersion",
       "spec: {tls: {sni: a.com, parameters: {minVersion: '1.4'}}}\n",
       {{Code::kSchemaEnum, "spec.tls.parameters.minVersion",
         "Unsupported value: \"1.4\": supported values: \"AUTO\", \"1.0\", \"1.1\", \"1.2\", "
         "\"1.3\""},
        Silenced()}},
      {"NoBalancer",
       "spec: {loadBalancer: {}}\n",
       {Rule("spec.loadBalancer",
             "exactly one of the fields in [leastRequest roundRobin ringHash maglev random] must "
             "be set")}}};
}

constexpr char kOneBlock[] =
    "exactly one of the fields in [aws static dynamicForwardProxy gcp] must be set";

// A backend of AWS whose function is `lambda`, in braces.
std::string Aws(const std::string& lambda, const std::string& more = "") {
  return absl::StrCat("spec: {aws: {accountId: '123456789012', lambda: ", lambda, more, "}}\n");
}

std::vector<ValidateCase> BackendCloudCases() {
  return {
      {"Lambda", Aws("{functionName: f}"), {}},
      {"LambdaInFull",
       Aws("{endpointURL: 'http://a.com:80/x', functionName: f-1_A, invocationMode: Async, "
           "qualifier: '12', payloadTransformMode: None}",
           ", region: eu-west-1, auth: {type: Secret, secretRef: {name: s}}"),
       {}},
      {"LambdaOfTheLatestVersion", Aws("{functionName: f, qualifier: $LATEST}"), {}},
      {"LambdaWithoutName",
       Aws("{}"),
       {{Code::kSchemaRequired, "spec.aws.lambda.functionName", "Required value"}, Silenced()}},
      {"LambdaPatterns",
       Aws("{endpointURL: 'ftp://a', functionName: a b, qualifier: $latest}", ", region: EU"),
       {Pattern("spec.aws.lambda.endpointURL", "ftp://a", "^https?://[-a-zA-Z0-9@:%.+~#?&/=]+$"),
        Pattern("spec.aws.lambda.functionName", "a b", "^[A-Za-z0-9-_]{1,140}$"),
        Pattern("spec.aws.lambda.qualifier", "$latest",
                "^(\\$LATEST|[0-9]+|[A-Za-z0-9-_]{1,128})$"),
        Pattern("spec.aws.region", "EU", "^[a-z0-9-]+$")}},
      {"LambdaModes",
       Aws("{functionName: f, invocationMode: sync, payloadTransformMode: AWS}"),
       {{Code::kSchemaEnum, "spec.aws.lambda.invocationMode",
         "Unsupported value: \"sync\": supported values: \"Sync\", \"Async\""},
        {Code::kSchemaEnum, "spec.aws.lambda.payloadTransformMode",
         "Unsupported value: \"AWS\": supported values: \"None\", \"Envoy\""},
        Silenced()}},
      {"AwsAccountOfElevenDigits",
       "spec: {aws: {accountId: '12345678901', lambda: {functionName: f}}}\n",
       {Pattern("spec.aws.accountId", "12345678901", "^[0-9]{12}$")}},
      {"AwsWithoutLambdaAndAccount",
       "spec: {aws: {}}\n",
       {{Code::kSchemaRequired, "spec.aws.accountId", "Required value"},
        {Code::kSchemaRequired, "spec.aws.lambda", "Required value"},
        Silenced()}},
      {"AwsAuthWithoutSecret",
       Aws("{functionName: f}", ", auth: {type: Secret}"),
       {Rule("spec.aws.auth", "secretRef must be specified when type is 'Secret'")}},
      {"AwsAuthOfUnknownType",
       Aws("{functionName: f}", ", auth: {type: Role}"),
       {{Code::kSchemaEnum, "spec.aws.auth.type",
         "Unsupported value: \"Role\": supported values: \"Secret\""},
        Silenced()}},
      {"Gcp", "spec: {type: GCP, gcp: {host: a.run.app, audience: 'https://a'}}\n", {}},
      {"GcpEmpty",
       "spec: {gcp: {host: '', audience: ''}}\n",
       {{Code::kSchemaTooShort, "spec.gcp.host",
         "Invalid value: \"\": spec.gcp.host in body should be at least 1 chars long"},
        {Code::kSchemaTooShort, "spec.gcp.audience",
         "Invalid value: \"\": spec.gcp.audience in body should be at least 1 chars long"}}},
      {"ForwardProxy", "spec: {dynamicForwardProxy: {enableTls: true}}\n", {}},
      {"ForwardProxyEmpty", "spec: {dynamicForwardProxy: {}}\n", {}},
      {"TypeAwsWithoutBlock",
       "spec: {type: AWS, gcp: {host: b}}\n",
       {Rule("spec", "aws backend must be specified when type is 'AWS'")}},
      {"TypeForwardProxyWithoutBlock",
       "spec: {type: DynamicForwardProxy, gcp: {host: b}}\n",
       {Rule("spec",
             "dynamicForwardProxy backend must be specified when type is "
             "'DynamicForwardProxy'")}},
      {"TypeGcpWithoutBlock",
       "spec: {type: GCP, dynamicForwardProxy: {}}\n",
       {Rule("spec", "gcp backend must be specified when type is 'GCP'")}},
      {"UnknownType",
       "spec: {type: Azure, gcp: {host: b}}\n",
       {{Code::kSchemaEnum, "spec.type",
         "Unsupported value: \"Azure\": supported values: \"AWS\", \"Static\", "
         "\"DynamicForwardProxy\", \"GCP\""},
        Silenced()}},
      {"UnknownAppProtocol",
       "spec: {static: {hosts: [{host: a.com, port: 65536}], appProtocol: h2}}\n",
       {{Code::kSchemaEnum, "spec.static.appProtocol",
         "Unsupported value: \"h2\": supported values: \"http2\", \"grpc\", \"grpc-web\", "
         "\"kubernetes.io/h2c\", \"kubernetes.io/ws\""},
        {Code::kSchemaRange, "spec.static.hosts[0].port",
         "Invalid value: 65536: spec.static.hosts[0].port in body should be less than or equal "
         "to 65535"},
        Silenced()}}};
}

std::vector<ValidateCase> BackendCases() {
  return {{"Static", "spec: {static: {hosts: [{host: a.com, port: 443}]}}\n", {}},
          {"Nothing", "spec: {}\n", {Rule("spec", kOneBlock)}},
          {"TwoBlocks",
           "spec: {static: {hosts: [{host: a.com, port: 443}]}, gcp: {host: b}}\n",
           {Rule("spec", kOneBlock)}},
          {"TypeWithoutBlock",
           "spec: {type: Static, gcp: {host: b}}\n",
           {Rule("spec", "static backend must be specified when type is 'Static'")}},
          {"NoHosts",
           "spec: {static: {hosts: []}}\n",
           {{Code::kSchemaTooFew, "spec.static.hosts",
             "Invalid value: 0: spec.static.hosts in body should have at least 1 items"}}}};
}

// A kind that is known by name alone.
std::vector<ValidateCase> TrafficPolicyCases() {
  return {
      {"Whatever", "metadata: {name: a}\nspec: {targetRefs: [x], more: [1, {}]}\n", {}},
      {"BadNamespace",
       "metadata: {name: a, namespace: a.b}\n",
       {{Code::kSchemaFormat, "metadata.namespace",
         "Invalid value: \"a.b\": must not contain dots"}}},
      {"LongLabel",
       "metadata: {name: a, labels: {a: " + std::string(64, 'x') + "}}\n",
       {{Code::kSchemaTooLong, "metadata.labels",
         absl::StrCat("Invalid value: \"", std::string(64, 'x'),
                      "\": must be no more than 63 bytes")}}},
  };
}

std::vector<ValidateCase> UnservedCases() {
  return {
      {"Version",
       "metadata: {name: a}\n",
       {{Code::kSchemaUnservedVersion, "apiVersion",
         "no matches for kind \"TrafficPolicy\" in version \"gateway.kgateway.dev/v1\""}}},
  };
}

}  // namespace

std::vector<CaseTable> KgatewayTables() {
  return {
      {"TrafficPolicy", "apiVersion: gateway.kgateway.dev/v1alpha1\nkind: TrafficPolicy\n",
       TrafficPolicyCases()},
      {"TrafficPolicyV1", "apiVersion: gateway.kgateway.dev/v1\nkind: TrafficPolicy\n",
       UnservedCases()},
      {"BackendConfigPolicy", HeadOf("gateway.kgateway.dev/v1alpha1", "BackendConfigPolicy"),
       BackendConfigPolicyCases()},
      {"BackendClouds", HeadOf("gateway.kgateway.dev/v1alpha1", "Backend"), BackendCloudCases()},
      {"Backend", HeadOf("gateway.kgateway.dev/v1alpha1", "Backend"), BackendCases()},
  };
}

}  // namespace gwpolicy::testing
