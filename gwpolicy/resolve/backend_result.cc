#include "gwpolicy/resolve/backend_result.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/resolve/endpoints.h"
#include "gwpolicy/resolve/policies/backend_config_policy.h"
#include "gwpolicy/resolve/policy_key.h"
#include "gwpolicy/resolve/precedence.h"
#include "gwpolicy/tls/settings.h"

namespace gwpolicy {
namespace {

PolicyOutcome::Aim AimOf(const Attachment& attachment) {
  if (attachment.object->kind() == Kind::kXBackend) return PolicyOutcome::Aim::kOwnTls;
  return attachment.by_selector ? PolicyOutcome::Aim::kTargetSelector
                                : PolicyOutcome::Aim::kTargetRef;
}

void FailClosed(Shared<Failure> failure, PortTls& entry) {
  entry.mode = TlsMode::kFailClosed;
  entry.failure = std::move(failure);
  entry.tls = nullptr;
}

// Settings that Envoy does not load would take every other cluster of the configuration with them
// (kgateway issue 11983), so this backend fails closed alone.
void CheckSettings(PortTls& entry) {
  if (entry.mode != TlsMode::kTls) return;
  const std::vector<tls::Failure> refused = tls::RefusedSettings(*entry.tls);
  if (refused.empty()) return;
  FailClosed(Failure{refused[0].code, "Invalid", refused[0].message, FieldSource()}, entry);
}

// What all ports of a backend share.
struct Subject {
  const BackendInput& input;
  const Attachments& attachments;
  const BackendEndpoints endpoints;
};

// What the port before has, which the next may share.
struct Shareable {
  Shared<BackendSettings> settings;
  SharedList<PolicyOutcome> outcomes;
};

// What one port of a backend is under one profile, whichever Gateway of it asks.
class PortBuilder {
 public:
  // Fills `entry`, which is empty.
  PortBuilder(const Subject& subject, const BackendPort& port, const GatewayFacts& facts,
              Shareable& shareable, PortTls& entry)
      : subject_(subject),
        port_(port),
        layers_(subject.attachments.size()),
        profile_(*facts.profile),
        precedence_(Decide(subject.attachments, port.port_name, port.id.port, profile_)),
        shareable_(shareable),
        entry_(entry) {}

  void Build() {
    entry_.backend = port_.id;
    entry_.port_name = port_.port_name;
    ChooseSettings();
    ChooseTls();
    NoteOutcomes();
    CheckSettings(entry_);
  }

 private:
  // Looked up once for each attachment that is read.
  const PolicyTls& Layer(const Attachment& attachment) const {
    const PolicyTls*& layer =
        layers_[static_cast<size_t>(&attachment - subject_.attachments.data())];
    if (layer == nullptr) layer = &subject_.input.layer_of(attachment.policy, profile_);
    return *layer;
  }

  void ChooseSettings() {
    const HttpProtocol protocol = ProtocolOf(port_.app_protocol);
    Shared<TrafficSettings> traffic = Traffic();
    Shared<BackendSettings>& before = shareable_.settings;
    if (!before->endpoints.IsSame(subject_.endpoints.reader) || before->protocol != protocol ||
        before->traffic != traffic) {
      before = BackendSettings{subject_.endpoints.origin, protocol, std::move(traffic),
                               subject_.endpoints.reader};
    }
    entry_.settings = before;
  }

  Shared<TrafficSettings> Traffic() const {
    absl::InlinedVector<const Object*, 4> good;
    const Attachment* last = nullptr;
    for (const Attachment* attachment : precedence_.config_policies) {
      // A policy in error contributes nothing.
      if (Layer(*attachment).failed()) continue;
      good.push_back(attachment->object);
      last = attachment;
    }
    if (good.empty()) return {};
    return good.size() == 1 ? Layer(*last).traffic : MergeSettings(good);
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
    entry_.tls = Layer(*source_).tls;
  }

  bool FailedBy(const Attachment& attachment) {
    const PolicyTls& layer = Layer(attachment);
    if (!layer.failed()) return false;
    FailClosed(layer.failure, entry_);
    return true;
  }

