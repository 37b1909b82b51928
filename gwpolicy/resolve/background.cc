#include "gwpolicy/resolve/background.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "gwpolicy/resolve/attach.h"
#include "gwpolicy/resolve/backends.h"
#include "gwpolicy/resolve/precedence.h"
#include "gwpolicy/resolve/routing.h"

namespace gwpolicy {
namespace {

PolicyEffect::Fate FateOf(Outcome::Fate fate) {
  switch (fate) {
    case Outcome::Fate::kWon:
      return PolicyEffect::Fate::kWon;
    case Outcome::Fate::kLost:
      return PolicyEffect::Fate::kLost;
    case Outcome::Fate::kShadowed:
      return PolicyEffect::Fate::kShadowed;
    case Outcome::Fate::kMerged:
      return PolicyEffect::Fate::kMerged;
    case Outcome::Fate::kElsewhere:
      return PolicyEffect::Fate::kElsewhere;
    case Outcome::Fate::kNotRead:
      return PolicyEffect::Fate::kNotRead;
  }
  return PolicyEffect::Fate::kElsewhere;
}

PolicyEffect EffectOf(const Outcome& outcome) {
  PolicyEffect effect;
  effect.policy = outcome.attachment->object->key();
  effect.field_path = outcome.attachment->FieldPath();
  effect.section_name = outcome.attachment->section_name;
  effect.fate = FateOf(outcome.fate);
  if (outcome.winner != nullptr) effect.winner = outcome.winner->object->key();
  effect.rule = outcome.rule;
  return effect;
}

}  // namespace

std::vector<Background> BackgroundsOf(
    const Cluster& cluster, const Object& backend,
    absl::FunctionRef<const Profile&(const GatewayId&)> profile_of) {
  const std::vector<Reach> reaches = ReachOf(cluster, backend);
  const std::vector<Attachment> attachments = AttachmentsOf(cluster, backend);
  std::vector<Background> out;
  for (const BackendPort& port : PortsOf(backend)) {
    const auto add = [&](const GatewayId& gateway, std::vector<std::string> routes) {
      const Precedence precedence =
          Decide(attachments, port.port_name, port.id.port, profile_of(gateway));
      Background background{gateway, port.id, std::move(routes), {}};
      for (const Outcome& outcome : precedence.outcomes) {
        background.policies.push_back(EffectOf(outcome));
      }
      out.push_back(std::move(background));
    };
    bool routed = false;
    for (const Reach& reach : reaches) {
      if (reach.port != port.id.port) continue;
      routed = true;
      add(reach.gateway, {reach.routes.begin(), reach.routes.end()});
    }
    if (!routed) add(GatewayId(), {});
  }
  std::sort(out.begin(), out.end(), [](const Background& a, const Background& b) {
    return std::tie(a.backend, a.gateway) < std::tie(b.backend, b.gateway);
  });
  return out;
}

}  // namespace gwpolicy
