#include "gwpolicy/api/gateway/backend_tls_policy.h"

#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/base/codes.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kSanTypes[] = {"Hostname", "URI"};
constexpr absl::string_view kWellKnownV1Alpha2[] = {"System"};

bool SameTarget(const LocalPolicyTargetReferenceWithSectionName& a,
                const LocalPolicyTargetReferenceWithSectionName& b) {
  return a.group == b.group && a.kind == b.kind && a.name == b.name;
}

// Whether `are_wrong` holds for no two references to one target.
template <typename Predicate>
bool NoTargetPair(const BackendTLSPolicySpec& spec, Predicate are_wrong) {
  for (size_t i = 0; i < spec.target_refs.size(); ++i) {
    for (size_t j = i + 1; j < spec.target_refs.size(); ++j) {
      const auto& a = spec.target_refs[i];
      const auto& b = spec.target_refs[j];
      if (SameTarget(a, b) && are_wrong(a.section_name, b.section_name)) return false;
    }
  }
  return true;
}

bool SectionsAreNamedForRepeatedTargets(const BackendTLSPolicySpec& spec) {
  return NoTargetPair(spec, [](const Text& a, const Text& b) { return a.empty() != b.empty(); });
}

bool SectionsDifferForRepeatedTargets(const BackendTLSPolicySpec& spec) {
  return NoTargetPair(spec, [](const Text& a, const Text& b) { return a == b; });
}

bool NotBothSourcesOfTrust(const BackendTLSPolicyValidation& validation) {
  return validation.ca_certificate_refs.empty() || validation.well_known_ca_certificates.empty();
}

bool OneSourceOfTrust(const BackendTLSPolicyValidation& validation) {
  return !validation.ca_certificate_refs.empty() || !validation.well_known_ca_certificates.empty();
}

bool HostnameIsThereForItsType(const SubjectAltName& san) {
  return san.type != "Hostname" || !san.hostname.empty();
}

bool HostnameIsOnlyForItsType(const SubjectAltName& san) {
  return san.type == "Hostname" || san.hostname.empty();
}

bool UriIsThereForItsType(const SubjectAltName& san) {
  return san.type != "URI" || !san.uri.empty();
}

bool UriIsOnlyForItsType(const SubjectAltName& san) { return san.type == "URI" || san.uri.empty(); }

// The schema allows it and the documentation does not; what it matches differs between proxies.
void SanIsNoWildcard(const SubjectAltName& san, Code code, FindingSink& sink) {
  if (!absl::StartsWith(san.hostname, "*.")) return;
  auto scope = sink.Field("hostname");
  sink.Add(code, absl::StrCat("Which names of a certificate ", san.hostname,
                              " matches depends on the controller."));
}

// One is what all controllers read; kgateway and Istio ignore the others.
void OneCaReference(const BackendTLSPolicyValidation& validation, Code code, FindingSink& sink) {
  const size_t count = validation.ca_certificate_refs.size();
  if (count < 2) return;
  auto refs = sink.Field("caCertificateRefs");
  auto second = sink.Index(1);
  sink.Add(code, absl::StrCat("There are ", count,
                              " CA references, of which some controllers read the first alone."));
}

// Kinds that some controller attaches a BackendTLSPolicy to, and whether they have named ports (or
// parts that the controller chooses by sectionName likewise).
struct TargetKind {
  absl::string_view group;
  absl::string_view kind;
  bool has_sections;
};
constexpr TargetKind kTargetKinds[] = {
    {kCoreGroup, "Service", true},
    {"agentgateway.dev", "AgentgatewayBackend", true},
    {kKgatewayGroup, "Backend", false},
    {"gateway.envoyproxy.io", "Backend", true},
    {"inference.networking.k8s.io", "InferencePool", false},
    {"inference.networking.x-k8s.io", "InferencePool", false},
    {"multicluster.x-k8s.io", "ServiceImport", true},
    {"networking.istio.io", "Hostname", false},
    {"networking.istio.io", "ServiceEntry", true},
};

const TargetKind* FindTargetKind(const LocalPolicyTargetReferenceWithSectionName& ref) {
  const absl::string_view group = GroupOf(ref.group);
  for (const TargetKind& known : kTargetKinds) {
    if (known.kind == ref.kind && known.group == group) return &known;
  }
  return nullptr;
}

