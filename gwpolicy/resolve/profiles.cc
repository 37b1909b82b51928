#include "gwpolicy/resolve/profiles.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace gwpolicy {
namespace {

constexpr const Profile* kProfiles[] = {
    &kAgentgatewayProfile, &kEnvoyGatewayProfile, &kGatewayApiProfile,         &kIstioProfile,
    &kKgatewayProfile,     &kKgateway21Profile,   &kNginxGatewayFabricProfile,
};

template <typename Predicate>
const Profile* FindIf(Predicate predicate) {
  const auto* at = std::find_if(std::begin(kProfiles), std::end(kProfiles), predicate);
  return at == std::end(kProfiles) ? nullptr : *at;
}

bool Contains(absl::Span<const absl::string_view> names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Shared<ProfileTexts> MakeTexts(const Profile& profile) {
  return ProfileTexts{profile.name, profile.controller_name(), profile.messages.accepted,
                      profile.messages.resolved_refs};
}

}  // namespace

bool Profile::Owns(absl::string_view name) const { return Contains(controller_names, name); }

absl::Span<const Profile* const> AllProfiles() { return kProfiles; }

const Profile* FindProfile(absl::string_view name) {
  return FindIf([name](const Profile* profile) { return profile->name == name; });
}

Shared<ProfileTexts> TextsOf(const Profile& profile) {
  static const auto* const kTexts = [] {
    auto* texts = new std::vector<std::pair<const Profile*, Shared<ProfileTexts>>>();
    for (const Profile* known : kProfiles) texts->emplace_back(known, MakeTexts(*known));
    return texts;
  }();
  for (const auto& [known, texts] : *kTexts) {
    if (known == &profile) return texts;
  }
  return MakeTexts(profile);
}

const Profile* FindProfileByController(absl::string_view controller_name) {
  return FindIf([controller_name](const Profile* profile) {
    return !profile->by_name_only && Contains(profile->controller_names, controller_name);
  });
}

const Profile* FindProfileByClassName(absl::string_view class_name) {
  return FindIf([class_name](const Profile* profile) {
    return !profile->by_name_only && Contains(profile->class_names, class_name);
  });
}

}  // namespace gwpolicy
