#ifndef GWPOLICY_API_GATEWAY_LISTENER_SET_H_
#define GWPOLICY_API_GATEWAY_LISTENER_SET_H_

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/gateway/gateway.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// ListenerSet, apis/v1/listenerset_types.go. Its listeners are those of a Gateway in all but name.
struct ParentGatewayReference : ApiStruct {
  Text group = kGatewayGroupText;
  Text kind = "Gateway";
  Text ns;  // "namespace"; empty is the ListenerSet's own
  Text name;
};

struct ListenerSetSpec : ApiStruct {
  ParentGatewayReference parent_ref;
  List<Listener> listeners;
};

struct ListenerSetStatus : ApiStruct {
  List<Condition> conditions;
  List<ListenerStatus> listeners;
};

struct ListenerSet : KubernetesObject {
  static constexpr Kind kKind = Kind::kListenerSet;
  ListenerSetSpec spec;
  Box<ListenerSetStatus> status;
};

template <>
const TypeInfo& TypeOf<ParentGatewayReference>();
template <>
const TypeInfo& TypeOf<ListenerSetSpec>();
template <>
const TypeInfo& TypeOf<ListenerSetStatus>();
template <>
const TypeInfo& TypeOf<ListenerSet>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_LISTENER_SET_H_
