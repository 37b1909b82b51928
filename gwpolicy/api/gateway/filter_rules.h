#ifndef GWPOLICY_API_GATEWAY_FILTER_RULES_H_
#define GWPOLICY_API_GATEWAY_FILTER_RULES_H_

#include <algorithm>
#include <cstddef>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/list.h"

// Rules on the filters of HTTPRoutes and GRPCRoutes.
namespace gwpolicy {

// The types of filters that are unions' tags, and whether the member of each is set.
inline constexpr char kCors[] = "CORS";
inline constexpr char kRequestHeaderModifier[] = "RequestHeaderModifier";
inline constexpr char kResponseHeaderModifier[] = "ResponseHeaderModifier";
inline constexpr char kRequestMirror[] = "RequestMirror";
inline constexpr char kRequestRedirect[] = "RequestRedirect";
inline constexpr char kUrlRewrite[] = "URLRewrite";
inline constexpr char kExtensionRef[] = "ExtensionRef";
inline constexpr char kExternalAuth[] = "ExternalAuth";

template <typename Filter, auto Member, const char* Type>
bool IsOnlyForItsType(const Filter& filter) {
  return !(filter.*Member).has_value() || filter.type == Type;
}

template <typename Filter, auto Member, const char* Type>
bool IsThereForItsType(const Filter& filter) {
  return (filter.*Member).has_value() || filter.type != Type;
}

template <typename Filter>
size_t CountOf(const List<Filter>& filters, absl::string_view type) {
  return static_cast<size_t>(
      std::count_if(filters.begin(), filters.end(),
                    [type](const Filter& filter) { return filter.type == type; }));
}

template <typename T, const char* Type>
bool IsNotRepeated(const T& holder) {
  return CountOf(holder.filters, Type) <= 1;
}

}  // namespace gwpolicy

#endif  // GWPOLICY_API_GATEWAY_FILTER_RULES_H_
