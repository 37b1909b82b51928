#include "gwpolicy/resolve/policies/backend_tls_policy.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "gwpolicy/api/gateway/backend_tls_policy.h"
#include "gwpolicy/api/gateway/x_backend.h"
#include "gwpolicy/cluster/references.h"
#include "gwpolicy/resolve/certificate_cache.h"
#include "gwpolicy/resolve/gateway_certificate.h"
#include "gwpolicy/resolve/policies/policy_reader.h"
#include "gwpolicy/resolve/policies/tls_text.h"
#include "gwpolicy/tls/trust_bundle.h"

namespace gwpolicy {
namespace {

// Where the fields of a validation stand; texts that all policies share.
struct Paths {
  explicit Paths(absl::string_view prefix)
      : all(prefix),
        hostname(absl::StrCat(prefix, ".hostname")),
        sans(absl::StrCat(prefix, ".subjectAltNames")),
        well_known(absl::StrCat(prefix, ".wellKnownCACertificates")),
        ca_refs(absl::StrCat(prefix, ".caCertificateRefs")),
        first_ca_ref(absl::StrCat(prefix, ".caCertificateRefs[0]")) {}

  Text all;
  Text hostname;
  Text sans;
  Text well_known;
  Text ca_refs;
  Text first_ca_ref;
};
const Paths& PathsOf(Kind kind) {
  static const auto* const kPolicy = new Paths("spec.validation");
  static const auto* const kXBackend = new Paths("spec.tls.validation");
  return kind == Kind::kXBackend ? *kXBackend : *kPolicy;
}

constexpr TextLiteral kSystem("system");
constexpr TextLiteral kTrust("trust");

// What both kinds have: names and trust.
class ValidationReader : protected PolicyReader {
 protected:
  ValidationReader(const Object& object, const PolicyInput& input)
      : PolicyReader(object, input), paths_(PathsOf(object.kind())) {
    out_.says_tls = true;
  }

  void Read(const BackendTLSPolicyValidation& validation) {
    validation_ = &validation;
    ReadNames();
    ReadTrust();
  }
  void FailTrust(std::string path, std::string message) {
    Fail(PolicyError::Class::kOther, Code::kTrustSourceMissing, std::move(path),
         std::move(message));
  }

  const Paths& paths_;

 private:
  void ReadNames() {
    const BackendTLSPolicyValidation& validation = *validation_;
    tls_->sni = validation.hostname;
    Set("sni", validation.hostname, paths_.hostname);
    const bool with_sans = !validation.subject_alt_names.empty();
    const Profile::HostnameWithSans rule = input_.profile.hostname_with_sans;
    if (!with_sans || rule != Profile::HostnameWithSans::kSniOnly) {
      tls_->names.accepted.push_back({tls::PeerName::Type::kDns, validation.hostname});
    }
    if (rule != Profile::HostnameWithSans::kAlone) ReadSubjectAltNames();
    if (with_sans) TellOfHostname();
    Set("names", NamesText(tls_->names),
        with_sans && rule != Profile::HostnameWithSans::kAlone ? paths_.sans : paths_.hostname);
  }

  void ReadSubjectAltNames() {
    List<tls::PeerName>& names = tls_->names.accepted;
    for (const SubjectAltName& san : validation_->subject_alt_names) {
      if (san.type == "Hostname") {
        names.push_back({tls::PeerName::Type::kDns, san.hostname});
      } else if (san.type == "URI") {
        names.push_back({tls::PeerName::Type::kUri, san.uri});
      }
    }
  }

