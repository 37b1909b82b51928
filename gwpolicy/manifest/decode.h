#ifndef GWPOLICY_MANIFEST_DECODE_H_
#define GWPOLICY_MANIFEST_DECODE_H_

#include <memory>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/base/finding_sink.h"
#include "gwpolicy/base/source_position.h"
#include "gwpolicy/base/text.h"
#include "gwpolicy/manifest/node.h"

namespace gwpolicy::manifest {

struct ObjectDefaults {
  // For the items of typed lists, which need not say what they are; else "".
  absl::string_view api_version;
  absl::string_view kind;
  // Of an object of a namespaced kind that names none; "" leaves it without.
  absl::string_view ns;
};

// What the objects of a text have in common.
struct ObjectPlaces {
  Text file;
  SourceMap::Builder positions;
  RecentTexts texts;
};

// Turns the mapping at `node` into an object, with the position of each of its fields. What is
// wrong with it goes to `sink`, in the words of the API server (strict field validation): unknown
// fields, wrong types, repeated keys, versions that do not exist. A field of a wrong type counts as
// absent and is marked in `ApiStruct::broken`; the rest of the object is kept. Empty when the
// mapping has no apiVersion, kind or name. Notes in the tree which keys are fields.
Object DecodeObject(Tree& tree, NodeId node, const ObjectDefaults& defaults, ObjectPlaces& places,
                    FindingSink& sink);

// Reads a time of RFC 3339. False, with the reason, where it is none.
bool ParseTime(absl::string_view text, absl::Time& time, std::string& error);

// The value as it stands, for kinds that have no table.
Value ToValue(const Tree& tree, NodeId node);

}  // namespace gwpolicy::manifest

#endif  // GWPOLICY_MANIFEST_DECODE_H_
