#include "gwpolicy/resolve/backend_result.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gwpolicy/api/kgateway/backend_config_policy.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/resolve/policies/backend_config_policy.h"
#include "gwpolicy/resolve/precedence.h"
#include "gwpolicy/tls/settings.h"

namespace gwpolicy {
namespace {

constexpr TextLiteral kOwnsTls("an attached BackendTLSPolicy owns TLS");
constexpr TextLiteral kOverwritesTls("an attached BackendConfigPolicy overwrites its TLS");
constexpr TextLiteral kEarlierSetsIt("a BackendConfigPolicy before it sets the field");
constexpr TextLiteral kLaterSetsIt("a BackendConfigPolicy after it sets the field");
constexpr TextLiteral kReplacesAny("the Gateway's client certificate replaces any other");
constexpr TextLiteral kClientCertificate("clientCertificate");

// By which a BackendConfigPolicy loses a field to another.
Text MergeRule(const Profile& profile) {
  switch (profile.config_order) {
    case Profile::ConfigOrder::kOlderFirst:
      return kEarlierSetsIt;
    case Profile::ConfigOrder::kNewerFirst:
      break;
  }
  return kLaterSetsIt;
}

FieldSource SourceOf(const Object& object, Text field_path) {
  ObjectKey key = object.key();
  return {std::move(key.kind), std::move(key.ns), std::move(key.name), std::move(field_path)};
}

// Nearly all policies have one target alone.
Text PathOf(const Attachment& attachment) {
  static constexpr TextLiteral kFirstRef("spec.targetRefs[0]");
  static constexpr TextLiteral kFirstSelector("spec.targetSelectors[0]");
  if (attachment.target_index != 0) return attachment.FieldPath();
  return attachment.by_selector ? Text(kFirstSelector) : Text(kFirstRef);
}

// How the controller's own words become a condition's reason.
Text ReasonOf(const PolicyError& error) {
  static constexpr TextLiteral kInvalidRef("InvalidCACertificateRef");
  static constexpr TextLiteral kInvalidKind("InvalidKind");
  switch (error.error_class) {
    case PolicyError::Class::kKind:
      return kInvalidKind;
    case PolicyError::Class::kCaRef:
      return kInvalidRef;
    case PolicyError::Class::kOther:
      break;
  }
  return "Invalid";
}

const SharedList<Code>& PostureList(Code code) {
  static const auto* const kFailClosed = new SharedList<Code>{Code::kPostureFailClosed};
  static const auto* const kPlaintext = new SharedList<Code>{Code::kPosturePlaintext};
  static const auto* const kUnverified = new SharedList<Code>{Code::kPostureUnverified};
  static const auto* const kNameUnchecked = new SharedList<Code>{Code::kPostureNameUnchecked};
  return code == Code::kPostureFailClosed   ? *kFailClosed
         : code == Code::kPosturePlaintext  ? *kPlaintext
         : code == Code::kPostureUnverified ? *kUnverified
                                            : *kNameUnchecked;
}

void FailClosed(Code code, Text reason, Text message, FieldSource cause, BackendTls& entry) {
  entry.mode = TlsMode::kFailClosed;
  entry.code = code;
  entry.reason = std::move(reason);
  entry.message = std::move(message);
  entry.cause = std::move(cause);
  entry.tls = nullptr;
  entry.provenance = {};
}

// Settings that Envoy does not load would take every other cluster of the configuration with them
// (kgateway issue 11983), so this backend fails closed alone.
void CheckSettings(BackendTls& entry) {
  if (entry.mode != TlsMode::kTls) return;
  const std::vector<tls::Failure> refused = tls::RefusedSettings(*entry.tls);
  if (refused.empty()) return;
  FailClosed(refused[0].code, "Invalid", refused[0].message, FieldSource(), entry);
}

void JudgePosture(BackendTls& entry) {
  switch (entry.mode) {
    case TlsMode::kFailClosed:
      entry.posture = PostureList(Code::kPostureFailClosed);
      return;
    case TlsMode::kPlaintext:
      entry.posture = PostureList(Code::kPosturePlaintext);
      return;
    case TlsMode::kTls:
      break;
  }
  if (entry.tls->trust.source == tls::TrustSource::kUnverified) {
    entry.posture = PostureList(Code::kPostureUnverified);
  } else if (entry.tls->names.unchecked) {
    entry.posture = PostureList(Code::kPostureNameUnchecked);
  }
}

// What one port of a backend is under one profile, whichever Gateway of it asks.
class PortBuilder {
 public:
  PortBuilder(const BackendInput& input, const Object& backend, const BackendPort& port,
              const std::vector<Attachment>& attachments, const Profile& profile)
      : input_(input),
        backend_(backend),
        port_(port),
        attachments_(attachments),
        layers_(attachments.size()),
        profile_(profile),
        precedence_(Decide(attachments, port.port_name, port.id.port, profile)) {}

