#include "gwpolicy/resolve/profiles.h"

#include <algorithm>
#include <iterator>
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

struct Names {
  const Profile* profile;
  Text name;
  Text controller;
};
Names NamesOf(const Profile& profile) {
  static const auto* const kNames = [] {
    auto* names = new std::vector<Names>();
    for (const Profile* known : kProfiles) {
      names->push_back({known, known->name, known->controller_name()});
    }
    return names;
  }();
  for (const Names& names : *kNames) {
    if (names.profile == &profile) return names;
  }
  return {&profile, profile.name, profile.controller_name()};
}

}  // namespace

bool Profile::Owns(absl::string_view name) const { return Contains(controller_names, name); }

absl::Span<const Profile* const> AllProfiles() { return kProfiles; }

const Profile* FindProfile(absl::string_view name) {
  return FindIf([name](const Profile* profile) { return profile->name == name; });
}

Text NameOf(const Profile& profile) { return NamesOf(profile).name; }
Text ControllerNameOf(const Profile& profile) { return NamesOf(profile).controller; }

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