// Calls `check(ref)` at each target that names a kind.
template <typename Check>
void ForEachTarget(const BackendTLSPolicySpec& spec, FindingSink& sink, Check check) {
  auto refs = sink.Field("targetRefs");
  for (size_t i = 0; i < spec.target_refs.size(); ++i) {
    if (spec.target_refs[i].kind.empty()) continue;
    auto item = sink.Index(i);
    check(spec.target_refs[i]);
  }
}

void TargetsAreOfKindsThatAreRead(const BackendTLSPolicySpec& spec, Code code, FindingSink& sink) {
  ForEachTarget(spec, sink, [&](const LocalPolicyTargetReferenceWithSectionName& ref) {
    if (FindTargetKind(ref) != nullptr) return;
    auto field = sink.Field("kind");
    sink.Add(code, absl::StrCat("No known controller attaches a BackendTLSPolicy to the kind ",
                                ref.kind, ref.group.empty() ? "" : " of ", ref.group, "."));
  });
}

void SectionsAreOfKindsWithPorts(const BackendTLSPolicySpec& spec, Code code, FindingSink& sink) {
  ForEachTarget(spec, sink, [&](const LocalPolicyTargetReferenceWithSectionName& ref) {
    const TargetKind* kind = FindTargetKind(ref);
    if (ref.section_name.empty() || kind == nullptr || kind->has_sections) return;
    auto field = sink.Field("sectionName");
    sink.Add(code, absl::StrCat("The kind ", ref.kind,
                                " has no ports with names, so nothing matches sectionName."));
  });
}

// The name of a Service's port is a DNS label.
void SectionsCanBePorts(const BackendTLSPolicySpec& spec, Code code, FindingSink& sink) {
  ForEachTarget(spec, sink, [&](const LocalPolicyTargetReferenceWithSectionName& ref) {
    const TargetKind* kind = FindTargetKind(ref);
    if (kind == nullptr || kind->kind != "Service" ||
        (ref.section_name.size() <= 63 && !absl::StrContains(ref.section_name, '.'))) {
      return;
    }
    auto field = sink.Field("sectionName");
    sink.Add(code,
             "No port of a Service can have this name: a port's name has no dots and at most 63 "
             "characters.");
  });
}

}  // namespace

