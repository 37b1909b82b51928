#include "gwpolicy/cluster/duplicates.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "gwpolicy/base/finding_sink.h"

namespace gwpolicy {

std::vector<Finding> FindDuplicates(absl::Span<const Object> objects) {
  FindingSink sink;
  absl::flat_hash_map<ObjectKey, const Object*> seen;
  for (const Object& object : objects) {
    auto [at, first] = seen.try_emplace(object.key(), &object);
    if (first) continue;
    const SourceMap* source = at->second->source();
    std::string message = absl::StrCat(object.key().ToString(), " stands in the input twice");
    if (source != nullptr && !source->file().empty()) {
      absl::StrAppend(&message, ", before at ", source->file(), ":", source->Find("").line);
    }
    sink.SetObject(object.ref(), object.source());
    sink.Add(Code::kAttachDuplicateObject, std::move(message));
  }
  return sink.Take();
}

}  // namespace gwpolicy