  // Says where subjectAltNames do not do what the Gateway API wants of them.
  void TellOfHostname() {
    const BackendTLSPolicyValidation& validation = *validation_;
    const auto& sans = validation.subject_alt_names;
    switch (input_.profile.hostname_with_sans) {
      case Profile::HostnameWithSans::kSniOnly:
        return;
      case Profile::HostnameWithSans::kAlsoAccepted:
        if (std::any_of(sans.begin(), sans.end(), [&validation](const SubjectAltName& san) {
              return san.type == "Hostname" && san.hostname == validation.hostname;
            })) {
          return;
        }
        Report(Code::kNameHostnameAccepted, std::string(paths_.hostname),
               absl::StrCat(input_.profile.name, " accepts \"", validation.hostname.view(),
                            "\" too; by the Gateway API only subjectAltNames count"));
        return;
      case Profile::HostnameWithSans::kAlone:
        Report(Code::kNameSansUnread, std::string(paths_.sans),
               absl::StrCat(input_.profile.name, " does not read them and accepts \"",
                            validation.hostname.view(),
                            "\" alone; by the Gateway API only subjectAltNames count"));
        return;
    }
  }

  void ReadTrust() {
    const BackendTLSPolicyValidation& validation = *validation_;
    const Profile::Messages& messages = input_.profile.messages;
    const absl::string_view well_known = validation.well_known_ca_certificates.view();
    const bool both = !well_known.empty() && !validation.ca_certificate_refs.empty();
    bool by_name = !well_known.empty();
    switch (input_.profile.both_trust_sources) {
      case Profile::BothTrustSources::kInvalid:
        if (both) {
          FailTrust(paths_.all, std::string(messages.both_trust));
          return;
        }
        break;
      case Profile::BothTrustSources::kSystemElseRefs:
        if (both) by_name = well_known == "System";
        break;
      case Profile::BothTrustSources::kWellKnownAlone:
        break;
    }
    if (!by_name && validation.ca_certificate_refs.empty()) {
      FailTrust(paths_.all, std::string(messages.no_trust));
    } else if (!by_name) {
      ReadCaReferences();
    } else if (well_known == "System") {
      tls_->trust.source = tls::TrustSource::kSystem;
      Set(kTrust, kSystem, paths_.well_known);
    } else {
      FailTrust(std::string(paths_.well_known),
                absl::Substitute(messages.unknown_well_known, well_known));
    }
  }

  void ReadCaReferences() {
    const auto& refs = validation_->ca_certificate_refs;
    const Profile::CaRefs rule = input_.profile.ca_refs;
    if (rule == Profile::CaRefs::kExactlyOne && refs.size() > 1) {
      Fail(PolicyError::Class::kOther, Code::kTrustUnread, paths_.ca_refs,
           absl::Substitute(input_.profile.messages.too_many_cas, refs.size()));
      return;
    }
    const size_t read = rule == Profile::CaRefs::kFirst ? 1 : refs.size();
    const absl::InlinedVector<const Object*, 4> holders = Holders();
    CaBundles good;
    std::vector<PolicyError> bad;
    for (size_t i = 0; i < refs.size(); ++i) {
      const Text ref_path =
          i == 0 ? paths_.first_ca_ref : Text(absl::StrCat(paths_.ca_refs, "[", i, "]"));
      if (i < read) {
        ReadCa(refs[i], holders[i], ref_path, good, bad);
        continue;
      }
      Report(Code::kTrustUnread, ref_path,
             absl::StrCat(input_.profile.name, " does not read ", refs[i].kind, " ", refs[i].name,
                          ": only the first CA reference counts"));
    }
    if (!MayGoOnWithout(bad, !good.bundles.empty())) {
      for (PolicyError& error : bad) out_.errors.push_back(std::move(error));
      return;
    }
    if (!bad.empty()) {
      Report(Code::kTrustPartial, paths_.ca_refs,
             absl::StrCat("of ", read, " CA references ", bad.size(), " cannot be used; ",
                          LabelsOf(good), " alone counts"));
    }
    tls_->trust.source = tls::TrustSource::kBundle;
    tls_->trust.bundle = Joined(good);
    if (!tls_->trust.bundle->usable()) {
      Fail(PolicyError::Class::kCaRef, Code::kTrustInvalid, paths_.ca_refs,
           tls_->trust.bundle->error());
      return;
    }
    if (good.bundles.size() == 1) {
      Set(kTrust, good.bundles[0]->summary, good.path);
    } else {
      Set(kTrust, CaSummary(tls_->trust.bundle->certificates().size(), LabelsOf(good)),
          paths_.ca_refs);
    }
  }

