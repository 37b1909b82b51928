#ifndef GWPOLICY_API_META_H_
#define GWPOLICY_API_META_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "gwpolicy/api/box.h"
#include "gwpolicy/api/kind.h"
#include "gwpolicy/api/text_map.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/list.h"
#include "gwpolicy/base/source_position.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// ObjectMeta of apimachinery, meta/v1/types.go.
struct ObjectMeta : ApiStruct {
  Text name;
  Text generate_name;
  Text ns;  // "namespace" in JSON
  TextMap<Text> labels;
  TextMap<Text> annotations;
  Text uid;
  Text resource_version;
  int64_t generation = 0;
  // Unset where the object was read from a file rather than from a cluster. One-second precision.
  std::optional<absl::Time> creation_timestamp;
  Box<absl::Time> deletion_timestamp;
  Box<int64_t> deletion_grace_period_seconds;
  Text self_link;
  List<Text> finalizers;
  List<Value> owner_references;
  List<Value> managed_fields;
};

// What every object has. `api_version` and the kind's name are handled outside the tables, since
// they choose the table.
class KubernetesObject : public ApiStruct {
  // Set by the Object that takes the value over, whose copies share them. The kind is near the
  // name.
  friend class Object;
  Kind kind_ = Kind::kUntyped;

 public:
  Text api_version;  // as given: "gateway.networking.k8s.io/v1beta1"
  ObjectMeta metadata;

 private:
  std::shared_ptr<const SourceMap> source_;
};

// Condition of apimachinery, meta/v1/types.go.
struct Condition : ApiStruct {
  Text type;
  Text status;  // "True", "False" or "Unknown"
  int64_t observed_generation = 0;
  std::optional<absl::Time> last_transition_time;
  Text reason;
  Text message;
};

// LabelSelector: all requirements must hold; an empty selector matches everything.
struct LabelSelectorRequirement : ApiStruct {
  Text key;
  Text op;  // "operator" in JSON: In, NotIn, Exists, DoesNotExist
  List<Text> values;
};
struct LabelSelector : ApiStruct {
  TextMap<Text> match_labels;
  List<LabelSelectorRequirement> match_expressions;
};
// False for an unknown operator.
bool Matches(const LabelSelector& selector, const TextMap<Text>& labels);

template <>
const TypeInfo& TypeOf<ObjectMeta>();
template <>
const TypeInfo& TypeOf<Condition>();
template <>
const TypeInfo& TypeOf<LabelSelectorRequirement>();
template <>
const TypeInfo& TypeOf<LabelSelector>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_META_H_
