#ifndef GWPOLICY_RESOLVE_PROFILE_TABLE_H_
#define GWPOLICY_RESOLVE_PROFILE_TABLE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gwpolicy/resolve/profile.h"

namespace gwpolicy {

// One question of ProfileAnswers in words, and how to put it to a profile.
struct ProfileQuestion {
  absl::string_view text;
  std::string (*answer)(const Profile& profile);
  Basis (*basis)(const Profile& profile);
};

// A row for each member of ProfileAnswers, in their order.
absl::Span<const ProfileQuestion> ProfileQuestions();

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_PROFILE_TABLE_H_
