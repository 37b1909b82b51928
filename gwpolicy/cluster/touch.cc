#include "gwpolicy/cluster/touch.h"

#include <algorithm>
#include <utility>

namespace gwpolicy {
namespace {

constexpr uint32_t Of(Kind kind) { return uint32_t{1} << static_cast<unsigned>(kind); }

constexpr uint32_t kBackends = Of(Kind::kService) | Of(Kind::kBackend) | Of(Kind::kXBackend);
constexpr uint32_t kPolicies = Of(Kind::kBackendTLSPolicy) | Of(Kind::kBackendConfigPolicy);
constexpr uint32_t kHolders = Of(Kind::kConfigMap) | Of(Kind::kSecret);
constexpr uint32_t kRoutes = Of(Kind::kGRPCRoute) | Of(Kind::kHTTPRoute) | Of(Kind::kTCPRoute) |
                             Of(Kind::kTLSRoute) | Of(Kind::kUDPRoute);

constexpr TouchStep To(Edge edge) { return {TouchStep::Way::kReferred, edge}; }
constexpr TouchStep By(Edge edge) { return {TouchStep::Way::kReferrers, edge}; }
constexpr TouchStep kSelecting{TouchStep::Way::kSelecting};
constexpr TouchStep kSelected{TouchStep::Way::kSelected};
constexpr TouchStep kRoutesIn{TouchStep::Way::kRoutesIn};
constexpr TouchStep kSetsIn{TouchStep::Way::kSetsIn};
constexpr TouchStep kCrossing{TouchStep::Way::kCrossing};

using Sort = TouchedSort;

// When an object of the kinds on the left changes, follow the steps; what is at their ends is
// touched. A backend's result depends on the policies that aim at it, the routes that lead to it
// and the Gateways at their ends; a policy's status on its targets; a route on its parents and on
// the backends that it names; a Gateway's routing on its routes.
constexpr TouchRule kRules[] = {
    // A backend: itself, who aims at it, who sends to it.
    {kBackends, {}, Sort::kBackend},
    {kBackends, {By(Edge::kTarget)}, Sort::kPolicy},
    {kBackends, {kSelecting}, Sort::kPolicy},
    {kBackends, {By(Edge::kBackend)}, Sort::kRoute},
    {kBackends, {By(Edge::kBackend), To(Edge::kParent)}, Sort::kGateway},
    {kBackends, {By(Edge::kBackend), To(Edge::kParent), To(Edge::kOwner)}, Sort::kGateway},
    {Of(Kind::kEndpointSlice), {To(Edge::kEndpoints)}, Sort::kBackend},
    // A policy: itself and its old and new targets.
    {kPolicies, {}, Sort::kPolicy},
    {kPolicies, {To(Edge::kTarget)}, Sort::kBackend},
    {kPolicies, {kSelected}, Sort::kBackend},
    // What holds certificates: the policies that refer to it, as if they had changed.
    {kHolders, {By(Edge::kTrust)}, Sort::kPolicy},
    {kHolders, {By(Edge::kTrust), To(Edge::kTarget)}, Sort::kBackend},
    {kHolders, {By(Edge::kTrust), kSelected}, Sort::kBackend},
    // An XBackend refers to them itself.
    {kHolders, {By(Edge::kTrust)}, Sort::kBackend},
    // A listener's certificate is the Gateway's alone, the one for backends theirs too.
    {kHolders, {By(Edge::kCertificate)}, Sort::kGateway},
    {kHolders, {By(Edge::kCertificate), To(Edge::kOwner)}, Sort::kGateway},
    {kHolders, {By(Edge::kClientCertificate)}, Sort::kGateway},
    {kHolders,
     {By(Edge::kClientCertificate), By(Edge::kParent), To(Edge::kBackend)},
     Sort::kBackend},
    {kHolders,
     {By(Edge::kClientCertificate), By(Edge::kOwner), By(Edge::kParent), To(Edge::kBackend)},
     Sort::kBackend},
    // A route: its old and new backends and parents.
    {kRoutes, {}, Sort::kRoute},
    {kRoutes, {To(Edge::kBackend)}, Sort::kBackend},
    {kRoutes, {To(Edge::kParent)}, Sort::kGateway},
    {kRoutes, {To(Edge::kParent), To(Edge::kOwner)}, Sort::kGateway},
    // A Gateway and what adds to it: all that hangs on it.
    {Of(Kind::kGateway), {}, Sort::kGateway},
    {Of(Kind::kGateway), {By(Edge::kParent)}, Sort::kRoute},
    {Of(Kind::kGateway), {By(Edge::kParent), To(Edge::kBackend)}, Sort::kBackend},
    {Of(Kind::kGateway), {By(Edge::kOwner), By(Edge::kParent)}, Sort::kRoute},
    {Of(Kind::kGateway), {By(Edge::kOwner), By(Edge::kParent), To(Edge::kBackend)}, Sort::kBackend},
    {Of(Kind::kListenerSet), {To(Edge::kOwner)}, Sort::kGateway},
    {Of(Kind::kListenerSet), {By(Edge::kParent)}, Sort::kRoute},
    {Of(Kind::kListenerSet), {By(Edge::kParent), To(Edge::kBackend)}, Sort::kBackend},
    // One may take a listener from the other sets of its Gateway, or leave it to them.
    {Of(Kind::kListenerSet), {To(Edge::kOwner), By(Edge::kOwner), By(Edge::kParent)}, Sort::kRoute},
    {Of(Kind::kListenerSet),
     {To(Edge::kOwner), By(Edge::kOwner), By(Edge::kParent), To(Edge::kBackend)},
     Sort::kBackend},
    // The class chooses the profile.
    {Of(Kind::kGatewayClass), {By(Edge::kClass)}, Sort::kGateway},
    {Of(Kind::kGatewayClass),
     {By(Edge::kClass), By(Edge::kParent), To(Edge::kBackend)},
     Sort::kBackend},
    {Of(Kind::kGatewayClass),
     {By(Edge::kClass), By(Edge::kOwner), By(Edge::kParent), To(Edge::kBackend)},
     Sort::kBackend},
    // The labels of a namespace decide which listeners take its routes, and which Gateways its
    // ListenerSets.
    {Of(Kind::kNamespace), {kRoutesIn}, Sort::kRoute},
    {Of(Kind::kNamespace), {kRoutesIn, To(Edge::kBackend)}, Sort::kBackend},
    {Of(Kind::kNamespace), {kRoutesIn, To(Edge::kParent)}, Sort::kGateway},
    {Of(Kind::kNamespace), {kRoutesIn, To(Edge::kParent), To(Edge::kOwner)}, Sort::kGateway},
    {Of(Kind::kNamespace),
     {kSetsIn, To(Edge::kOwner), By(Edge::kOwner), By(Edge::kParent)},
     Sort::kRoute},
    {Of(Kind::kNamespace),
     {kSetsIn, To(Edge::kOwner), By(Edge::kOwner), By(Edge::kParent), To(Edge::kBackend)},
     Sort::kBackend},
    {Of(Kind::kNamespace), {kSetsIn, To(Edge::kOwner)}, Sort::kGateway},
    // A grant: those that refer across into its namespace.
    {Of(Kind::kReferenceGrant), {kCrossing}, Sort::kRoute},
    {Of(Kind::kReferenceGrant), {kCrossing}, Sort::kBackend},
    {Of(Kind::kReferenceGrant), {kCrossing, To(Edge::kBackend)}, Sort::kBackend},
    {Of(Kind::kReferenceGrant), {kCrossing, To(Edge::kParent)}, Sort::kGateway},
    {Of(Kind::kReferenceGrant), {kCrossing, To(Edge::kParent), To(Edge::kOwner)}, Sort::kGateway},
    {Of(Kind::kReferenceGrant), {kCrossing}, Sort::kGateway},
    {Of(Kind::kReferenceGrant), {kCrossing, To(Edge::kOwner)}, Sort::kGateway},
    {Of(Kind::kReferenceGrant), {kCrossing, By(Edge::kParent), To(Edge::kBackend)}, Sort::kBackend},
    {Of(Kind::kReferenceGrant),
     {kCrossing, By(Edge::kOwner), By(Edge::kParent), To(Edge::kBackend)},
     Sort::kBackend},
};

}  // namespace

absl::Span<const TouchRule> TouchRules() { return kRules; }

bool IsOfSort(TouchedSort sort, Kind kind) {
  switch (sort) {
    case Sort::kBackend:
      return (Of(kind) & kBackends) != 0;
    case Sort::kPolicy:
      return (Of(kind) & kPolicies) != 0;
    case Sort::kRoute:
      return (Of(kind) & kRoutes) != 0;
    case Sort::kGateway:
      return kind == Kind::kGateway;
  }
  return false;
}

void TouchedSet::Add(TouchedSort sort, ObjectId id) {
  if (marks_.size() <= id) marks_.resize(std::max<size_t>(id + 1, 2 * marks_.size()));
  const auto bit = static_cast<uint8_t>(1 << static_cast<unsigned>(sort));
  if ((marks_[id] & bit) != 0) return;
  marks_[id] = static_cast<uint8_t>(marks_[id] | bit);
  ids_[static_cast<size_t>(sort)].push_back(id);
}

Touched TouchedSet::Take() {
  for (const std::vector<ObjectId>& ids : ids_) {
    for (ObjectId id : ids) marks_[id] = 0;
  }
  const auto take = [this](Sort sort) {
    return std::exchange(ids_[static_cast<size_t>(sort)], {});
  };
  return {take(Sort::kBackend), take(Sort::kPolicy), take(Sort::kRoute), take(Sort::kGateway)};
}

}  // namespace gwpolicy
