#include "gwpolicy/api/gateway/backend_tls_policy.h"

#include "gwpolicy/api/formats.h"

namespace gwpolicy {
namespace {

constexpr absl::string_view kSanTypes[] = {"Hostname", "URI"};

bool SameTarget(const LocalPolicyTargetReferenceWithSectionName& a,
                const LocalPolicyTargetReferenceWithSectionName& b) {
  return a.group == b.group && a.kind == b.kind && a.name == b.name;
}

void SectionsAreNamedForRepeatedTargets(const BackendTLSPolicySpec& spec, FindingSink& sink) {
  for (size_t i = 0; i < spec.target_refs.size(); ++i) {
    for (size_t j = i + 1; j < spec.target_refs.size(); ++j) {
      const auto& a = spec.target_refs[i];
      const auto& b = spec.target_refs[j];
      if (SameTarget(a, b) && a.section_name.empty() != b.section_name.empty()) {
        auto refs = sink.Field("targetRefs");
        sink.Add(Code::kSchemaRule,
                 "Invalid value: sectionName must be specified when targetRefs includes 2 or more "
                 "references to the same target");
        return;
      }
    }
  }
}

void SectionsDifferForRepeatedTargets(const BackendTLSPolicySpec& spec, FindingSink& sink) {
  for (size_t i = 0; i < spec.target_refs.size(); ++i) {
    for (size_t j = i + 1; j < spec.target_refs.size(); ++j) {
      const auto& a = spec.target_refs[i];
      const auto& b = spec.target_refs[j];
      if (SameTarget(a, b) && a.section_name == b.section_name) {
        auto refs = sink.Field("targetRefs");
        sink.Add(Code::kSchemaRule,
                 "Invalid value: sectionName must be unique when targetRefs includes 2 or more "
                 "references to the same target");
        return;
      }
    }
  }
}

void NotBothSourcesOfTrust(const BackendTLSPolicyValidation& validation, FindingSink& sink) {
  if (!validation.ca_certificate_refs.empty() && !validation.well_known_ca_certificates.empty()) {
    sink.Add(Code::kSchemaRule,
             "Invalid value: must not contain both CACertificateRefs and WellKnownCACertificates");
  }
}

void OneSourceOfTrust(const BackendTLSPolicyValidation& validation, FindingSink& sink) {
  if (validation.ca_certificate_refs.empty() && validation.well_known_ca_certificates.empty()) {
    sink.Add(Code::kSchemaRule,
             "Invalid value: must specify either CACertificateRefs or WellKnownCACertificates");
  }
}

void HostnameIsThereForItsType(const SubjectAltName& san, FindingSink& sink) {
  if (san.type == "Hostname" && san.hostname.empty()) {
    sink.Add(Code::kSchemaRule,
             "Invalid value: SubjectAltName element must contain Hostname, if Type is set to "
             "Hostname");
  }
}

void HostnameIsOnlyForItsType(const SubjectAltName& san, FindingSink& sink) {
  if (san.type != "Hostname" && !san.hostname.empty()) {
    sink.Add(Code::kSchemaRule,
             "Invalid value: SubjectAltName element must not contain Hostname, if Type is not set "
             "to Hostname");
  }
}

void UriIsThereForItsType(const SubjectAltName& san, FindingSink& sink) {
  if (san.type == "URI" && san.uri.empty()) {
    sink.Add(Code::kSchemaRule,
             "Invalid value: SubjectAltName element must contain URI, if Type is set to URI");
  }
}

void UriIsOnlyForItsType(const SubjectAltName& san, FindingSink& sink) {
  if (san.type != "URI" && !san.uri.empty()) {
    sink.Add(
        Code::kSchemaRule,
        "Invalid value: SubjectAltName element must not contain URI, if Type is not set to URI");
  }
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
          .Rule<&HostnameIsThereForItsType>()
          .Rule<&HostnameIsOnlyForItsType>()
          .Rule<&UriIsThereForItsType>()
          .Rule<&UriIsOnlyForItsType>()
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
          .Rule<&NotBothSourcesOfTrust>()
          .Rule<&OneSourceOfTrust>()
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
          .Rule<&SectionsAreNamedForRepeatedTargets>()
          .Rule<&SectionsDifferForRepeatedTargets>()
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

}  // namespace gwpolicy