  // Whether TLS can do without the references that are bad, by the profile. Those that status has
  // to tell of all the same move to out_.unresolved.
  bool MayGoOnWithout(std::vector<PolicyError>& bad, bool some_good) {
    if (bad.empty()) return true;
    if (!some_good) return false;
    switch (input_.profile.some_ca_refs_bad) {
      case Profile::SomeCaRefsBad::kFailClosed:
        return false;
      case Profile::SomeCaRefsBad::kUseTheGood:
        out_.unresolved = List<PolicyError>(bad.begin(), bad.end());
        return true;
      case Profile::SomeCaRefsBad::kSkipUnknownKinds:
        return std::all_of(bad.begin(), bad.end(), [](const PolicyError& error) {
          return error.error_class == PolicyError::Class::kKind;
        });
    }
    return false;
  }

  // The references that can be used.
  struct CaBundles {
    absl::InlinedVector<const Object*, 2> holders;
    absl::InlinedVector<const CertificateCache::CaBundle*, 2> bundles;  // of each
    Text path;                                                          // of the last one
  };
  static std::string LabelsOf(const CaBundles& good) {
    return absl::StrJoin(good.bundles, ", ",
                         [](std::string* out, const auto* ca) { absl::StrAppend(out, ca->label); });
  }

  // One text for several references, so that equal sets of CAs are parsed once.
  std::shared_ptr<const tls::TrustBundle> Joined(const CaBundles& good) const {
    if (good.holders.size() == 1) return good.bundles[0]->bundle;
    const std::string pem = absl::StrJoin(
        good.holders, "\n",
        [](std::string* out, const Object* holder) { absl::StrAppend(out, CaTextOf(*holder)); });
    return tls::TrustBundle::Parse(pem, input_.profile.pem_reader);
  }

  // What each CA reference names, whatever it says of the group. Null where there is no such
  // object.
  absl::InlinedVector<const Object*, 4> Holders() const {
    absl::InlinedVector<const Object*, 4> holders(validation_->ca_certificate_refs.size(), nullptr);
    for (const Cluster::Referral& referral : input_.cluster.ReferencesOf(input_.policy)) {
      if (referral.edge != Edge::kTrust || referral.detail == Reference::kNoCa) continue;
      // The last one of a reference is without the group.
      holders[static_cast<size_t>(referral.detail)] = input_.cluster.Find(referral.to);
    }
    return holders;
  }

  void ReadCa(const LocalObjectReference& ref, const Object* holder, const Text& path,
              CaBundles& good, std::vector<PolicyError>& bad) {
    const Profile::Messages& messages = input_.profile.messages;
    const auto refuse = [this, &path, &bad](PolicyError::Class error_class, Code code,
                                            std::string message) {
      Report(code, path, message);
      bad.push_back({error_class, code, std::move(message), path});
    };
    static constexpr TextLiteral kConfigMap("ConfigMap");
    const Text kind = ref.kind.empty() ? Text(kConfigMap) : ref.kind;
    const bool kind_read =
        kind == "ConfigMap" || (kind == "Secret" && input_.profile.ca_from_secret);
    const bool group_read = GroupOf(ref.group).empty();
    if (!kind_read || (input_.profile.ca_group_checked && !group_read)) {
      const std::string in_group =
          ref.group.empty() ? "" : absl::StrCat(" in group \"", ref.group, "\"");
      refuse(PolicyError::Class::kKind, Code::kTrustKindUnsupported,
             absl::Substitute(messages.unsupported_kind, ref.kind.view(), in_group));
      return;
    }
    if (!group_read) {
      Warn(Code::kTrustKindUnsupported, absl::StrCat(path, ".group"),
           absl::StrCat(input_.profile.name, " does not look at the group \"", ref.group,
                        "\"; by the Gateway API this reference is InvalidKind"));
    }
    const CertificateCache::CaBundle* const ca = holder == nullptr ? nullptr : &ReadBundle(*holder);
    if (ca == nullptr || ca->bundle == nullptr) {
      refuse(PolicyError::Class::kCaRef,
             holder == nullptr ? Code::kTrustNotFound : Code::kTrustKeyMissing,
             absl::Substitute(holder == nullptr ? messages.ca_not_found : messages.ca_key_missing,
                              kind.view(), object_.meta().ns.view(), ref.name.view()));
      return;
    }
    if (!ca->bundle->usable()) {
      refuse(PolicyError::Class::kCaRef, Code::kTrustInvalid,
             absl::Substitute(messages.ca_malformed, kind.view(), object_.meta().ns.view(),
                              ref.name.view(), ca->bundle->error()));
      return;
    }
    good.holders.push_back(holder);
    good.bundles.push_back(ca);
    good.path = path;
  }

