#ifndef GWPOLICY_RESOLVE_PROFILES_KGATEWAY_MESSAGES_H_
#define GWPOLICY_RESOLVE_PROFILES_KGATEWAY_MESSAGES_H_

#include "gwpolicy/resolve/profile.h"

namespace gwpolicy {

// What kgateway's conditions say, in all of its releases: backendtlspolicy/{helpers,status}.go.
constexpr Profile::Messages KgatewayMessages() {
  Profile::Messages messages;
  messages.accepted = "Policy accepted";
  messages.some_udp_ports = "";
  messages.resolved_refs = "Resolved all references";
  messages.conflicted = "Policy conflicts with higher priority policy";
  messages.unsupported_kind = "unsupported certificate reference kind \"$0\"$1";
  messages.ca_not_found = "invalid CA certificate ref $0/$2: $0 not found: $1/$2";
  messages.ca_key_missing = "invalid CA certificate ref $0/$2: ca.crt key missing";
  messages.ca_malformed = "invalid CA certificate ref $0/$2: invalid ca.crt in $0 $1/$2: $3";
  messages.no_trust = "invalid validation spec";
  messages.unknown_well_known = "invalid validation spec";
  return messages;
}

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_PROFILES_KGATEWAY_MESSAGES_H_
