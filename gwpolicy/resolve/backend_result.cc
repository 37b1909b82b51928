#include "gwpolicy/resolve/backend_result.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/resolve/attach.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/resolve/policies/backend_config_policy.h"
#include "gwpolicy/resolve/precedence.h"
#include "gwpolicy/resolve/routing.h"
#include "gwpolicy/tls/settings.h"

namespace gwpolicy {
namespace {

constexpr char kOwnsTls[] = "an attached BackendTLSPolicy owns TLS";
constexpr char kOverwritesTls[] = "an attached BackendConfigPolicy overwrites its TLS";

// By which a BackendConfigPolicy loses a field to another.
absl::string_view MergeRule(const Profile& profile) {
  switch (profile.config_order) {
    case Profile::ConfigOrder::kOlderFirst:
      return "a BackendConfigPolicy before it sets the field";
    case Profile::ConfigOrder::kNewerFirst:
      return "a BackendConfigPolicy after it sets the field";
  }
  return "";
}

std::string NameOf(const Object& object) {
  return absl::StrCat(object.meta().ns, "/", object.meta().name);
}
std::string LabelOf(const Object& object) {
  return absl::StrCat(object.kind_name(), " ", NameOf(object));
}

// How the controller's own words become a condition's reason.
std::string ReasonOf(const PolicyError& error) {
  switch (error.error_class) {
    case PolicyError::Class::kKind:
      return "InvalidKind";
    case PolicyError::Class::kCaRef:
      return "InvalidCACertificateRef";
    case PolicyError::Class::kOther:
      return "Invalid";
  }
  return "Invalid";
}

// Builds one entry: one port as one Gateway sees it.
class EntryBuilder {
 public:
  EntryBuilder(const BackendInput& input, const Object& backend, const BackendPort& port,
               const std::vector<Attachment>& attachments, const Reach* reach)
      : input_(input), backend_(backend), port_(port), attachments_(attachments), reach_(reach) {
    entry_.gateway = reach == nullptr ? GatewayId() : reach->gateway;
    entry_.backend = port.id;
    entry_.port_name = port.port_name;
  }

  std::shared_ptr<const BackendTls> Build(BackendResult& result) {
    const Profile& profile = input_.profile_of(entry_.gateway);
    profile_ = &profile;
    entry_.profile = std::string(profile.name);
    precedence_ = Decide(attachments_, port_.port_name, port_.id.port, profile);
    TellRoutes();
    TellAttachments();
    ChooseSettings();
    ChooseTls();
    ApplyGatewayCertificate();
    CheckSettings();
    JudgePosture();
    AddSettingsRows();
    RecordFates(result);
    return std::make_shared<const BackendTls>(std::move(entry_));
  }

 private:
  const PolicyTls& Layer(const Attachment& attachment) const {
    return input_.layer_of(attachment.policy, *profile_);
  }

  void Tell(std::string about, std::string text) {
    entry_.steps.push_back({std::move(about), std::move(text)});
  }

  void TellRoutes() {
    if (reach_ == nullptr) {
      Tell("route", absl::StrCat("No route of a known Gateway leads to ", LabelOf(backend_), ":",
                                 port_.id.port, "; judged as ", profile_->name, " would."));
      return;
    }
    Tell("route", absl::StrCat(absl::StrJoin(reach_->routes, ", "), " leads from Gateway ",
                               entry_.gateway.ns, "/", entry_.gateway.name, " (", profile_->name,
                               ") to ", LabelOf(backend_), ":", port_.id.port, "."));
  }

  void TellAttachments() {
    if (attachments_.empty()) Tell("target", "No policy aims at it.");
    for (const Outcome& outcome : precedence_.outcomes) {
      const Attachment& at = *outcome.attachment;
      const std::string who = LabelOf(*at.object);
      const std::string aim = absl::StrCat(
          who, " aims at it by ", at.FieldPath(),
          at.section_name.empty() ? "" : absl::StrCat(" with sectionName ", at.section_name));
      switch (outcome.fate) {
        case Outcome::Fate::kWon:
          Tell("winner", absl::StrCat(aim, " and owns TLS of this port."));
          break;
        case Outcome::Fate::kLost:
          Tell("loser", absl::StrCat(aim, " and loses to ", NameOf(*outcome.winner->object), ": ",
                                     outcome.rule, "."));
          break;
        case Outcome::Fate::kShadowed:
          Tell("loser", absl::StrCat(aim, " and is not used here: ", outcome.rule, " (",
                                     NameOf(*outcome.winner->object), ")."));
          break;
        case Outcome::Fate::kMerged:
          Tell("target", absl::StrCat(aim, "."));
          break;
        case Outcome::Fate::kElsewhere:
          Tell("target", absl::StrCat(aim, ", which is not this port."));
          break;
        case Outcome::Fate::kNotRead:
          Tell("loser", absl::StrCat(aim, ", but ", profile_->name, " does not read ",
                                     at.object->kind_name(), "."));
          break;
      }
    }
  }

