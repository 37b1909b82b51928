#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/validate/cases.h"
#include "tests/validate/shared_cases.h"

namespace gwpolicy::testing {
namespace {

std::vector<ValidateCase> XBackendCases() {
  return {{"Plain",
           "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1}}\n",
           {},
           Channel::kExperimental},
          {"NamedPort",
           "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1, "
           "name: p}}\n",
           {Rule("spec.port.name", "Name must be a valid DNS label")},
           Channel::kExperimental},
          {"NameOfTheCluster",
           "spec: {type: ExternalHostname, externalHostname: {hostname: a.b.svc.cluster.local}, "
           "port: {port: 1}}\n",
           {Rule("spec.externalHostname.hostname",
                 "hostname must not be an IP address or end with .cluster.local")},
           Channel::kExperimental},
          {"NoHostname",
           "spec: {type: ExternalHostname, port: {port: 1}}\n",
           {Rule("spec",
                 "externalHostname must be set when type is ExternalHostname and must be unset "
                 "otherwise")},
           Channel::kExperimental},
          {"ClientCertificate",
           "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1}, "
           "tls: {mode: ClientAndServer, clientCertificateRef: {name: c}}}\n",
           {},
           Channel::kExperimental},
          {"NoClientCertificate",
           "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1}, "
           "tls: {mode: ClientAndServer}}\n",
           {Rule("spec.tls",
                 "clientCertificateRef must be set if and only if mode is ClientAndServer")},
           Channel::kExperimental},
          {"StrayClientCertificate",
           "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1}, "
           "tls: {mode: None, clientCertificateRef: {name: c}}}\n",
           {Rule("spec.tls",
                 "clientCertificateRef must be set if and only if mode is ClientAndServer")},
           Channel::kExperimental}};
}

constexpr char kWeb[] = "group: '', kind: Service, name: web";
// A policy for the Service web; `more` is in braces.
std::string Traffic(const std::string& more, const std::string& targets = "") {
  return absl::StrCat("spec: {targetRefs: [{", kWeb, "}", targets, "], ", more, "}\n");
}
std::string Retries(const std::string& constraint) {
  return Traffic(absl::StrCat("retryConstraint: {", constraint, "}"));
}

constexpr char kBudgetInterval[] =
    "interval cannot be greater than one hour or less than one second";
constexpr char kRateInterval[] = "interval cannot be greater than one hour";
constexpr char kNoDuration[] =
    "\"string\": type conversion error from 'string' to 'google.protobuf.Duration' evaluating "
    "rule: ";
constexpr char kDurationPattern[] = "^([0-9]{1,5}(h|m|s|ms)){1,4}$";

std::vector<ValidateCase> XBackendTrafficPolicyCases() {
  return {
      {"TargetAlone", Traffic(""), {}, Channel::kExperimental},
      {"NoTargets",
       "spec: {targetRefs: []}\n",
       {{Code::kSchemaTooFew, "spec.targetRefs",
         "Invalid value: 0: spec.targetRefs in body should have at least 1 items"}},
       Channel::kExperimental},
      {"SameTargetTwice",
       Traffic("", absl::StrCat(",{", kWeb, "}")),
       {{Code::kSchemaDuplicate, "spec.targetRefs[1]",
         "Duplicate value: {\"group\":\"\",\"kind\":\"Service\",\"name\":\"web\"}"}},
       Channel::kExperimental},
      {"WholeConstraint",
       Retries("budget: {percent: 0, interval: 1h}, minRetryRate: {count: 1, interval: 1h}"),
       {},
       Channel::kExperimental},
      {"BudgetOfTwoHours",
       Retries("budget: {interval: 2h}"),
       {Rule("spec.retryConstraint.budget.interval", kBudgetInterval)},
       Channel::kExperimental},
      {"BudgetOfOneMillisecond",
       Retries("budget: {interval: 1ms}"),
       {Rule("spec.retryConstraint.budget.interval", kBudgetInterval)},
       Channel::kExperimental},
      {"BudgetOfNoTimeAtAll",
       Retries("budget: {interval: 1d}"),
       {{Code::kSchemaPattern, "spec.retryConstraint.budget.interval",
         absl::StrCat("Invalid value: \"1d\": spec.retryConstraint.budget.interval in body "
                      "should match '",
                      kDurationPattern, "'")},
        Rule("spec.retryConstraint.budget.interval", absl::StrCat(kNoDuration, kBudgetInterval))},
       Channel::kExperimental},
      {"BudgetAboveAll",
       Retries("budget: {percent: 101}"),
       {{Code::kSchemaRange, "spec.retryConstraint.budget.percent",
         "Invalid value: 101: spec.retryConstraint.budget.percent in body should be less than or "
         "equal to 100"}},
       Channel::kExperimental},
      {"RateOfTwoHours",
       Retries("minRetryRate: {interval: 2h}"),
       {Rule("spec.retryConstraint.minRetryRate.interval", kRateInterval)},
       Channel::kExperimental},
      {"RateOfNothing",
       Retries("minRetryRate: {interval: 0s}"),
       {Rule("spec.retryConstraint.minRetryRate.interval", kRateInterval)},
       Channel::kExperimental},
      {"RateWithoutFields", Retries("minRetryRate: {}"), {}, Channel::kExperimental},
      {"RateOfNoRetries",
       Retries("minRetryRate: {count: 0}"),
       {{Code::kSchemaRange, "spec.retryConstraint.minRetryRate.count",
         "Invalid value: 0: spec.retryConstraint.minRetryRate.count in body should be greater "
         "than or equal to 1"}},
       Channel::kExperimental}};
}

std::vector<ValidateCase> XMeshCases() {
  return {{"Plain", "spec: {controllerName: a.b/c}\n", {}, Channel::kExperimental},
          {"NotInTheStandardChannel",
           "spec: {controllerName: a.b/c}\n",
           {{Code::kSchemaUnservedVersion, "apiVersion",
             "no matches for kind \"XMesh\" in version \"gateway.networking.x-k8s.io/v1alpha1\""}}},
          {"NoController",
           "spec: {}\n",
           {{Code::kSchemaRequired, "spec.controllerName", "Required value"}, Silenced()},
           Channel::kExperimental}};
}

}  // namespace

std::vector<CaseTable> ExperimentalTables() {
  const std::string group = "gateway.networking.x-k8s.io/v1alpha1";
  const std::string backend = HeadOf(group, "XBackend");
  const std::string traffic = HeadOf(group, "XBackendTrafficPolicy");
  const Place trust = {
      "spec: {type: ExternalHostname, externalHostname: {hostname: a.com}, port: {port: 1}, "
      "tls: {mode: ServerOnly, validation: {",
      "}}}\n", "spec.tls.validation"};
  const Place session = {absl::StrCat("spec: {targetRefs: [{", kWeb, "}], sessionPersistence: "),
                         "}\n", "spec.sessionPersistence"};
  return {
      {"XBackend", backend, XBackendCases()},
      {"XBackendTrust", backend, TrustCases(trust, Channel::kExperimental)},
      {"XBackendTrafficPolicy", traffic, XBackendTrafficPolicyCases()},
      {"XBackendTrafficPolicySession", traffic, SessionPersistenceCases(session)},
      {"XMesh", HeadOf(group, "XMesh"), XMeshCases()},
  };
}

}  // namespace gwpolicy::testing
