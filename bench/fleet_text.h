#ifndef GWPOLICY_BENCH_FLEET_TEXT_H_
#define GWPOLICY_BENCH_FLEET_TEXT_H_

#include <string>

#include "absl/strings/str_cat.h"

namespace gwpolicy::bench {

// A stream of Services, HTTPRoutes and BackendTLSPolicies like those of a real fleet, in equal
// parts and in this order, as YAML; the same number gives the same bytes. All are valid.
inline std::string FleetYaml(int of_each) {
  std::string text;
  for (int i = 0; i < of_each; ++i) {
    const std::string ns = absl::StrCat("team-", i % 50);
    absl::StrAppend(&text, R"(---
apiVersion: v1
kind: Service
metadata:
  name: svc-)",
                    i, "\n  namespace: ", ns, R"(
  creationTimestamp: "2025-03-01T10:20:30Z"
  labels:
    app: svc-)",
                    i, R"(
spec:
  type: ClusterIP
  clusterIP: 10.0.0.)",
                    i % 250 + 1, R"(
  selector:
    app: svc-)",
                    i, R"(
  ports:
  - name: http
    port: 80
    targetPort: 8080
    protocol: TCP
  - name: https
    port: 443
    targetPort: 8443
    protocol: TCP
)");
  }
  for (int i = 0; i < of_each; ++i) {
    const std::string ns = absl::StrCat("team-", i % 50);
    absl::StrAppend(&text, R"(---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: route-)",
                    i, "\n  namespace: ", ns, R"(
  creationTimestamp: "2025-03-02T10:20:30Z"
spec:
  parentRefs:
  - name: gateway-)",
                    i % 4, R"(
    namespace: infra
    sectionName: https
  hostnames:
  - h)",
                    i, R"(.example.com
  rules:
  - matches:
    - path:
        type: PathPrefix
        value: /
    backendRefs:
    - name: svc-)",
                    i, R"(
      port: 443
      weight: 9
    - name: svc-)",
                    i + 1, R"(
      port: 443
      weight: 1
  - matches:
    - path:
        type: PathPrefix
        value: /v2
    filters:
    - type: RequestHeaderModifier
      requestHeaderModifier:
        set:
        - name: x-version
          value: "2"
    backendRefs:
    - name: svc-)",
                    i, R"(
      port: 80
)");
  }
  for (int i = 0; i < of_each; ++i) {
    const std::string ns = absl::StrCat("team-", i % 50);
    absl::StrAppend(&text, R"(---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata:
  name: policy-)",
                    i, "\n  namespace: ", ns, R"(
  creationTimestamp: "2025-03-03T10:20:30Z"
spec:
  targetRefs:
  - group: ""
    kind: Service
    name: svc-)",
                    i, R"(
    sectionName: https
  validation:
    hostname: svc-)",
                    i, ".", ns, R"(.example.com
    caCertificateRefs:
    - group: ""
      kind: ConfigMap
      name: ca-)",
                    i % 7, "\n");
  }
  return text;
}

}  // namespace gwpolicy::bench

#endif  // GWPOLICY_BENCH_FLEET_TEXT_H_