  void ChooseSettings() {
    BackendSettings settings = SettingsOf(input_.cluster, backend_, port_);
    std::vector<const Object*> good;
    for (const Attachment* attachment : precedence_.config_policies) {
      // A policy in error contributes nothing.
      if (!Layer(*attachment).failed()) good.push_back(attachment->object);
    }
    settings_rows_ = MergeSettings(good, MergeRule(*profile_), settings);
    entry_.settings = std::make_shared<const BackendSettings>(std::move(settings));
  }

  void ChooseTls() {
    const Attachment* source = TlsSource(precedence_, *profile_, [this](const Attachment& config) {
      return Layer(config).says_tls;
    });
    // Any policy in error takes the backend out, whichever would have given the TLS.
    std::vector<const Attachment*> counted = precedence_.config_policies;
    if (precedence_.tls_policy != nullptr) counted.insert(counted.begin(), precedence_.tls_policy);
    for (const Attachment* attachment : counted) {
      const PolicyTls& layer = Layer(*attachment);
      if (!layer.failed()) continue;
      FailClosed(layer.errors[0].code, ReasonOf(layer.errors[0]), layer.errors[0].message);
      Tell("posture",
           absl::StrCat(LabelOf(*attachment->object), " is in error: ", layer.errors[0].message,
                        ". Requests are answered with 5xx; there is no plaintext "
                        "fallback."));
      return;
    }
    if (source == nullptr) {
      entry_.mode = TlsMode::kPlaintext;
      Tell("posture", "No policy asks for TLS, so the Gateway speaks plaintext to it.");
      return;
    }
    entry_.mode = TlsMode::kTls;
    const PolicyTls& layer = Layer(*source);
    entry_.tls = layer.tls;
    entry_.provenance = layer.provenance;
    if (source->object->kind() == Kind::kBackendConfigPolicy) {
      Tell("winner", absl::StrCat(LabelOf(*source->object), " gives the TLS settings."));
    }
    for (Provenance& row : entry_.provenance) {
      AddLosers(*source, row);
      Tell("field", absl::StrCat(row.field, " is ", row.value, ", from ", row.from.field_path,
                                 " of ", row.from.kind, " ", row.from.ns, "/", row.from.name, "."));
    }
  }

  // A backend that fails closed has no settings in effect.
  void AddSettingsRows() {
    if (entry_.mode == TlsMode::kFailClosed) return;
    for (Provenance& row : settings_rows_) entry_.provenance.push_back(std::move(row));
  }

  // Adds those that would have had a say in `row` and lost.
  void AddLosers(const Attachment& source, Provenance& row) {
    for (const Outcome& outcome : precedence_.outcomes) {
      const Attachment& at = *outcome.attachment;
      if (at.policy == source.policy) continue;
      std::string rule;
      switch (outcome.fate) {
        case Outcome::Fate::kLost:
        case Outcome::Fate::kShadowed:
          rule = outcome.rule;
          break;
        case Outcome::Fate::kMerged:
          if (!Layer(at).says_tls) continue;
          rule = source.object->kind() == Kind::kBackendTLSPolicy
                     ? kOwnsTls
                     : std::string(MergeRule(*profile_));
          break;
        case Outcome::Fate::kWon:
          // First of its kind, and yet the other kind gives TLS.
          rule = kOverwritesTls;
          break;
        case Outcome::Fate::kElsewhere:
        case Outcome::Fate::kNotRead:
          continue;
      }
      const PolicyTls& loser = Layer(at);
      FieldSource from = loser.source;
      for (const Provenance& own : loser.provenance) {
        if (own.field == row.field) from.field_path = own.from.field_path;
      }
      // One that does not set the field has lost nothing here.
      if (from.field_path.empty() && !loser.failed()) continue;
      row.over.push_back({std::move(from), std::move(rule)});
    }
  }

