#ifndef GWPOLICY_VALIDATE_VALIDATE_H_
#define GWPOLICY_VALIDATE_VALIDATE_H_

#include <vector>

#include "gwpolicy/api/object.h"
#include "gwpolicy/api/type_info.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/validate/definitions.h"

// What the API server would refuse when the object is created, read from the object's table: the
// limits of each field and the rules that tie fields together. Messages are the server's own, as
// the cause in its answer has them ("Invalid value: ...", "Required value"); a finding's field path
// is the cause's field. Other objects are not looked at, nor is the cluster.
//
// Beside that, what the server takes and is unwise all the same, as warnings with codes `Lint/...`:
// a deprecated version, an address where a name belongs, and the like. Only a finding of level
// error is a refusal.
namespace gwpolicy {

struct ValidateOptions {
  // Which definitions of the Gateway API the cluster has.
  Channel channel = Channel::kStandard;
  // The cluster's own definitions, as far as they are known; borrowed. For a kind whose definition
  // is among them it says which versions are served and which fields there are, and its channel
  // counts instead of the one above.
  const Definitions* definitions = nullptr;
};

// All that is wrong with one object, outer fields before inner ones, in the order of the tables.
// Empty for a good object, without allocating, and for kinds that are not known. Of kinds that are
// known by name alone (FindUntypedKind) the version and the metadata are checked.
//
// Unknown fields, wrong types and repeated keys are findings of the reader; here, what could not be
// read is passed over. As in the server, some errors keep the rules across fields from running, and
// one finding for the whole object says so. The status is not looked at.
std::vector<Finding> Validate(const Object& object,
                              const ValidateOptions& options = ValidateOptions());

}  // namespace gwpolicy

#endif  // GWPOLICY_VALIDATE_VALIDATE_H_