  BackendTls Build() {
    entry_.backend = port_.id;
    entry_.port_name = port_.port_name;
    entry_.profile = profile_.name;
    ChooseSettings();
    ChooseTls();
    NoteOutcomes();
    CheckSettings(entry_);
    JudgePosture(entry_);
    AddSettingsRows();
    return std::move(entry_);
  }

 private:
  // Looked up once for each attachment that is read.
  const PolicyTls& Layer(const Attachment& attachment) const {
    const PolicyTls*& layer = layers_[static_cast<size_t>(&attachment - attachments_.data())];
    if (layer == nullptr) layer = &input_.layer_of(attachment.policy, profile_);
    return *layer;
  }

  void ChooseSettings() {
    BackendSettings settings = SettingsOf(input_.cluster, backend_, port_);
    std::vector<const Object*> good;
    for (const Attachment* attachment : precedence_.config_policies) {
      // A policy in error contributes nothing.
      if (!Layer(*attachment).failed()) good.push_back(attachment->object);
    }
    settings_rows_ = MergeSettings(good, MergeRule(profile_), settings);
    entry_.settings = std::make_shared<const BackendSettings>(std::move(settings));
  }

  void ChooseTls() {
    source_ = TlsSource(precedence_, profile_,
                        [this](const Attachment& config) { return Layer(config).says_tls; });
    // Any policy in error takes the backend out, whichever would have given the TLS.
    if (precedence_.tls_policy != nullptr && FailedBy(*precedence_.tls_policy)) return;
    for (const Attachment* attachment : precedence_.config_policies) {
      if (FailedBy(*attachment)) return;
    }
    if (source_ == nullptr) {
      entry_.mode = TlsMode::kPlaintext;
      return;
    }
    entry_.mode = TlsMode::kTls;
    const PolicyTls& layer = Layer(*source_);
    entry_.tls = layer.tls;
    entry_.provenance = WithLosers(layer.provenance);
  }

  bool FailedBy(const Attachment& attachment) {
    const PolicyTls& layer = Layer(attachment);
    if (!layer.failed()) return false;
    const PolicyError& error = layer.errors[0];
    FailClosed(error.code, ReasonOf(error), error.message, layer.source, entry_);
    return true;
  }

  // Adds to each row those that would have had a say in it and lost. Mostly there are none, and
  // the rows stay those that all backends of the policy share.
  SharedList<Provenance> WithLosers(const SharedList<Provenance>& own) const {
    std::vector<Provenance> rows;
    for (const Outcome& outcome : precedence_.outcomes) {
      const Text rule = RuleAgainst(outcome);
      if (rule.empty()) continue;
      if (rows.empty()) rows = own.items();
      for (Provenance& row : rows) AddLoser(outcome, rule, row);
    }
    return rows.empty() ? own : SharedList<Provenance>(std::move(rows));
  }

  // By which the policy had no say; "" where it had, or none was to be had.
  Text RuleAgainst(const Outcome& outcome) const {
    const Attachment& at = *outcome.attachment;
    if (at.policy == source_->policy) return Text();
    switch (outcome.fate) {
      case Fate::kLost:
      case Fate::kShadowed:
        return outcome.rule;
      case Fate::kMerged:
        if (!Layer(at).says_tls) return Text();
        return source_->object->kind() == Kind::kBackendTLSPolicy ? Text(kOwnsTls)
                                                                  : MergeRule(profile_);
      case Fate::kWon:  // first of its kind, and yet the other kind gives TLS
        return kOverwritesTls;
      case Fate::kElsewhere:
      case Fate::kNotRead:
        break;
    }
    return Text();
  }

