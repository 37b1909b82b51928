#ifndef GWPOLICY_TESTS_VALIDATE_SHARED_CASES_H_
#define GWPOLICY_TESTS_VALIDATE_SHARED_CASES_H_

#include <string>
#include <vector>

#include "gwpolicy/api/type_info.h"
#include "tests/validate/cases.h"

// Cases of types that several kinds have.
namespace gwpolicy::testing {

// A place in an object: what stands before it and behind it in the text, and its path.
struct Place {
  std::string before;
  std::string after;
  std::string path;
};

// `text` of each case is what stands at the place, and its paths begin there: ".cors", "[0]".
std::vector<ValidateCase> Placed(const Place& place, const std::string& prefix,
                                 const std::vector<ValidateCase>& cases);

// All in one list.
std::vector<ValidateCase> Together(const std::vector<std::vector<ValidateCase>>& lists);

// Cases of a list of filters, for a rule's own and for those of one of its backends.
std::vector<ValidateCase> OfFilters(const std::vector<ValidateCase>& cases);

// A type of filter and the member that goes with it.
struct FilterMember {
  std::string type;
  std::string member;
  std::string value;
  Channel channel = Channel::kStandard;
};
// For OfFilters: each member with its type, without it, and with another one.
std::vector<ValidateCase> FilterUnionCases(const std::vector<FilterMember>& members);

// What all routes demand of parentRefs. `more` is what else a spec needs: "" or ", rules: [...]".
std::vector<ValidateCase> ParentRefCases(const std::string& more);

// What HTTPRoute and GRPCRoute demand of their rules together.
std::vector<ValidateCase> RuleListCases();

std::vector<ValidateCase> SessionPersistenceCases(const Place& place);

// Sources of trust and names, at the place of `validation`.
std::vector<ValidateCase> TrustCases(const Place& place, Channel channel);

}  // namespace gwpolicy::testing

#endif  // GWPOLICY_TESTS_VALIDATE_SHARED_CASES_H_