template <>
const TypeInfo& TypeOf<SubjectAltName>() {
  using T = SubjectAltName;
  static const TypeInfo* const kType =
      TypeBuilder<T>("SubjectAltName", Doc{"A name that the backend's certificate may carry."})
          .Field<&T::type>("type", Required{}, OneOf{kSanTypes},
                           Doc{"Which of hostname and uri is set."})
          .Field<&T::hostname>("hostname", kHostname,
                               Doc{"A DNS name; the first label may be a wildcard."})
          .Field<&T::uri>("uri", kAbsoluteUri, Doc{"An absolute URI, for example a SPIFFE ID."})
          .Rule<&HostnameIsThereForItsType>(
              "SubjectAltName element must contain Hostname, if Type is set to Hostname")
          .Rule<&HostnameIsOnlyForItsType>(
              "SubjectAltName element must not contain Hostname, if Type is not set to Hostname")
          .Rule<&UriIsThereForItsType>(
              "SubjectAltName element must contain URI, if Type is set to URI")
          .Rule<&UriIsOnlyForItsType>(
              "SubjectAltName element must not contain URI, if Type is not set to URI")
          .Advice<&SanIsNoWildcard>(Code::kLintWildcardSan)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<BackendTLSPolicyValidation>() {
  using T = BackendTLSPolicyValidation;
  static const TypeInfo* const kType =
      TypeBuilder<T>("BackendTLSPolicyValidation", Doc{"How the backend proves who it is."})
          .Field<&T::ca_certificate_refs>(
              "caCertificateRefs", Items{0, 8},
              Doc{"Objects with CA bundles under ca.crt; a ConfigMap works everywhere."})
          .Field<&T::well_known_ca_certificates>(
              "wellKnownCACertificates", kWellKnownCa,
              Doc{"System for the proxy's own CA certificates, or an implementation's word."})
          .Field<&T::hostname>(
              "hostname", Required{}, kPreciseHostname,
              Doc{"The SNI, and the name to find in the certificate if there are no others."})
          .Field<&T::subject_alt_names>(
              "subjectAltNames", Items{0, 5},
              Doc{"Names of which the certificate must carry one; hostname is then SNI alone."})
          .Rule<&NotBothSourcesOfTrust>(
              "must not contain both CACertificateRefs and WellKnownCACertificates")
          .Rule<&OneSourceOfTrust>(
              "must specify either CACertificateRefs or WellKnownCACertificates")
          .Advice<&OneCaReference>(Code::kLintSeveralCaReferences)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<BackendTLSPolicySpec>() {
  using T = BackendTLSPolicySpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("BackendTLSPolicySpec", Doc{"TLS from a Gateway to its backends."})
          .Field<&T::target_refs>("targetRefs", Required{}, Items{1, 16},
                                  Doc{"The backends, or ports of them, that speak TLS."})
          .Field<&T::validation>("validation", Required{},
                                 Doc{"How the backend's certificate is verified."})
          .Field<&T::options>("options", Items{0, 16}, kAnnotationValue,
                              Doc{"Settings that an implementation defines, by prefixed keys."})
          .Rule<&SectionsAreNamedForRepeatedTargets>(
              At{"targetRefs"},
              "sectionName must be specified when targetRefs includes 2 or more references to the "
              "same target")
          .Rule<&SectionsDifferForRepeatedTargets>(
              At{"targetRefs"},
              "sectionName must be unique when targetRefs includes 2 or more references to the "
              "same target")
          .Advice<&TargetsAreOfKindsThatAreRead>(Code::kLintTargetKind)
          .Advice<&SectionsAreOfKindsWithPorts>(Code::kLintSectionWithoutPorts)
          .Advice<&SectionsCanBePorts>(Code::kLintSectionNoPortName)
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<BackendTLSPolicy>() {
  using T = BackendTLSPolicy;
  static const TypeInfo* const kType =
      TypeBuilder<T>("BackendTLSPolicy", Doc{"Makes Gateways speak TLS to a backend."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What controllers say about it."})
          .Build();
  return *kType;
}

namespace {

const TypeInfo& TargetV1Alpha2() {
  using T = LocalPolicyTargetReferenceWithSectionName;
  static const TypeInfo* const kType =
      TypeBuilder<T>(TypeOf<T>())
          .Field<&T::ns>("namespace", kNamespaceName,
                         Doc{"Namespace of the target, if it is not the policy's own."})
          .Build();
  return *kType;
}

const TypeInfo& ValidationV1Alpha2() {
  using T = BackendTLSPolicyValidation;
  static const TypeInfo* const kType =
      TypeBuilder<T>(TypeOf<T>())
          .Rename("caCertificateRefs", "caCertRefs")
          .Rename("wellKnownCACertificates", "wellKnownCACerts")
          .Change("wellKnownCACerts", AnyForm{}, OneOf{kWellKnownV1Alpha2})
          .Drop("subjectAltNames")
          .DropRules()
          .Rule<&NotBothSourcesOfTrust>("must not contain both CACertRefs and WellKnownCACerts")
          .Rule<&OneSourceOfTrust>("must specify either CACertRefs or WellKnownCACerts")
          .Build();
  return *kType;
}

const TypeInfo& SpecV1Alpha2() {
  using T = BackendTLSPolicySpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>(TypeOf<T>())
          .OnlyItemOf<&T::target_refs>("targetRefs", "targetRef", Required{},
                                       OfType{&TargetV1Alpha2},
                                       Doc{"The backend, or the port of one, that speaks TLS."})
          .Rename("validation", "tls")
          .Change("tls", OfType{&ValidationV1Alpha2})
          .Drop("options")
          .DropRules(At{"targetRefs"})
          .Build();
  return *kType;
}

}  // namespace

const TypeInfo& BackendTLSPolicyV1Alpha2() {
  using T = BackendTLSPolicy;
  static const TypeInfo* const kType =
      TypeBuilder<T>(TypeOf<T>()).Change("spec", OfType{&SpecV1Alpha2}).Build();
  return *kType;
}

bool IsLost(const LocalPolicyTargetReferenceWithSectionName& target, const ObjectMeta& policy) {
  return !target.ns.empty() && target.ns != (policy.ns.empty() ? "default" : policy.ns);
}

void TellOfLostTarget(const KubernetesObject& policy, FindingSink& sink) {
  for (const auto& target : static_cast<const BackendTLSPolicy&>(policy).spec.target_refs) {
    if (!IsLost(target, policy.metadata)) continue;
    sink.AddAt("spec.targetRef.namespace", Code::kReadConverted, Level::kError,
               absl::StrCat("The target is in namespace ", target.ns,
                            ". Policies reach only their own by now, so this one aims at "
                            "nothing."));
  }
}

}  // namespace gwpolicy
