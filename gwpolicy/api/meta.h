#ifndef GWPOLICY_API_META_H_
#define GWPOLICY_API_META_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/value.h"

namespace gwpolicy {

// ObjectMeta of apimachinery, meta/v1/types.go.
struct ObjectMeta : ApiStruct {
  std::string name;
  std::string generate_name;
  std::string ns;  // "namespace" in JSON
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::string uid;
  std::string resource_version;
  int64_t generation = 0;
  // Unset where the object was read from a file rather than from a cluster. One-second precision.
  std::optional<absl::Time> creation_timestamp;
  std::optional<absl::Time> deletion_timestamp;
  std::optional<int64_t> deletion_grace_period_seconds;
  std::string self_link;
  std::vector<std::string> finalizers;
  std::vector<Value> owner_references;
  std::vector<Value> managed_fields;
};

// What every object has. `api_version` and the kind's name are handled outside the tables, since
// they choose the table.
struct KubernetesObject : ApiStruct {
  std::string api_version;  // as given: "gateway.networking.k8s.io/v1beta1"
  ObjectMeta metadata;
};

// Condition of apimachinery, meta/v1/types.go.
struct Condition : ApiStruct {
  std::string type;
  std::string status;  // "True", "False" or "Unknown"
  int64_t observed_generation = 0;
  std::optional<absl::Time> last_transition_time;
  std::string reason;
  std::string message;
};

// LabelSelector: all requirements must hold; an empty selector matches everything.
struct LabelSelectorRequirement : ApiStruct {
  std::string key;
  std::string op;  // "operator" in JSON: In, NotIn, Exists, DoesNotExist
  std::vector<std::string> values;
};
struct LabelSelector : ApiStruct {
  std::map<std::string, std::string> match_labels;
  std::vector<LabelSelectorRequirement> match_expressions;
};
// False for an unknown operator.
bool Matches(const LabelSelector& selector, const std::map<std::string, std::string>& labels);

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
