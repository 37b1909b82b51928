#include "gwpolicy/resolve/policies/backend_tls_policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/resolve/policies/policy_reader.h"
#include "gwpolicy/resolve/policies/tls_text.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace {

class Reader : private PolicyReader {
 public:
  Reader(const Object& object, const PolicyInput& input)
      : PolicyReader(object, input), policy_(*object.As<BackendTLSPolicy>()) {}

  PolicyTls Read() {
    out_.says_tls = true;
    ReadNames();
    ReadTrust();
    ReadOptions();
    return Finish(policy_.spec);
  }

 private:
  void ReadNames() {
    const BackendTLSPolicyValidation& validation = policy_.spec.validation;
    tls_->sni = validation.hostname;
    Set("sni", validation.hostname, "spec.validation.hostname");
    std::vector<tls::PeerName>& names = tls_->names.accepted;
    const bool with_sans = !validation.subject_alt_names.empty();
    if (!with_sans ||
        input_.profile.hostname_with_sans == Profile::HostnameWithSans::kAlsoAccepted) {
      names.push_back({tls::PeerName::Type::kDns, validation.hostname});
    }
    for (const SubjectAltName& san : validation.subject_alt_names) {
      if (san.type == "Hostname") {
        names.push_back({tls::PeerName::Type::kDns, san.hostname});
      } else if (san.type == "URI") {
        names.push_back({tls::PeerName::Type::kUri, san.uri});
      }
    }
    Set("names", NamesText(tls_->names),
        with_sans ? "spec.validation.subjectAltNames" : "spec.validation.hostname");
  }

  void ReadTrust() {
    const BackendTLSPolicyValidation& validation = policy_.spec.validation;
    const auto& refs = validation.ca_certificate_refs;
    if (validation.well_known_ca_certificates == "System") {
      tls_->trust.source = tls::TrustSource::kSystem;
      Set("trust", "system", "spec.validation.wellKnownCACertificates");
      return;
    }
    if (refs.empty()) {
      const bool unknown = !validation.well_known_ca_certificates.empty();
      Fail(PolicyError::Class::kOther, Code::kTrustSourceMissing,
           unknown ? "spec.validation.wellKnownCACertificates" : "spec.validation",
           "invalid validation spec");
      return;
    }
    const size_t read = input_.profile.ca_refs == Profile::CaRefs::kFirst ? 1 : refs.size();
    std::string all;
    const std::string path = "spec.validation.caCertificateRefs";
    for (size_t i = 0; i < refs.size(); ++i) {
      std::string ref_path = absl::StrCat(path, "[", i, "]");
      if (i >= read) {
        Report(Code::kTrustUnread, ref_path,
               absl::StrCat(input_.profile.name, " does not read ", refs[i].kind, " ", refs[i].name,
                            ": only the first CA reference counts"));
        continue;
      }
      ReadCa(refs[i], ref_path, all);
    }
    if (out_.failed()) return;
    // One text for all references, so that equal sets of CAs are parsed once.
    tls_->trust.source = tls::TrustSource::kBundle;
    tls_->trust.bundle = tls::TrustBundle::Parse(all, input_.profile.pem_reader);
    if (!tls_->trust.bundle->usable()) {
      Fail(PolicyError::Class::kCaRef, Code::kTrustInvalid, path, tls_->trust.bundle->error());
      return;
    }
    Set("trust",
        absl::StrCat(tls_->trust.bundle->certificates().size(), " CA of ", refs[0].kind, " ",
                     policy_.metadata.ns, "/", refs[0].name),
        absl::StrCat(path, "[0]"));
  }

  void ReadCa(const LocalObjectReference& ref, const std::string& path, std::string& all) {
    const Profile::Messages& messages = input_.profile.messages;
    const std::string kind = ref.kind.empty() ? "ConfigMap" : ref.kind;
    const bool kind_read =
        kind == "ConfigMap" || (kind == "Secret" && input_.profile.ca_from_secret);
    const bool group_read = ref.group.empty() || ref.group == "core";
    if (!kind_read || (input_.profile.ca_group_checked && !group_read)) {
      const std::string in_group =
          ref.group.empty() ? "" : absl::StrCat(" in group \"", ref.group, "\"");
      Fail(PolicyError::Class::kKind, Code::kTrustKindUnsupported, path,
           absl::Substitute(messages.unsupported_kind, ref.kind.view(), in_group));
      return;
    }
    if (!group_read) {
      Warn(Code::kTrustKindUnsupported, absl::StrCat(path, ".group"),
           absl::StrCat(input_.profile.name, " does not look at the group \"", ref.group,
                        "\"; by the Gateway API this reference is InvalidKind"));
    }
    const ObjectKey key{"", kind, policy_.metadata.ns, ref.name};
    const CaText ca = FindCa(key);
    if (ca.pem.empty()) {
      const absl::string_view text =
          ca.code == Code::kTrustNotFound ? messages.ca_not_found : messages.ca_key_missing;
      Fail(PolicyError::Class::kCaRef, ca.code, path,
           absl::Substitute(text, kind, key.ns.view(), key.name.view()));
      return;
    }
    auto bundle = ReadBundle(key, ca.pem);
    if (!bundle->usable()) {
      Fail(PolicyError::Class::kCaRef, Code::kTrustInvalid, path,
           absl::Substitute(messages.ca_malformed, kind, key.ns.view(), key.name.view(),
                            bundle->error()));
      return;
    }
    absl::StrAppend(&all, all.empty() ? "" : "\n", ca.pem);
  }