  void AddLoser(const Outcome& outcome, const Text& rule, Provenance& row) const {
    const PolicyTls& loser = Layer(*outcome.attachment);
    FieldSource from = loser.source;
    for (const Provenance& own : loser.provenance) {
      if (own.field == row.field) from.field_path = own.from.field_path;
    }
    // One that does not set the field has lost nothing here.
    if (from.field_path.empty() && !loser.failed()) return;
    row.over.push_back({std::move(from), rule});
  }

  // A backend that fails closed has no settings in effect.
  void AddSettingsRows() {
    if (entry_.mode == TlsMode::kFailClosed || settings_rows_.empty()) return;
    std::vector<Provenance> rows = entry_.provenance.items();
    std::move(settings_rows_.begin(), settings_rows_.end(), std::back_inserter(rows));
    entry_.provenance = std::move(rows);
  }

  void NoteOutcomes() {
    std::vector<PolicyOutcome> outcomes;
    outcomes.reserve(precedence_.outcomes.size());
    for (const Outcome& outcome : precedence_.outcomes) {
      const Attachment& at = *outcome.attachment;
      PolicyOutcome& out = outcomes.emplace_back();
      out.target = SourceOf(*at.object, PathOf(at));
      out.section_name = at.section_name;
      out.fate = outcome.fate;
      if (outcome.winner != nullptr) out.winner = SourceOf(*outcome.winner->object, "");
      out.gives_tls = &at == source_ && outcome.fate == Fate::kMerged;
      if (outcome.fate != Fate::kNotRead && Layer(at).failed()) {
        out.error = Layer(at).errors[0].message;
      }
      out.rule = outcome.rule;
    }
    entry_.policies = std::move(outcomes);
  }

  const BackendInput& input_;
  const Object& backend_;
  const BackendPort& port_;
  const std::vector<Attachment>& attachments_;
  mutable std::vector<const PolicyTls*> layers_;  // by attachment
  const Profile& profile_;
  const Precedence precedence_;
  const Attachment* source_ = nullptr;     // of the TLS settings
  std::vector<Provenance> settings_rows_;  // of fields besides TLS
  BackendTls entry_;
};

// Takes the Gateway's client certificate over, if it has one. kgateway's names for clusters say so.
void UseCertificate(const GatewayId& gateway, const GatewayCertificate& certificate,
                    BackendTls& entry) {
  if (entry.mode != TlsMode::kTls) return;  // it never starts TLS by itself
  const FieldSource from{"Gateway", gateway.ns, gateway.name, kClientCertificatePath};
  if (!certificate.pair.has_value()) {
    FailClosed(certificate.code, certificate.reason, certificate.message, from, entry);
    return;
  }
  // kgateway looks for a TLS socket by name and misses the one inside a PROXY wrapper.
  if (entry.settings->proxy_protocol != ProxyProtocol::kNone) return;
  auto tls = std::make_shared<tls::ClientTls>(*entry.tls);
  tls->client_certificate = certificate.pair;
  Provenance row{
      kClientCertificate, absl::StrCat("of Gateway ", gateway.ns, "/", gateway.name), from, {}};
  std::vector<Provenance> rows = entry.provenance.items();
  const auto old = std::find_if(rows.begin(), rows.end(), [](const Provenance& p) {
    return p.field == kClientCertificate.view();
  });
  if (old != rows.end()) {
    row.over = std::move(old->over);
    row.over.push_back({old->from, kReplacesAny});
    rows.erase(old);
  }
  rows.push_back(std::move(row));
  entry.provenance = std::move(rows);
  entry.tls = std::move(tls);
  CheckSettings(entry);
}

// The Gateways through which requests reach one port, and the routes that lead there.
struct Reach {
  int32_t port = 0;
  GatewayId gateway;
  std::vector<Text> routes;
  std::vector<FieldSource> parents;  // see BackendTls::parents
};

void AddReach(const BackendInput& input, const RouteLinks& links, const RouteLinks::Parent& parent,
              int32_t port, std::vector<Reach>& out) {
  auto at = std::find_if(out.begin(), out.end(), [&](const Reach& reach) {
    return reach.port == port && reach.gateway == parent.gateway;
  });
  if (at == out.end()) at = out.insert(at, Reach{port, parent.gateway, {}, {}});
  if (at->routes.empty() || at->routes.back() != links.label) at->routes.push_back(links.label);
  const ObjectKey& key = input.cluster.KeyOf(parent.ancestor);
  FieldSource source{key.kind, key.ns, key.name, Text()};
  if (std::find(at->parents.begin(), at->parents.end(), source) == at->parents.end()) {
    at->parents.push_back(std::move(source));
  }
}

std::vector<Reach> ReachOf(const BackendInput& input, ObjectId backend) {
  std::vector<Reach> out;
  for (ObjectId route : input.cluster.Referrers(backend, Edge::kBackend)) {
    const RouteLinks& links = input.links_of(route);
    for (const RouteLinks::Target& target : links.targets) {
      if (target.backend != backend) continue;
      for (const RouteLinks::Parent& parent : links.parents) {
        AddReach(input, links, parent, target.port, out);
      }
    }
  }
  return out;
}

// Resolves one port, for each Gateway that leads there.
class PortResolver {
 public:
  PortResolver(const BackendInput& input, const Object& backend, const BackendPort& port,
               const std::vector<Attachment>& attachments)
      : input_(input), backend_(backend), port_(port), attachments_(attachments) {}

