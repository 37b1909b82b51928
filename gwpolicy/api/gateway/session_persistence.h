#ifndef GWPOLICY_API_GATEWAY_SESSION_PERSISTENCE_H_
#define GWPOLICY_API_GATEWAY_SESSION_PERSISTENCE_H_

#include "gwpolicy/api/box.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {

// SessionPersistence, apis/v1/shared_types.go (experimental).
struct CookieConfig : ApiStruct {
  Text name;
  Text lifetime_type = "Session";  // Permanent, Session
  Text path = "/";
};

struct HeaderConfig : ApiStruct {
  Text name;
};

struct SessionPersistence : ApiStruct {
  Text type = "Cookie";  // Cookie, Header
  Box<CookieConfig> cookie;
  Box<HeaderConfig> header;
  Text absolute_timeout;
};

template <>
const TypeInfo& TypeOf<CookieConfig>();
template <>
const TypeInfo& TypeOf<HeaderConfig>();
template <>
const TypeInfo& TypeOf<SessionPersistence>();

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_SESSION_PERSISTENCE_H_