  void NoteOutcomes() {
    const auto outcome_of = [this](size_t i) {
      const Outcome& outcome = precedence_.outcomes[i];
      const Attachment& at = *outcome.attachment;
      PolicyOutcome out;
      out.fields = outcome.fate == Fate::kNotRead ? subject_.input.unread_fields_of(at.policy)
                                                  : Layer(at).fields;
      out.aim = AimOf(at);
      out.aim_index = static_cast<uint16_t>(std::min<size_t>(at.target_index, 0xFFFF));
      out.section_name = at.section_name;
      out.fate = outcome.fate;
      if (outcome.winner != nullptr) {
        out.winner = static_cast<uint32_t>(outcome.winner - subject_.attachments.data());
      }
      out.gives_tls = &at == source_ && outcome.fate == Fate::kMerged;
      out.rule = outcome.rule;
      return out;
    };
    entry_.policies = SharedList<PolicyOutcome>::Made(precedence_.outcomes.size(), outcome_of);
    if (entry_.policies == shareable_.outcomes) {
      entry_.policies = shareable_.outcomes;
    } else {
      shareable_.outcomes = entry_.policies;
    }
  }

  const Subject& subject_;
  const BackendPort& port_;
  mutable absl::InlinedVector<const PolicyTls*, 4> layers_;  // by attachment
  const Profile& profile_;
  const Precedence precedence_;
  Shareable& shareable_;
  const Attachment* source_ = nullptr;  // of the TLS settings
  PortTls& entry_;
};

// Takes the Gateway's client certificate over, which it asks for.
void UseCertificate(const GatewayCertificate& certificate, PortTls& entry) {
  entry.gateway_certificate = true;
  if (entry.mode != TlsMode::kTls) return;  // it never starts TLS by itself
  if (certificate.pair == nullptr) return FailClosed(certificate.failure, entry);
  // kgateway looks for a TLS socket by name and misses the one inside a PROXY wrapper.
  if (entry.settings->traffic->proxy_protocol != ProxyProtocol::kNone) return;
  auto tls = std::make_shared<tls::ClientTls>(*entry.tls);
  tls->client_certificate = certificate.pair;
  entry.tls = std::move(tls);
  entry.shows_gateway_certificate = true;
  CheckSettings(entry);
}

// A Gateway through which requests reach one port, and the routes that lead there.
struct Reach {
  int32_t port = 0;
  const GatewayFacts* facts = nullptr;               // of the Gateway, which has its own
  absl::InlinedVector<const RouteLinks*, 2> routes;  // in the order of their keys
};
using Reaches = absl::InlinedVector<Reach, 4>;

void AddReach(const RouteLinks& links, const RouteLinks::Parent& parent, int32_t port,
              Reaches& out) {
  for (Reach& reach : out) {
    if (reach.facts != parent.facts || reach.port != port) continue;
    if (reach.routes.back() != &links) reach.routes.push_back(&links);
    return;
  }
  out.push_back({port, parent.facts, {&links}});
}

Reaches ReachOf(const BackendInput& input, ObjectId backend) {
  Reaches out;
  input.cluster.VisitReferrers(backend, Edge::kBackend, [&](ObjectId route) {
    const RouteLinks& links = input.links_of(route);
    if (links.is_udp || links.parents.empty()) return;
    for (const Cluster::Referral& ref : input.cluster.ReferencesOf(route)) {
      if (ref.edge != Edge::kBackend || ref.to != backend) continue;
      const std::optional<int32_t> port = PortLedTo(input.cluster, *input.cluster.Find(route), ref);
      if (!port.has_value()) continue;
      for (const RouteLinks::Parent& parent : links.parents) {
        AddReach(links, parent, *port, out);
      }
    }
  });
  for (Reach& reach : out) {
    if (reach.routes.size() < 2) continue;
    std::sort(reach.routes.begin(), reach.routes.end(),
              [&input](const RouteLinks* a, const RouteLinks* b) {
                return input.cluster.KeyLess(a->route, b->route);
              });
  }
  return out;
}

// Mostly it is one route, whose own list does.
SharedList<FieldSource> RoutesOf(const Reach& reach) {
  if (reach.routes.size() == 1) return reach.routes[0]->self;
  return SharedList<FieldSource>::Made(
      reach.routes.size(), [&reach](size_t i) { return reach.routes[i]->self.front(); });
}

// See BackendTls::parents.
SharedList<FieldSource> ParentsOf(const BackendInput& input, const Reach& reach) {
  ObjectIds ids;  // of the Gateway and its ListenerSets
  for (const RouteLinks* links : reach.routes) {
    for (const RouteLinks::Parent& parent : links->parents) {
      if (parent.facts != reach.facts) continue;
      if (std::find(ids.begin(), ids.end(), parent.ancestor) == ids.end()) {
        ids.push_back(parent.ancestor);
      }
    }
  }
  absl::InlinedVector<FieldSource, 2> parents;
  for (ObjectId id : ids) {
    const KeyView key = input.cluster.KeyOf(id);
    if (ids.size() == 1 && key.kind == "Gateway") return {};
    parents.push_back(SourceOf(key));
  }
  return SharedList<FieldSource>(std::move(parents));
}

// Resolves one port, for each Gateway that leads there.
class PortResolver {
 public:
  PortResolver(const Subject& subject, const BackendPort& port, Shareable& shareable)
      : subject_(subject), port_(port), shareable_(shareable) {}

