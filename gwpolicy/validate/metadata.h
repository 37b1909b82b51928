#ifndef GWPOLICY_VALIDATE_METADATA_H_
#define GWPOLICY_VALIDATE_METADATA_H_

#include "gwpolicy/api/meta.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/base/finding_sink.h"

namespace gwpolicy {

// The rules of ObjectMeta (apimachinery, api/validation/objectmeta.go), at "metadata" of the sink.
// Returns whether an error among them keeps the rules across fields from running.
bool CheckMetadata(const ObjectMeta& meta, const KindInfo& kind, FindingSink& sink);

}  // namespace gwpolicy

#endif  // GWPOLICY_VALIDATE_METADATA_H_
