// The Gateway API as it is written: a controller without habits of its own. Every answer is the
// default of ProfileAnswers; sources there.
#include "gwpolicy/resolve/profiles.h"

namespace gwpolicy {
namespace {

// No controller has this name; entries that it would write are marked as the specification's.
constexpr absl::string_view kControllers[] = {"gateway.networking.k8s.io/specification"};

constexpr Profile Make() {
  Profile profile;
  profile.name = "gateway-api";
  profile.doc =
      "The Gateway API as specified, BackendTLSPolicy only; where it is silent, with care.";
  profile.controller_names = kControllers;
  profile.by_name_only = true;
  return profile;
}

}  // namespace

const Profile kGatewayApiProfile = Make();

}  // namespace gwpolicy
