"""Kubernetes objects around a test backend, as plain dictionaries.

One Gateway of kgateway for all, and for each backend a Service, a route and what policies refer to,
in the namespace "default".
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = [
    "GATEWAY",
    "backend_config_policy",
    "backend_tls_policy",
    "ca_reference",
    "config_map",
    "list_of",
    "route",
    "secret",
    "service",
]

Object = dict[str, Any]

_GATEWAY_API = "gateway.networking.k8s.io/v1"
_NAMESPACE = "default"
_GATEWAY_NAMESPACE = "kgateway-system"

#: A GatewayClass of kgateway, the Gateway kgateway-system/http, and the namespaces.
GATEWAY: tuple[Object, ...] = (
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _NAMESPACE}},
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _GATEWAY_NAMESPACE}},
    {
        "apiVersion": _GATEWAY_API,
        "kind": "GatewayClass",
        "metadata": {"name": "kgateway"},
        "spec": {"controllerName": "kgateway.dev/kgateway"},
    },
    {
        "apiVersion": _GATEWAY_API,
        "kind": "Gateway",
        "metadata": {"name": "http", "namespace": _GATEWAY_NAMESPACE},
        "spec": {
            "gatewayClassName": "kgateway",
            "listeners": [
                {
                    "name": "http",
                    "protocol": "HTTP",
                    "port": 8080,
                    "allowedRoutes": {"namespaces": {"from": "All"}},
                }
            ],
        },
    },
)


def _object(version: str, kind: str, name: str, **fields: Any) -> Object:
    metadata = {"name": name, "namespace": _NAMESPACE}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def service(name: str, port: int = 443) -> Object:
    spec = {"ports": [{"name": "https", "port": port, "protocol": "TCP"}]}
    return _object("v1", "Service", name, spec=spec)


def route(name: str, host: str, backend: str, port: int = 443) -> Object:
    """An HTTPRoute of the Gateway for all requests to `host`."""
    spec = {
        "parentRefs": [{"name": "http", "namespace": _GATEWAY_NAMESPACE}],
        "hostnames": [host],
        "rules": [{"backendRefs": [{"name": backend, "port": port}]}],
    }
    return _object(_GATEWAY_API, "HTTPRoute", name, spec=spec)


def config_map(name: str, text: str, key: str = "ca.crt") -> Object:
    return _object("v1", "ConfigMap", name, data={key: text})


def secret(name: str, values: Mapping[str, str]) -> Object:
    data = {key: base64.b64encode(text.encode()).decode() for key, text in values.items()}
    return _object("v1", "Secret", name, type="Opaque", data=data)


def _target(name: str) -> Object:
    return {"group": "", "kind": "Service", "name": name}


def backend_tls_policy(
    name: str, validation: Mapping[str, Any], options: Mapping[str, str] | None = None
) -> Object:
    """For the Service of the same name. `options`: keys without the prefix "kgateway.dev/"."""
    spec: Object = {"targetRefs": [_target(name)], "validation": dict(validation)}
    if options:
        spec["options"] = {f"kgateway.dev/{key}": value for key, value in options.items()}
    return _object(_GATEWAY_API, "BackendTLSPolicy", name, spec=spec)


def ca_reference(name: str) -> Object:
    """To a ConfigMap, for `caCertificateRefs`."""
    return {"group": "", "kind": "ConfigMap", "name": name}


def backend_config_policy(name: str, spec: Mapping[str, Any]) -> Object:
    """For the Service of the same name."""
    whole = {"targetRefs": [_target(name)], **spec}
    return _object("gateway.kgateway.dev/v1alpha1", "BackendConfigPolicy", name, spec=whole)


def list_of(objects: Iterable[Mapping[str, Any]]) -> Object:
    return {"apiVersion": "v1", "kind": "List", "items": list(objects)}