  void FailClosed(Code code, std::string reason, std::string message) {
    entry_.mode = TlsMode::kFailClosed;
    entry_.code = code;
    entry_.reason = std::move(reason);
    entry_.message = std::move(message);
    entry_.tls = nullptr;
    entry_.provenance.clear();
  }

  void ApplyGatewayCertificate() {
    GatewayId named_gateway;
    if (!entry_.gateway.empty()) {
      const Object* gateway = input_.cluster.Find(KeyOfGateway(entry_.gateway));
      const GatewayCertificate certificate = CertificateOf(input_.cluster, *gateway);
      if (certificate.asked_for) {
        named_gateway = entry_.gateway;
        UseGatewayCertificate(certificate);
      }
    }
    entry_.cluster_name = ClusterName(entry_.backend, named_gateway);
  }

  void UseGatewayCertificate(const GatewayCertificate& certificate) {
    if (entry_.mode != TlsMode::kTls) return;  // it never starts TLS by itself
    const std::string path = "spec.tls.backend.clientCertificateRef";
    if (!certificate.pair.has_value()) {
      Tell("posture", absl::StrCat("The Gateway's client certificate cannot be used: ",
                                   certificate.message, "."));
      FailClosed(certificate.code, certificate.reason, certificate.message);
      return;
    }
    // kgateway looks for a TLS socket by name and misses the one inside a PROXY wrapper.
    if (entry_.settings->proxy_protocol != ProxyProtocol::kNone) return;
    auto tls = std::make_shared<tls::ClientTls>(*entry_.tls);
    tls->client_certificate = certificate.pair;
    Provenance row;
    row.field = "clientCertificate";
    row.from = {"Gateway", entry_.gateway.ns, entry_.gateway.name, path};
    row.value = absl::StrCat("of Gateway ", entry_.gateway.ns, "/", entry_.gateway.name);
    auto old = std::find_if(entry_.provenance.begin(), entry_.provenance.end(),
                            [](const Provenance& p) { return p.field == "clientCertificate"; });
    if (old != entry_.provenance.end()) {
      row.over = std::move(old->over);
      row.over.push_back({old->from, "the Gateway's client certificate replaces any other"});
      entry_.provenance.erase(old);
    }
    Tell("field", absl::StrCat("clientCertificate is that of the Gateway, from ", path, "."));
    entry_.provenance.push_back(std::move(row));
    entry_.tls = std::move(tls);
  }

  // Settings that Envoy does not load would take every other cluster of the configuration with
  // them (kgateway issue 11983), so this backend fails closed alone.
  void CheckSettings() {
    if (entry_.mode != TlsMode::kTls) return;
    const std::vector<tls::Failure> refused = tls::RefusedSettings(*entry_.tls);
    if (refused.empty()) return;
    const std::string message = refused[0].message;
    Tell("posture", absl::StrCat("Envoy would not load these settings: ", message, "."));
    FailClosed(refused[0].code, "Invalid", message);
  }

  void JudgePosture() {
    switch (entry_.mode) {
      case TlsMode::kFailClosed:
        entry_.posture.push_back(Code::kPostureFailClosed);
        return;
      case TlsMode::kPlaintext:
        entry_.posture.push_back(Code::kPosturePlaintext);
        return;
      case TlsMode::kTls:
        break;
    }
    if (entry_.tls->trust.source == tls::TrustSource::kUnverified) {
      entry_.posture.push_back(Code::kPostureUnverified);
      Tell("posture", "TLS is used, but any certificate is accepted.");
    } else if (entry_.tls->names.unchecked) {
      entry_.posture.push_back(Code::kPostureNameUnchecked);
      Tell("posture", "The chain is verified, but no name is: sni alone checks nothing.");
    } else {
      Tell("posture", "Chain and name of the backend's certificate are verified.");
    }
  }

  void RecordFates(BackendResult& result) {
    // A valid BackendTLSPolicy tells the others that they are overridden.
    std::string overrider;
    if (profile_->tls_owner == Profile::TlsOwner::kBackendTLSPolicy &&
        precedence_.tls_policy != nullptr && !Layer(*precedence_.tls_policy).failed()) {
      overrider = NameOf(*precedence_.tls_policy->object);
    }
    for (const Outcome& outcome : precedence_.outcomes) {
      PolicyFate fate;
      fate.policy = outcome.attachment->policy;
      fate.profile = profile_;
      fate.gateway = entry_.gateway;
      fate.backend = entry_.backend;
      fate.section_name = outcome.attachment->section_name;
      fate.fate = outcome.fate;
      if (outcome.winner != nullptr) fate.winner = NameOf(*outcome.winner->object);
      if (outcome.fate == Outcome::Fate::kMerged &&
          outcome.attachment->object->As<BackendConfigPolicy>()->spec.tls.has_value()) {
        fate.overridden_by = overrider;
      }
      AddFateFinding(outcome, fate, result);
      result.fates.push_back(std::move(fate));
    }
  }

