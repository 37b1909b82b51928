#ifndef GWPOLICY_TESTS_TESTING_OBJECT_GENERATOR_H_
#define GWPOLICY_TESTS_TESTING_OBJECT_GENERATOR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "tests/testing/random.h"

namespace gwpolicy::testing {

// Makes random objects out of the tables alone: every kind, every field, every limit. What a table
// says is kept by construction; rules across fields by search, each struct by itself: a field that
// breaks one is made anew, taken away or put in until the rules hold. So a kind that is added is
// generated without a line here. The same seed gives the same objects.
class ObjectGenerator {
 public:
  struct Options {
    Channel channel = Channel::kStandard;
    // Names of fields from the top down to a place that every object shall have, at the first item
    // of each list and at the only entry of each map. May go through fields that are experimental
    // even if the channel is the other one.
    std::vector<std::string> place;
    // The list or map at the end of `place` has exactly so many items.
    std::optional<size_t> items;
  };

  ObjectGenerator(uint64_t seed, Options options) : random_(seed), options_(std::move(options)) {}

  // An object that keeps the limits, and most often the rules.
  Object Draw(const KindInfo& kind, const VersionInfo& version);
  // The first one that `Validate` finds nothing wrong with; empty after so many `attempts`.
  Object DrawValid(const KindInfo& kind, const VersionInfo& version, int attempts);

 private:
  // The names that are left of the way to the place; null off the way.
  using Way = const absl::Span<const std::string>*;

  struct Gene {
    bool present = false;
    uint64_t seed = 0;
  };

  void FillMetadata(ObjectMeta& meta, bool namespaced);
  void FillStruct(const TypeInfo& type, void* object, int depth, Way way, Random& random);
  void Express(const FieldInfo& field, const Gene& gene, void* object, int depth, Way way);
  void FillValue(const FieldInfo& field, const ValueInfo& info, void* value, int depth, Way way,
                 Random& random);
  void FillList(const FieldInfo& field, void* list, int depth, Way way, Random& random);
  void FillMap(const FieldInfo& field, void* map, int depth, Way way, Random& random);
  size_t CountFor(const FieldInfo& field, int depth, Way way, Random& random) const;
  std::string TextFor(const FieldInfo& field, Random& random) const;
  int64_t NumberFor(const FieldInfo& field, bool is_int32, Random& random) const;
  std::vector<absl::string_view> ChoicesOf(const FieldInfo& field) const;
  size_t BrokenRules(const TypeInfo& type, const void* object) const;

  Random random_;
  const Options options_;
};

// The form that a field's text has in a channel; null for none.
const TextFormat* FormatIn(const FieldInfo& field, Channel channel);
// How long it may be, by the field's own words and its form's; -1 for no limit.
Length LengthIn(const FieldInfo& field, Channel channel);
// A text of that form and length.
std::string TextOfFormat(const TextFormat& format, Length length, Random& random);

// Whether a version of a kind is served where the definitions of a channel are.
inline bool IsServed(const VersionInfo& version, Channel channel) {
  return channel == Channel::kStandard ? version.served : version.served_in_experimental;
}

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_TESTING_OBJECT_GENERATOR_H_
