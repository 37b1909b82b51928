#ifndef GWPOLICY_TESTS_RESOLVE_ENGINE_FIXTURE_H_
#define GWPOLICY_TESTS_RESOLVE_ENGINE_FIXTURE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gwpolicy/base/finding.h"
#include "gwpolicy/resolve/engine.h"

// Engines made from YAML, and their answers in one short text form.
namespace gwpolicy {
namespace testing {

// GatewayClass kgateway, Gateway infra/http (HTTP 8080, routes from all namespaces).
extern const char kGateway[];
// Service default/nginx with the ports http 8080 and https 8443, HTTPRoute default/nginx to 8443.
extern const char kNginx[];
// Times of creation, and spec.tls of a BackendConfigPolicy with that CA.
inline constexpr char kOld[] = "2025-01-01T00:00:00Z";
inline constexpr char kNew[] = "2025-06-01T00:00:00Z";
inline constexpr char kGoodBcp[] = "{sni: example.com, secretRef: {name: ca}}";
// ConfigMap and Secret default/ca with a good CA, ConfigMap default/broken without one.
std::string CaObjects();

// "BackendTLSPolicy default/NAME" for Service nginx; `extra` goes into spec.validation.
std::string TlsPolicy(absl::string_view name, absl::string_view created = "",
                      absl::string_view section = "", absl::string_view ca = "ca");
// BackendConfigPolicy default/NAME for Service nginx with `tls` as spec.tls in flow style.
std::string ConfigPolicy(absl::string_view name, absl::string_view tls,
                         absl::string_view created = "", absl::string_view rest = "");

// Applies every object of the texts and resolves. The time is 2026-11-01.
Engine MakeEngine(const std::vector<std::string>& yaml, absl::string_view profile = "");

// One line a backend port:
// "nginx:8443 infra/http tls{sni=example.com trust=bundle:1 names=dns:example.com}".
std::string Backends(const Engine& engine);
// "NAME: ancestor Gateway/infra/http ResolvedRefs=True/ResolvedRefs Accepted=True/Accepted".
std::string Statuses(const Engine& engine);
// "Attach/Conflicted BackendTLSPolicy/b spec.targetRefs[0]", sorted, info level left out.
std::vector<std::string> Findings(const Engine& engine);

}  // namespace testing
}  // namespace gwpolicy

#endif  // GWPOLICY_TESTS_RESOLVE_ENGINE_FIXTURE_H_