  // kgateway's spec.options, internal TLS option parser (kgateway issue 14283).
  void ReadOptions() {
    const absl::string_view prefix = input_.profile.options_prefix;
    if (prefix.empty()) return;
    std::vector<std::string> problems;
    for (const auto& [full_key, value] : policy_.spec.options) {
      absl::string_view key = full_key;
      if (!absl::ConsumePrefix(&key, prefix)) continue;
      const std::string path = absl::StrCat("spec.options.", full_key);
      std::string problem = ReadOption(key, full_key, value);
      if (problem.empty()) {
        Set(std::string(key), value, path);
      } else {
        Report(Code::kConfigTlsOptions, path, problem);
        problems.push_back(std::move(problem));
      }
    }
    const bool has_min = tls_->min_version != tls::TlsVersion::kDefault;
    const bool has_max = tls_->max_version != tls::TlsVersion::kDefault;
    if (has_min && !has_max) tls_->max_version = tls::TlsVersion::k1_3;
    if (has_min && has_max && tls_->max_version < tls_->min_version) {
      problems.push_back(absl::StrCat("maximum tls version ", EnvoyVersionName(tls_->max_version),
                                      " is less than minimum tls version ",
                                      EnvoyVersionName(tls_->min_version)));
      Report(Code::kConfigVersionRange, "spec.options", problems.back());
    }
    if (!problems.empty()) {
      out_.errors.push_back({PolicyError::Class::kOther, Code::kConfigTlsOptions,
                             absl::StrCat("invalid TLS options: ", absl::StrJoin(problems, "\n")),
                             "spec.options"});
    }
  }

  static std::vector<std::string> Items(absl::string_view value) {
    std::vector<std::string> items;
    for (absl::string_view item : absl::StrSplit(value, ',')) {
      items.emplace_back(absl::StripAsciiWhitespace(item));
    }
    return items;
  }

  // Takes over one option; returns what is wrong with it, "" when nothing is.
  std::string ReadOption(absl::string_view key, const std::string& full_key,
                         const std::string& value) {
    if (key == "cipher-suites") {
      tls_->cipher_suites = Items(value);
    } else if (key == "ecdh-curves") {
      tls_->groups = Items(value);
    } else if (key == "signature-algorithms") {
      tls_->signature_algorithms = Items(value);
    } else if (key == "alpn-protocols") {
      tls_->alpn_protocols = Items(value);
      if (tls_->alpn_protocols == std::vector<std::string>{"allow-empty"}) {
        tls_->alpn_protocols.clear();
      }
    } else if (key == "min-tls-version") {
      tls_->min_version = VersionByName(value);
      if (tls_->min_version == tls::TlsVersion::kDefault) {
        return absl::StrCat("invalid minimum tls version: ", value);
      }
    } else if (key == "max-tls-version") {
      tls_->max_version = VersionByName(value);
      if (tls_->max_version == tls::TlsVersion::kDefault) {
        return absl::StrCat("invalid maximum tls version: ", value);
      }
    } else if (key == "verify-certificate-hash") {
      for (absl::string_view item : absl::StrSplit(value, absl::ByAnyChar(",-"))) {
        item = absl::StripAsciiWhitespace(item);
        if (item.empty()) continue;
        if (!IsCertificateHash(item)) return absl::StrCat("invalid certificate hash: ", item);
        tls_->certificate_hashes.emplace_back(item);
      }
    } else if (key == "verify-subject-alt-names") {
      return absl::StrCat(full_key,
                          " is not supported on BackendTLSPolicy: additional SANs would be OR'd "
                          "with the required spec.validation identity check, weakening it");
    } else {
      return absl::StrCat("unknown tls option: ", full_key);
    }
    return "";
  }

  const BackendTLSPolicy& policy_;
};

}  // namespace

PolicyTls ReadBackendTLSPolicy(const Object& policy, const PolicyInput& input) {
  return Reader(policy, input).Read();
}

}  // namespace gwpolicy
