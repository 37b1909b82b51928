#include "gwpolicy/base/name_id.h"

#include <array>
#include <cstddef>
#include <mutex>

#include "absl/container/flat_hash_map.h"

namespace gwpolicy {
namespace {

struct Names {
  // Entries are written once, before their number is known to anybody, and never move.
  std::array<absl::string_view, kMaxNameId + 1> by_id;
  std::mutex mutex;
  absl::flat_hash_map<absl::string_view, NameId> ids;
};

Names& AllNames() {
  static Names* const kNames = new Names();
  return *kNames;
}

}  // namespace

NameId InternName(absl::string_view name) {
  Names& names = AllNames();
  const std::lock_guard<std::mutex> lock(names.mutex);
  const auto found = names.ids.find(name);
  if (found != names.ids.end()) return found->second;
  const size_t id = names.ids.size() + 1;
  if (id >= names.by_id.size()) return 0;
  names.by_id[id] = name;
  names.ids.emplace(name, static_cast<NameId>(id));
  return static_cast<NameId>(id);
}

absl::string_view NameOf(NameId id) { return AllNames().by_id[id]; }

}  // namespace gwpolicy