  const BackendTLSPolicyValidation* validation_ = nullptr;
};

class Reader : private ValidationReader {
 public:
  Reader(const Object& object, const PolicyInput& input)
      : ValidationReader(object, input), policy_(*object.As<BackendTLSPolicy>()) {}

  PolicyTls Read() {
    ValidationReader::Read(policy_.spec.validation);
    ReadOptions();
    CheckRoomInStatus();
    return Finish(policy_.spec);
  }

 private:
  // A list of ancestors that others fill leaves no way to accept the policy (GEP-713).
  void CheckRoomInStatus() {
    if (input_.profile.ancestor_limit != Profile::AncestorLimit::kRefuse ||
        !policy_.status.has_value()) {
      return;
    }
    const auto& ancestors = policy_.status->ancestors;
    const auto others = std::count_if(ancestors.begin(), ancestors.end(),
                                      [this](const PolicyAncestorStatus& entry) {
                                        return !input_.profile.Owns(entry.controller_name);
                                      });
    if (static_cast<size_t>(others) < kMaxAncestors) return;
    Fail(PolicyError::Class::kOther, Code::kAttachAncestorsFull, "status.ancestors",
         absl::StrCat("other controllers have written all of the ", kMaxAncestors, " entries, so ",
                      input_.profile.name, " cannot accept the policy"));
  }

