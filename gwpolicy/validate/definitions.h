#ifndef GWPOLICY_VALIDATE_DEFINITIONS_H_
#define GWPOLICY_VALIDATE_DEFINITIONS_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/api/core/custom_resource_definition.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"

namespace gwpolicy {

// The fields of a table that a definition's schema does not have.
struct FieldGaps {
  std::vector<const FieldInfo*> missing;
  // Of fields with fields below them; only where something is missing there.
  std::vector<std::pair<const FieldInfo*, FieldGaps>> below;

  bool empty() const { return missing.empty() && below.empty(); }
};

// What a cluster's definition of one modelled kind says.
struct Definition {
  struct Version {
    std::string name;
    bool served = false;
    bool deprecated = false;
    std::string deprecation_warning;  // "" for the server's own words
    FieldGaps gaps;                   // empty for a version that is not modelled
  };

  // Null where there is none of that name.
  const Version* Find(absl::string_view version) const;
  // "bundle version v1.4.1, standard channel": what is known of it; or its name.
  std::string Describe() const;

  std::string name;                // of the object
  std::string bundle_version;      // "" where no annotation says it
  std::optional<Channel> channel;  // likewise
  std::vector<Version> versions;   // in the definition's order
};

// The definitions of the modelled kinds that are among some objects. Immutable; any thread may read
// it. Making one takes time linear in the objects and in the schemas.
class Definitions {
 public:
  Definitions() = default;
  // Of two definitions of one kind the later counts.
  explicit Definitions(absl::Span<const Object> objects);

  // By the names as they are in manifests. Null where the kind's definition is not there.
  const Definition* Find(absl::string_view group,
                         absl::string_view kind) const ABSL_ATTRIBUTE_LIFETIME_BOUND;
  bool empty() const { return by_kind_.empty(); }

 private:
  absl::flat_hash_map<std::string, Definition> by_kind_;  // "group/kind"
};

}  // namespace gwpolicy

#endif  // GWPOLICY_VALIDATE_DEFINITIONS_H_
