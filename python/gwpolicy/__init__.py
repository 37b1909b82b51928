"""Which TLS a Kubernetes Gateway speaks to its backends, and whether the handshake will work.

    import gwpolicy

    loaded = gwpolicy.load("manifests/")
    engine = gwpolicy.Engine()
    engine.apply(loaded.objects)
    engine.resolve()
    for backend in engine.backends():
        print(backend.backend, backend.mode, backend.sni)
    for finding in [*loaded.findings, *gwpolicy.validate(loaded.objects), *engine.findings()]:
        print(finding.level, finding.code, finding.message)

Problems of the input are findings; a call that cannot be done raises an :class:`Error`.
"""

from __future__ import annotations

import importlib.metadata

from gwpolicy import codes
from gwpolicy._chains import rehearse, timeline
from gwpolicy._diff import diff
from gwpolicy._envoy import envoy_bootstrap
from gwpolicy._errors import (
    Error,
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    UnimplementedError,
)
from gwpolicy._input import Loaded, load, loads
from gwpolicy._native import (
    BackendChange,
    BackendPort,
    BackendTls,
    Changes,
    Engine,
    Fields,
    Finding,
    GatewayId,
    Object,
    ObjectKey,
    ObjectRef,
    PolicyResult,
    PostureDiff,
    RoutedGateway,
    Story,
)
from gwpolicy._output import to_json, to_yaml
from gwpolicy._probe import HttpCheck, probe, probe_iter
from gwpolicy._validate import validate

__all__ = [
    "BackendChange",
    "BackendPort",
    "BackendTls",
    "Changes",
    "Engine",
    "Error",
    "FailedPreconditionError",
    "Fields",
    "Finding",
    "GatewayId",
    "HttpCheck",
    "InvalidArgumentError",
    "Loaded",
    "NotFoundError",
    "Object",
    "ObjectKey",
    "ObjectRef",
    "PolicyResult",
    "PostureDiff",
    "RoutedGateway",
    "Story",
    "UnimplementedError",
    "__version__",
    "codes",
    "diff",
    "envoy_bootstrap",
    "load",
    "loads",
    "probe",
    "probe_iter",
    "rehearse",
    "timeline",
    "to_json",
    "to_yaml",
    "validate",
]

__version__ = importlib.metadata.version("gwpolicy")