  // kgateway's spec.options, internal TLS option parser (kgateway issue 14283).
  void ReadOptions() {
    const absl::string_view prefix = input_.profile.options_prefix;
    std::vector<std::string> problems;
    for (const auto& [full_key, value] : policy_.spec.options) {
      absl::string_view key = full_key;
      const std::string path = absl::StrCat("spec.options.", full_key);
      if (prefix.empty() || !absl::ConsumePrefix(&key, prefix)) {
        Report(Code::kConfigOptionUnread, path,
               absl::StrCat(input_.profile.name, " does not read it, so it has no effect"));
        continue;
      }
      std::string problem = ReadOption(key, full_key, value);
      if (problem.empty()) {
        Set(FieldOf(key), value, path);
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

  static List<Text> Items(absl::string_view value) {
    List<Text> items;
    for (absl::string_view item : absl::StrSplit(value, ',')) {
      items.emplace_back(absl::StripAsciiWhitespace(item));
    }
    return items;
  }

  // What an option is called among the effective fields.
  static absl::string_view FieldOf(absl::string_view key) {
    static constexpr std::pair<absl::string_view, absl::string_view> kFields[] = {
        {"alpn-protocols", "alpnProtocols"},
        {"cipher-suites", "cipherSuites"},
        {"ecdh-curves", "groups"},
        {"max-tls-version", "maxVersion"},
        {"min-tls-version", "minVersion"},
        {"signature-algorithms", "signatureAlgorithms"},
        {"verify-certificate-hash", "certificateHashes"},
    };
    for (const auto& [option, field] : kFields) {
      if (option == key) return field;
    }
    return key;
  }

  // The list that an option sets; null for options that are no list.
  List<Text>* ListOf(absl::string_view key) {
    if (key == "cipher-suites") return &tls_->cipher_suites;
    if (key == "ecdh-curves") return &tls_->groups;
    if (key == "signature-algorithms") return &tls_->signature_algorithms;
    if (key == "alpn-protocols") return &tls_->alpn_protocols;
    return nullptr;
  }

  // kgateway passes empty items on, and Envoy then refuses the whole update; here the policy is in
  // error instead.
  static std::string ReadList(const std::string& full_key, const std::string& value,
                              List<Text>& list) {
    list = Items(value);
    if (std::find(list.begin(), list.end(), Text()) != list.end()) {
      return absl::StrCat("empty item in tls option: ", full_key);
    }
    return "";
  }

  // Takes over one option; returns what is wrong with it, "" when nothing is.
  std::string ReadOption(absl::string_view key, const std::string& full_key,
                         const std::string& value) {
    if (key == "alpn-protocols" && absl::StripAsciiWhitespace(value) == "allow-empty") {
      tls_->alpn_protocols.clear();
    } else if (List<Text>* list = ListOf(key)) {
      return ReadList(full_key, value, *list);
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
      tls::Pins pins;
      for (absl::string_view item : absl::StrSplit(value, absl::ByAnyChar(",-"))) {
        item = absl::StripAsciiWhitespace(item);
        if (item.empty()) continue;
        if (!tls::IsCertificateHash(item)) return absl::StrCat("invalid certificate hash: ", item);
        pins.certificate_hashes.emplace_back(item);
      }
      tls_->pins = std::move(pins);
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

class XBackendReader : private ValidationReader {
 public:
  XBackendReader(const Object& object, const PolicyInput& input)
      : ValidationReader(object, input) {}

  PolicyTls Read() {
    const XBackendSpec& spec = object_.As<XBackend>()->spec;
    const XBackendTLS& tls = *spec.tls;
    if (tls.validation.has_value()) {
      ValidationReader::Read(*tls.validation);
    } else {
      FailTrust(paths_.all, std::string(input_.profile.messages.no_trust));
    }
    if (tls.mode == "ClientAndServer") {
      ReadCertificate(tls);
    } else if (tls.mode != "ServerOnly") {
      Fail(PolicyError::Class::kOther, Code::kTrustSourceMissing, "spec.tls.mode",
           absl::StrCat("spec.tls.mode \"", tls.mode, "\" is not known"));
    }
    return Finish(spec);
  }

 private:
  void ReadCertificate(const XBackendTLS& tls) {
    const std::string path = "spec.tls.clientCertificateRef";
    if (!tls.client_certificate_ref.has_value()) {
      Fail(PolicyError::Class::kOther, Code::kClientCertNotFound, path,
           absl::StrCat(path, " is not set, as the mode ClientAndServer needs it to be"));
      return;
    }
    const GatewayCertificate certificate =
        CertificateOfRef(input_.cluster, object_, *tls.client_certificate_ref, input_.certificates);
    if (certificate.pair == nullptr) {
      Fail(PolicyError::Class::kOther, certificate.failure.code, path,
           std::string(certificate.failure.message));
      return;
    }
    tls_->client_certificate = certificate.pair;
    Set("clientCertificate", KeyOfRef(*tls.client_certificate_ref, object_.meta().ns).ToString(),
        path);
  }
};

}  // namespace

PolicyTls ReadXBackend(const Object& backend, const PolicyInput& input) {
  return XBackendReader(backend, input).Read();
}

PolicyTls ReadBackendTLSPolicy(const Object& policy, const PolicyInput& input) {
  return Reader(policy, input).Read();
}

}  // namespace gwpolicy
