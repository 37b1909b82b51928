#ifndef GWPOLICY_RESOLVE_PROFILES_H_
#define GWPOLICY_RESOLVE_PROFILES_H_

#include "gwpolicy/resolve/profile.h"

// The values in profiles/, one a file; the registry in profiles.cc lists them.
namespace gwpolicy {

extern const Profile kAgentgatewayProfile;
extern const Profile kEnvoyGatewayProfile;
extern const Profile kGatewayApiProfile;
extern const Profile kIstioProfile;
extern const Profile kKgatewayProfile;
extern const Profile kKgateway21Profile;
extern const Profile kNginxGatewayFabricProfile;

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_PROFILES_H_
