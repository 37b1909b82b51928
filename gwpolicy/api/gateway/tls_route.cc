#include "gwpolicy/api/gateway/tls_route.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gwpolicy/api/formats.h"
#include "gwpolicy/api/gateway/route_rules.h"
#include "gwpolicy/base/text.h"

namespace gwpolicy {
namespace {

// An address as the server reads one: IPv4 mapped into IPv6 does not count, nor does a zone.
bool IsAddress(const std::string& text) {
  in_addr v4;
  in6_addr v6;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return true;
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && !IN6_IS_ADDR_V4MAPPED(&v6);
}

bool HasWildcard(absl::string_view name) { return absl::StrContains(name, '*'); }

bool HostnamesAreNotAddresses(const TLSRouteSpec& spec) {
  return std::none_of(spec.hostnames.begin(), spec.hostnames.end(), IsAddress);
}

bool HostnamesAreWellFormed(const TLSRouteSpec& spec) {
  return std::all_of(spec.hostnames.begin(), spec.hostnames.end(), [](const Text& name) {
    return HasWildcard(name) || MatchesDnsSubdomain(name);
  });
}

bool WildcardsComeFirst(const TLSRouteSpec& spec) {
  return std::all_of(spec.hostnames.begin(), spec.hostnames.end(), [](const Text& name) {
    return !HasWildcard(name) ||
           (absl::StartsWith(name, "*.") && MatchesDnsSubdomain(absl::string_view(name).substr(2)));
  });
}

}  // namespace

template <>
const TypeInfo& TypeOf<TLSRouteSpec>() {
  using T = TLSRouteSpec;
  static const TypeInfo* const kType =
      TypeBuilder<T>("TLSRouteSpec", Doc{"How TLS connections reach backends."})
          .Field<&T::parent_refs>("parentRefs", Items{0, 32}, Doc{"What it attaches to."})
          .Field<&T::use_default_gateways>("useDefaultGateways", Experimental{},
                                           OneOf{kDefaultGatewayScopes},
                                           Doc{"Whether it attaches to default Gateways."})
          .Field<&T::hostnames>("hostnames", Required{}, Items{1, 1024}, kHostname,
                                Doc{"Names in the SNI that it is for."})
          .Field<&T::rules>("rules", Required{}, Items{1, 1}, Doc{"What goes where."})
          .Also(&AddParentRules<T>)
          .Rule<&HostnamesAreNotAddresses>(At{"hostnames"}, "Hostnames cannot contain an IP")
          .Rule<&HostnamesAreWellFormed>(At{"hostnames"},
                                         "Hostnames must be valid based on RFC-1123")
          .Rule<&WildcardsComeFirst>(At{"hostnames"},
                                     "Wildcards on hostnames must be the first label, and the rest "
                                     "of hostname must be valid based on RFC-1123")
          .Build();
  return *kType;
}

template <>
const TypeInfo& TypeOf<TLSRoute>() {
  using T = TLSRoute;
  static const TypeInfo* const kType =
      TypeBuilder<T>("TLSRoute", Doc{"Sends TLS connections from Gateways to backends."})
          .Field<&T::spec>("spec", Required{}, Doc{"What is wanted."})
          .Field<&T::status>("status", Doc{"What controllers say about it."})
          .Build();
  return *kType;
}

const TypeInfo& TLSRouteV1Alpha2() {
  using Spec = TLSRouteSpec;
  constexpr auto kSpec = []() -> const TypeInfo& {
    static const TypeInfo* const kType =
        TypeBuilder<Spec>(TypeOf<Spec>())
            .Change("rules", Items{1, 16})
            .Change("hostnames", NotRequired{}, Items{0, 1024})
            .DropRules(At{"hostnames"})
            .RuleOf<&RuleNamesDiffer<Spec>>(Channel::kExperimental, At{"rules"}, kRuleNamesDiffer)
            .Build();
    return *kType;
  };
  static const TypeInfo* const kType =
      TypeBuilder<TLSRoute>(TypeOf<TLSRoute>()).Change("spec", OfType{kSpec}).Build();
  return *kType;
}

}  // namespace gwpolicy
