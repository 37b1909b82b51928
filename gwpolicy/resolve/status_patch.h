#ifndef GWPOLICY_RESOLVE_STATUS_PATCH_H_
#define GWPOLICY_RESOLVE_STATUS_PATCH_H_

#include "gwpolicy/base/value.h"
#include "gwpolicy/resolve/engine.h"

namespace gwpolicy {

// The JSON merge patch (RFC 7386) that turns the policy as it was read into one with the new
// status: what a controller sends to the status subresource. An empty object when there is nothing
// to write, so that nobody writes in vain.
//
// `ancestors` is an atomic list, and a merge patch cannot change an item of a list, so the patch
// holds the whole list whenever any entry differs. Fields of status that are not ours are not named
// and thus stay.
Value StatusPatch(const PolicyResult& result);

}  // namespace gwpolicy

#endif  // GWPOLICY_RESOLVE_STATUS_PATCH_H_