  std::shared_ptr<const BackendTls> For(Reach reach) {
    auto entry = std::make_shared<BackendTls>(Base(input_.profile_of(reach.gateway)));
    entry->gateway = reach.gateway;
    entry->routes = std::move(reach.routes);
    const bool by_gateway_alone = reach.parents.size() == 1 && reach.parents[0].kind == "Gateway";
    if (!by_gateway_alone) entry->parents = std::move(reach.parents);
    GatewayId named_gateway;
    if (!reach.gateway.empty()) {
      const GatewayCertificate& certificate = input_.certificate_of(reach.gateway);
      if (certificate.asked_for) {
        named_gateway = reach.gateway;
        UseCertificate(reach.gateway, certificate, *entry);
        JudgePosture(*entry);
      }
    }
    entry->cluster_name = ClusterName(port_.id, named_gateway);
    return entry;
  }

 private:
  const BackendTls& Base(const Profile& profile) {
    for (const auto& [known, base] : bases_) {
      if (known == &profile) return base;
    }
    bases_.emplace_back(&profile,
                        PortBuilder(input_, backend_, port_, attachments_, profile).Build());
    return bases_.back().second;
  }

  const BackendInput& input_;
  const Object& backend_;
  const BackendPort& port_;
  const std::vector<Attachment>& attachments_;
  std::vector<std::pair<const Profile*, BackendTls>> bases_;
};

}  // namespace

BackendResults ResolveBackend(const BackendInput& input, ObjectId backend,
                              const std::vector<Attachment>& attachments) {
  BackendResults results;
  std::vector<Reach> reaches = ReachOf(input, backend);
  const Object& object = *input.cluster.Find(backend);
  for (const BackendPort& port : PortsOf(object)) {
    PortResolver resolver(input, object, port, attachments);
    bool routed = false;
    for (Reach& reach : reaches) {
      if (reach.port != port.id.port) continue;
      routed = true;
      results.push_back(resolver.For(std::move(reach)));
    }
    if (!routed) results.push_back(resolver.For(Reach{port.id.port, GatewayId(), {}, {}}));
  }
  if (results.size() > 1) {
    std::sort(results.begin(), results.end(),
              [](const auto& a, const auto& b) { return ResultOrder(*a, *b); });
  }
  return results;
}

}  // namespace gwpolicy