  void AddFateFinding(const Outcome& outcome, const PolicyFate& fate, BackendResult& result) {
    const Attachment& at = *outcome.attachment;
    FindingSink sink;
    sink.SetObject(at.object->ref(), at.object->source());
    const std::string target = LabelOf(backend_);
    switch (outcome.fate) {
      case Outcome::Fate::kLost:
        sink.AddAt(at.FieldPath(), Code::kAttachConflicted,
                   absl::StrCat("loses ", target, " to ", LabelOf(*outcome.winner->object), ": ",
                                outcome.rule));
        if (SameAge(*at.object, *outcome.winner->object)) {
          sink.AddAt(at.FieldPath(), Code::kAttachTie,
                     absl::StrCat("as old as ", LabelOf(*outcome.winner->object),
                                  ", so the names decided over ", target));
        }
        break;
      case Outcome::Fate::kMerged:
        if (!fate.overridden_by.empty()) {
          sink.AddAt("spec.tls", Code::kAttachOverridden,
                     absl::StrCat("spec.tls is overridden on ", target, " by BackendTLSPolicy ",
                                  fate.overridden_by));
        }
        TellOfUndefinedOwner(at, target, sink);
        TellOfTies(at, target, sink);
        break;
      case Outcome::Fate::kNotRead: {
        std::string message = absl::StrCat(
            profile_->name, " does not read BackendConfigPolicy, so it has no effect on ", target);
        const bool asks_for_tls = at.object->As<BackendConfigPolicy>()->spec.tls.has_value();
        const bool exposed = asks_for_tls && entry_.mode == TlsMode::kPlaintext;
        if (exposed) absl::StrAppend(&message, ": requests go out in plaintext");
        sink.AddAt(at.FieldPath(), Code::kAttachNotRead, exposed ? Level::kError : Level::kWarning,
                   std::move(message));
        break;
      }
      case Outcome::Fate::kWon:
        TellOfOverwriter(at, target, sink);
        TellOfPortNumber(at, target, sink);
        break;
      case Outcome::Fate::kShadowed:
      case Outcome::Fate::kElsewhere:
        break;
    }
    for (Finding& finding : sink.Take()) result.findings.push_back(std::move(finding));
  }

  // Where a controller lets chance decide between the kinds, both policies are told.
  void TellOfUndefinedOwner(const Attachment& config, const std::string& target,
                            FindingSink& sink) const {
    if (profile_->tls_owner_defined || precedence_.tls_policy == nullptr) return;
    const BackendConfigPolicySpec& spec = config.object->As<BackendConfigPolicy>()->spec;
    const std::string other = LabelOf(*precedence_.tls_policy->object);
    if (spec.tls.has_value()) {
      sink.AddAt("spec.tls", Code::kAttachUndefined,
                 absl::StrCat(profile_->name, " does not define whether this or ", other,
                              " gives TLS to ", target, "; by its documentation this does"));
    }
    if (spec.upstream_proxy_protocol.has_value()) {
      sink.AddAt("spec.upstreamProxyProtocol", Code::kAttachUndefined,
                 absl::StrCat(profile_->name, " may lose it on ", target, " beside ", other));
    }
  }
  void TellOfOverwriter(const Attachment& tls_policy, const std::string& target,
                        FindingSink& sink) const {
    if (profile_->tls_owner_defined) return;
    for (const Attachment* config : precedence_.config_policies) {
      if (!Layer(*config).says_tls) continue;
      sink.AddAt(tls_policy.FieldPath(), Code::kAttachUndefined,
                 absl::StrCat(profile_->name, " does not define whether this or ",
                              LabelOf(*config->object), " gives TLS to ", target,
                              "; by its documentation the other does"));
    }
  }

