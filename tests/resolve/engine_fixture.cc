#include "tests/resolve/engine_fixture.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "gwpolicy/manifest/reader.h"
#include "gwpolicy/tls/trust_bundle.h"
#include "tests/testing/certificates.h"

namespace gwpolicy {
namespace testing {

const char kGateway[] = R"(
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kgateway}
spec: {controllerName: kgateway.dev/kgateway}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: http, namespace: infra}
spec:
  gatewayClassName: kgateway
  listeners:
  - {name: http, port: 8080, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
)";

const char kNginx[] = R"(
apiVersion: v1
kind: Service
metadata: {name: nginx, namespace: default, labels: {app: nginx}}
spec:
  ports:
  - {name: http, port: 8080}
  - {name: https, port: 8443}
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: HTTPRoute
metadata: {name: nginx, namespace: default}
spec:
  parentRefs: [{name: http, namespace: infra}]
  hostnames: [example.com]
  rules:
  - backendRefs: [{name: nginx, port: 8443}]
)";

namespace {

std::string Indented(absl::string_view pem) {
  return absl::StrCat("    ", absl::StrReplaceAll(pem, {{"\n", "\n    "}}));
}

std::string Created(absl::string_view created) {
  return created.empty() ? "" : absl::StrCat(", creationTimestamp: \"", created, "\"");
}

std::string Names(const tls::PeerNames& names) {
  if (names.unchecked) return "any";
  std::vector<std::string> parts;
  for (const tls::PeerName& name : names.accepted) {
    parts.push_back(
        absl::StrCat(name.type == tls::PeerName::Type::kDns ? "dns:" : "uri:", name.value));
  }
  return absl::StrJoin(parts, ",");
}

std::string Trust(const tls::Trust& trust) {
  switch (trust.source) {
    case tls::TrustSource::kNobody:
      return "nobody";
    case tls::TrustSource::kBundle:
      return absl::StrCat("bundle:", trust.bundle->certificates().size());
    case tls::TrustSource::kSystem:
      return "system";
    case tls::TrustSource::kUnverified:
      return "unverified";
  }
  return "";
}

}  // namespace

std::string CaObjects() {
  return absl::StrCat(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ca, namespace: default}\ndata:\n"
      "  ca.crt: |\n",
      Indented(kCaA),
      "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: ca, namespace: default}\n"
      "stringData:\n  ca.crt: |\n",
      Indented(kCaA),
      "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: broken, namespace: default}\n"
      "data: {ca.crt: nonsense}\n");
}

std::string TlsPolicy(absl::string_view name, absl::string_view created, absl::string_view section,
                      absl::string_view ca) {
  return absl::StrCat(
      "apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\nmetadata: {name: ", name,
      ", namespace: default, generation: 3", Created(created),
      "}\nspec:\n  targetRefs: [{group: \"\", kind: Service, name: nginx",
      section.empty() ? "" : absl::StrCat(", sectionName: ", section),
      "}]\n  validation:\n    hostname: ", name,
      ".example.com\n    caCertificateRefs: [{group: \"\", kind: ConfigMap, name: ", ca, "}]\n");
}

std::string ConfigPolicy(absl::string_view name, absl::string_view tls, absl::string_view created,
                         absl::string_view rest) {
  return absl::StrCat(
      "apiVersion: gateway.kgateway.dev/v1alpha1\nkind: BackendConfigPolicy\nmetadata: {name: ",
      name, ", namespace: default, generation: 5", Created(created),
      "}\nspec:\n  targetRefs: [{group: \"\", kind: Service, name: nginx}]\n",
      tls.empty() ? "" : absl::StrCat("  tls: ", tls, "\n"),
      rest.empty() ? "" : absl::StrCat("  ", rest, "\n"));
}

Engine MakeEngine(const std::vector<std::string>& yaml, absl::string_view profile) {
  EngineOptions options;
  options.profile_override = std::string(profile);
  options.now = absl::FromCivil(absl::CivilDay(2026, 11, 1), absl::UTCTimeZone());
  Engine engine = *Engine::Create(options);
  for (const std::string& text : yaml) {
    manifest::LoadResult loaded = manifest::ReadText(text, "in.yaml", manifest::ReadOptions());
    for (const Finding& finding : loaded.findings) {
      if (finding.code != Code::kReadConverted) ADD_FAILURE() << finding.message;
    }
    for (Object& object : loaded.objects) {
      EXPECT_TRUE(engine.Apply(std::move(object)).ok());
    }
  }
  engine.Resolve();
  return engine;
}

std::string Backends(const Engine& engine) {
  std::vector<std::string> lines;
  for (const auto& entry : engine.Backends()) {
    std::string line = absl::StrCat(
        entry->port->backend.name, ":", entry->port->backend.port, " ",
        entry->gateway->empty() ? "unrouted"
                                : absl::StrCat(entry->gateway->ns, "/", entry->gateway->name),
        " ");
    const PortTls& port = *entry->port;
    switch (port.mode) {
      case TlsMode::kFailClosed:
        absl::StrAppend(&line, "closed{", port.failure->reason, "}");
        break;
      case TlsMode::kPlaintext:
        absl::StrAppend(&line, "plaintext");
        break;
      case TlsMode::kTls:
        absl::StrAppend(&line, "tls{sni=", port.tls->sni, " trust=", Trust(port.tls->trust),
                        " names=", Names(port.tls->names),
                        port.tls->client_certificate != nullptr ? " client" : "", "}");
        break;
    }
    const bool proxy = port.settings->traffic->proxy_protocol != ProxyProtocol::kNone;
    if (proxy) absl::StrAppend(&line, " proxy");
    lines.push_back(std::move(line));
  }
  return absl::StrJoin(lines, "\n");
}

std::string Statuses(const Engine& engine) {
  std::vector<std::string> lines;
  for (const auto& result : engine.Policies()) {
    std::string line = absl::StrCat(result->policy.meta().name, ":");
    for (const PolicyAncestorStatus& entry : result->status->ancestors) {
      const ParentReference& ref = entry.ancestor_ref;
      absl::StrAppend(&line, " ", ref.kind, "/", ref.ns, "/", ref.name);
      for (const Condition& condition : entry.conditions) {
        absl::StrAppend(&line, " ", condition.type, "=", condition.status, "/", condition.reason);
      }
    }
    lines.push_back(std::move(line));
  }
  return absl::StrJoin(lines, "\n");
}

std::vector<std::string> Findings(const Engine& engine) {
  std::vector<std::string> lines;
  for (const Finding& finding : engine.Findings()) {
    if (finding.level == Level::kInfo) continue;
    lines.push_back(absl::StrCat(NameOf(finding.code), " ", finding.object.kind, "/",
                                 finding.object.name, finding.field_path.empty() ? "" : " ",
                                 finding.field_path));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace testing
}  // namespace gwpolicy
