"""Envoy configuration."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Optional

from gwpolicy import _native, _places
from gwpolicy._errors import InvalidArgumentError, NotFoundError
from gwpolicy._native import BackendTls, Engine, GatewayId, RoutedGateway


def envoy_bootstrap(
    engine: Engine,
    gateway: Optional[GatewayId] = None,
    *,
    listen: Optional[Mapping[str, str]] = None,
    endpoints: Optional[_places.Endpoints] = None,
    admin: Optional[str] = None,
    system_ca: Optional[str] = None,
    access_log: bool = False,
    backends: Optional[Iterable[BackendTls]] = None,
) -> dict[str, Any]:
    """A whole bootstrap for one Gateway, as `envoy -c` runs it. It holds private keys.

    gateway    may be left out where the engine knows only one
    listen     listener name to the address that it gets instead: ``{"http": "127.0.0.1:8080"}``
    endpoints  where backends are instead: ``{"default/nginx:8443": "127.0.0.1:8443"}``
    admin      address of Envoy's admin interface; None for none
    system_ca  the PEM file that ``System`` stands for, as a path where Envoy runs
    backends   instead of those of the engine: some with other pins, for instance

    A backend that fails closed has no Envoy cluster: requests to it are answered with 500.
    """
    named: dict[str, list[tuple[str, int]]] = {}
    for one in _places.endpoints(endpoints or {}):
        named.setdefault(str(one.backend), []).append(one.address)
    text = _native.envoy_bootstrap(
        choose_gateway(engine, gateway),
        engine.backends() if backends is None else backends,
        listen={name: _places.address(where, 0) for name, where in (listen or {}).items()},
        endpoints=named,
        admin=_places.address(admin, 0) if admin else None,
        system_ca=system_ca or "",
        access_log=access_log,
    )
    bootstrap: dict[str, Any] = json.loads(text)
    return bootstrap


def choose_gateway(engine: Engine, gateway: Optional[GatewayId]) -> RoutedGateway:
    """The one that is named, or the only one."""
    known = engine.gateways()
    names = ", ".join(str(one.id) for one in known) or "none"
    if gateway is not None:
        chosen = engine.route(gateway)
        if chosen is None:
            raise NotFoundError(
                f"there is no Gateway {gateway}; the input has {names}", "NOT_FOUND"
            )
        return chosen
    if len(known) != 1:
        raise InvalidArgumentError(f"say which Gateway; the input has {names}", "INVALID_ARGUMENT")
    return known[0]