  // Of two BackendConfigPolicies of one age that set the same field, the second is told.
  void TellOfTies(const Attachment& config, const std::string& target, FindingSink& sink) const {
    for (const Attachment* other : precedence_.config_policies) {
      if (other->policy == config.policy) return;
      if (!SameAge(*other->object, *config.object)) continue;
      const std::vector<std::string> fields =
          SharedFields(other->object->As<BackendConfigPolicy>()->spec,
                       config.object->As<BackendConfigPolicy>()->spec);
      if (fields.empty()) continue;
      const bool defined = profile_->config_order == Profile::ConfigOrder::kOlderFirst;
      sink.AddAt(
          fields.front(), defined ? Code::kAttachTie : Code::kAttachUndefined,
          absl::StrCat("as old as ", LabelOf(*other->object),
                       defined ? ", so the names decided over " : ", so chance decides over ",
                       absl::StrJoin(fields, ", "), " of ", target));
    }
  }

  // Only some controllers take the number of a port for its name.
  void TellOfPortNumber(const Attachment& at, const std::string& target, FindingSink& sink) const {
    if (at.section_name.empty() || at.section_name == port_.port_name) return;
    sink.AddAt(at.FieldPath() + ".sectionName", Code::kAttachPortNumber,
               absl::StrCat(profile_->name, " takes ", at.section_name, " as a port of ", target,
                            "; by the Gateway API it names no port, so nothing would be attached"));
  }

  const BackendInput& input_;
  const Object& backend_;
  const BackendPort& port_;
  const std::vector<Attachment>& attachments_;
  const Reach* reach_;
  const Profile* profile_ = nullptr;
  Precedence precedence_;
  std::vector<Provenance> settings_rows_;  // of fields besides TLS
  BackendTls entry_;
};

// Adds what one entry's posture means for those who own the objects behind it.
void AddPostureFindings(const BackendInput& input, const Object& backend, const BackendTls& entry,
                        std::vector<Finding>& out) {
  FindingSink sink;
  const std::string port = absl::StrCat(LabelOf(backend), ":", entry.backend.port);
  for (Code code : entry.posture) {
    if (code == Code::kPostureFailClosed) {
      sink.SetObject(backend.ref(), backend.source());
      sink.AddAt("", code, absl::StrCat(port, " fails closed: ", entry.message));
      continue;
    }
    if (code == Code::kPosturePlaintext) {
      if (entry.gateway.empty()) continue;  // nothing is sent there
      sink.SetObject(backend.ref(), backend.source());
      sink.AddAt("", code, absl::StrCat("the Gateway speaks plaintext to ", port));
      continue;
    }
    for (const Provenance& row : entry.provenance) {
      if (row.field != (code == Code::kPostureUnverified ? "trust" : "names")) continue;
      const Object* policy = input.cluster.Find(ObjectKey{
          std::string(row.from.kind == "BackendTLSPolicy" ? kGatewayGroup : kKgatewayGroup),
          row.from.kind, row.from.ns, row.from.name});
      if (policy == nullptr) continue;
      sink.SetObject(policy->ref(), policy->source());
      sink.AddAt(
          row.from.field_path, code,
          code == Code::kPostureUnverified
              ? absl::StrCat("any certificate is accepted from ", LabelOf(backend))
              : absl::StrCat("the chain of ", LabelOf(backend), " is verified but no name; sni \"",
                             entry.tls->sni, "\" only selects a certificate"));
    }
  }
  for (Finding& finding : sink.Take()) out.push_back(std::move(finding));
}

}  // namespace

BackendResult ResolveBackend(const BackendInput& input, const Object& backend) {
  BackendResult result;
  const std::vector<Reach> reaches = ReachOf(input.cluster, backend);
  const std::vector<Attachment> attachments = AttachmentsOf(input.cluster, backend);
  for (const BackendPort& port : PortsOf(backend)) {
    bool routed = false;
    for (const Reach& reach : reaches) {
      if (reach.port != port.id.port) continue;
      routed = true;
      result.entries.push_back(
          EntryBuilder(input, backend, port, attachments, &reach).Build(result));
    }
    if (!routed) {
      result.entries.push_back(
          EntryBuilder(input, backend, port, attachments, nullptr).Build(result));
    }
  }
  std::sort(result.entries.begin(), result.entries.end(),
            [](const auto& a, const auto& b) { return ResultOrder(*a, *b); });
  // A port that nothing is sent to is worth a finding only where no other port says the same.
  const bool any_routed = !reaches.empty();
  for (const auto& entry : result.entries) {
    if (any_routed && entry->gateway.empty()) continue;
    AddPostureFindings(input, backend, *entry, result.findings);
  }
  return result;
}

}  // namespace gwpolicy
