#ifndef GWPOLICY_BASE_STATUS_MACROS_H_
#define GWPOLICY_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function when `expr`, an absl::Status, is not OK.
#define GWP_RETURN_IF_ERROR(expr)            \
  do {                                       \
    absl::Status gwp_status = (expr);        \
    if (!gwp_status.ok()) return gwp_status; \
  } while (false)

// Assigns the value of `expr`, an absl::StatusOr, to `lhs`, or returns its status.
#define GWP_ASSIGN_OR_RETURN(lhs, expr) \
  GWP_ASSIGN_OR_RETURN_IMPL(GWP_CONCAT(gwp_status_or_, __LINE__), lhs, expr)
#define GWP_ASSIGN_OR_RETURN_IMPL(temporary, lhs, expr) \
  auto temporary = (expr);                              \
  if (!temporary.ok()) return temporary.status();       \
  lhs = *std::move(temporary)
#define GWP_CONCAT(a, b) GWP_CONCAT_INNER(a, b)
#define GWP_CONCAT_INNER(a, b) a##b

#endif  // GWPOLICY_BASE_STATUS_MACROS_H_