  BackendTls For(const Reach& reach) {
    return {reach.facts->gateway, PortFor(*reach.facts), RoutesOf(reach),
            ParentsOf(subject_.input, reach)};
  }

 private:
  Shared<PortTls> PortFor(const GatewayFacts& facts) {
    Shared<PortTls> port = PortWithoutCertificate(facts);
    if (facts.certificate.asked_for) {
      port.Modify([&facts](PortTls& own) { UseCertificate(facts.certificate, own); });
    }
    return port;
  }

  // What all Gateways of a profile share, but for their certificates.
  const Shared<PortTls>& PortWithoutCertificate(const GatewayFacts& facts) {
    for (const auto& [known, port] : by_profile_) {
      if (known == facts.profile) return port;
    }
    auto made = Shared<PortTls>::Made(
        [&](PortTls& port) { PortBuilder(subject_, port_, facts, shareable_, port).Build(); });
    return by_profile_.emplace_back(facts.profile, std::move(made)).second;
  }

  const Subject& subject_;
  const BackendPort& port_;
  Shareable& shareable_;
  absl::InlinedVector<std::pair<const Profile*, Shared<PortTls>>, 1> by_profile_;
};

}  // namespace

BackendResults ResolveBackend(const BackendInput& input, ObjectId backend,
                              const Attachments& attachments) {
  Reaches reaches = ReachOf(input, backend);
  const KeyView key = input.cluster.KeyOf(backend);
  const auto not_read = [&](const Reach& reach) {
    return !ReadsBackend(*reach.facts->profile, key.kind);
  };
  const Reach unrouted{0, &input.without_gateway, {}};
  reaches.erase(std::remove_if(reaches.begin(), reaches.end(), not_read), reaches.end());
  if (reaches.empty() && not_read(unrouted)) return {};
  const Object& object = *input.cluster.Find(backend);
  const Subject subject{input, attachments,
                        EndpointsOf(object, input.cluster.EndpointSlicesOf(backend))};
  BackendPorts ports = PortsOf(key, object);
  // Together they bring the results into their order.
  std::sort(ports.begin(), ports.end(),
            [](const BackendPort& a, const BackendPort& b) { return a.id.port < b.id.port; });
  absl::InlinedVector<const Reach*, 8> in_order;
  for (const Reach& reach : reaches) in_order.push_back(&reach);
  std::sort(in_order.begin(), in_order.end(),
            [](const Reach* a, const Reach* b) { return *a->facts->gateway < *b->facts->gateway; });
  struct Row {
    size_t port;
    const Reach* reach;
  };
  absl::InlinedVector<Row, 8> rows;
  for (size_t i = 0; i < ports.size(); ++i) {
    const size_t before = rows.size();
    for (const Reach* reach : in_order) {
      if (reach->port == ports[i].id.port) rows.push_back({i, reach});
    }
    if (rows.size() == before) rows.push_back({i, &unrouted});
  }
  Shareable shareable;
  std::optional<PortResolver> resolver;  // of the port that it is at
  size_t port = ports.size();
  return BackendResults::Made(rows.size(), [&](size_t i) {
    if (rows[i].port != port) {
      port = rows[i].port;
      resolver.emplace(subject, ports[port], shareable);
    }
    return resolver->For(*rows[i].reach);
  });
}

}  // namespace gwpolicy
