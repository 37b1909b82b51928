#ifndef GWPOLICY_API_GATEWAY_SESSION_PERSISTENCE_H_
#define GWPOLICY_API_GATEWAY_SESSION_PERSISTENCE_H_

#include <string>

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/type_info.h"

namespace gwpolicy {

// SessionPersistence, apis/v1/shared_types.go (experimental).
struct CookieConfig : ApiStruct {
  std::string name;
  std::string lifetime_type = "Session";  // Permanent, Session
  std::string path = "/";
};

struct HeaderConfig : ApiStruct {
  std::string name;
};

struct SessionPersistence : ApiStruct {
  std::string type = "Cookie";  // Cookie, Header
  Box<CookieConfig> cookie;
  Box<HeaderConfig> header;
  std::string absolute_timeout;
};

template <>
const TypeInfo& TypeOf<CookieConfig>();
template <>
const TypeInfo& TypeOf<HeaderConfig>();
template <>
const TypeInfo& TypeOf<SessionPersistence>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_SESSION_PERSISTENCE_H_
