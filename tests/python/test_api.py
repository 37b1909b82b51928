"""The package `gwpolicy` as a library."""

from __future__ import annotations

import datetime
import doctest
import json
import pathlib
import threading

import pytest

import gwpolicy

from .conftest import GATEWAY, POLICY, ROUTE, SERVICE, documents

HTTP = gwpolicy.GatewayId(namespace="infra", name="http")
WEB = gwpolicy.BackendPort(namespace="default", name="web", port=443)


def resolved(*paths: pathlib.Path, **options: object) -> gwpolicy.Engine:
    engine = gwpolicy.Engine(**options)  # type: ignore[arg-type]
    engine.apply(gwpolicy.load(*paths).objects)
    engine.resolve()
    return engine


# Reading.


def test_load_takes_paths_lists_and_globs(good: pathlib.Path) -> None:
    one = gwpolicy.load(good)
    assert [o.kind for o in one] == [
        "GatewayClass",
        "Gateway",
        "Service",
        "HTTPRoute",
        "BackendTLSPolicy",
        "ConfigMap",
    ]
    assert one.files == 1 and not one.findings
    folder = good.parent
    for same in (
        [good],
        [str(good), good],
        [folder],
        [str(folder / "*.yaml")],
        [str(folder / "**" / "*.yaml")],
    ):
        assert gwpolicy.load(same).objects == one.objects
        assert gwpolicy.load(*same).objects == one.objects


def test_objects_know_where_they_stand(good: pathlib.Path) -> None:
    service = next(o for o in gwpolicy.load(good) if o.kind == "Service")
    assert service.file == str(good)
    assert good.read_text("utf-8").splitlines()[service.line - 1] == "apiVersion: v1"
    line, column = service.position("spec.ports[0].port")
    assert good.read_text("utf-8").splitlines()[line - 1].strip() == "port: 443" and column > 1


def test_missing_path_is_a_finding() -> None:
    loaded = gwpolicy.load("/nowhere/at/all.yaml")
    assert [f.code for f in loaded.findings] == ["Read/NotFound"]
    assert not loaded.objects


def test_bad_document_leaves_the_others() -> None:
    loaded = gwpolicy.loads("kind: [\n---\n" + SERVICE, file="x.yaml")
    assert [o.name for o in loaded] == ["web"]
    assert loaded.findings[0].code == "Read/Syntax" and loaded.findings[0].file == "x.yaml"


def test_namespace_is_given_to_objects_without_one() -> None:
    text = POLICY.replace("  namespace: default\n", "")
    assert gwpolicy.loads(text).objects[0].namespace == "default"
    assert gwpolicy.loads(text, namespace="other").objects[0].namespace == "other"
    assert gwpolicy.loads(POLICY, namespace="other").objects[0].namespace == "default"
    assert gwpolicy.loads(GATEWAY, namespace="other").objects[0].namespace == ""  # cluster-scoped


def test_same_object_twice_is_a_finding() -> None:
    loaded = gwpolicy.loads(documents(SERVICE, SERVICE))
    assert [f.code for f in loaded.findings] == ["Attach/DuplicateObject"]


# Objects.


def test_fields_are_attributes_in_both_spellings() -> None:
    policy = gwpolicy.loads(POLICY).objects[0]
    assert policy.spec.validation.hostname == "web.example.com"
    assert policy.spec.target_refs[0].kind == "Service"
    assert policy.spec.targetRefs[0].name == "web"
    assert policy.spec.validation.well_known_ca_certificates is None
    assert policy.spec.validation.subject_alt_names == []
    assert policy.metadata.labels == {}
    assert policy.metadata.name == policy.name == "web"
    assert "target_refs" in dir(policy.spec)
    with pytest.raises(AttributeError, match="has no field 'target'"):
        _ = policy.spec.target


def test_objects_are_values() -> None:
    first, second = gwpolicy.loads(POLICY).objects[0], gwpolicy.loads(POLICY).objects[0]
    other = gwpolicy.loads(POLICY.replace("web.example.com", "x.example.com")).objects[0]
    assert first == second and hash(first) == hash(second)
    assert first != other and first.key == other.key
    assert first.spec == second.spec and first.spec != other.spec
    with pytest.raises(AttributeError):
        first.name = "else"  # type: ignore[misc]


def test_dict_and_back_is_the_same_object() -> None:
    policy = gwpolicy.loads(POLICY).objects[0]
    assert gwpolicy.Object.from_dict(policy.to_dict()) == policy
    assert gwpolicy.loads(gwpolicy.to_yaml(policy)).objects[0] == policy
    assert gwpolicy.loads(gwpolicy.to_json(policy)).objects[0] == policy


def test_from_dict_refuses_what_is_no_object() -> None:
    for bad in (
        {},
        {"kind": "Service"},
        {**gwpolicy.loads(SERVICE).objects[0].to_dict(), "spec": 3},
    ):
        with pytest.raises(gwpolicy.InvalidArgumentError):
            gwpolicy.Object.from_dict(bad)


def test_kinds_that_are_not_modelled_are_kept() -> None:
    text = "apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: a\nspec:\n  size: 3\n"
    thing = gwpolicy.loads(text).objects[0]
    assert (thing.kind, thing.group, thing.spec) == ("Thing", "example.com", {"size": 3})
    assert thing.to_dict()["spec"] == {"size": 3}


def test_kinds_that_are_known_by_name_alone_are_kept_without_a_word() -> None:
    text = (
        "apiVersion: gateway.kgateway.dev/v1alpha1\nkind: TrafficPolicy\nmetadata:\n  name: a\n"
        "spec:\n  targetRefs: []\n  share: 0.5\n  none: null\nmore: [1, x]\n"
    )
    loaded = gwpolicy.loads(text)
    assert not loaded.findings
    policy = loaded.objects[0]
    assert policy.to_dict() == {
        "apiVersion": "gateway.kgateway.dev/v1alpha1",
        "kind": "TrafficPolicy",
        "metadata": {"name": "a", "namespace": "default"},
        "spec": {"targetRefs": [], "share": 0.5, "none": None},
        "more": [1, "x"],
    }
    assert gwpolicy.Object.from_dict(policy.to_dict()) == policy
    assert gwpolicy.loads(gwpolicy.to_yaml(policy)).objects[0] == policy


def test_secrets_are_not_shown_unless_asked_for() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  tls.key: hush-hush\n"
    secret = gwpolicy.loads(text).objects[0]
    for shown in (
        repr(secret),
        str(secret.to_dict()),
        str(secret.string_data),
        gwpolicy.to_yaml(secret),
    ):
        assert "hush" not in shown
    assert "hush-hush" in str(secret.to_dict(reveal_secrets=True))


# The engine.


def test_effective_tls_with_its_reasons(good: pathlib.Path) -> None:
    backend = resolved(good).find(HTTP, WEB)
    assert backend is not None
    assert (backend.mode, backend.sni, backend.profile) == ("TLS", "web.example.com", "kgateway")
    assert (backend.gateway, backend.backend) == (HTTP, WEB)
    assert backend.tls is not None and len(backend.tls["trust"]["certificates"]) == 1
    sni = next(one for one in backend.provenance if one["field"] == "sni")
    assert sni["from"]["fieldPath"] == "spec.validation.hostname"
    assert backend.steps and backend.to_dict()["mode"] == "TLS"
    assert resolved(good).find(None, WEB) is None


def test_missing_ca_fails_closed(closed: pathlib.Path) -> None:
    engine = resolved(closed)
    (backend,) = engine.backends()
    assert (backend.mode, backend.tls, backend.sni) == ("FailClosed", None, None)
    assert backend.reason and backend.message
    assert "Trust/NotFound" in [f.code for f in engine.findings()]


def test_deleting_and_creating_again_gives_the_same(good: pathlib.Path) -> None:
    engine = resolved(good)
    policy = next(o for o in gwpolicy.load(good) if o.kind == "BackendTLSPolicy")
    first = engine.backends()
    engine.delete(policy)
    changes = engine.resolve()
    assert changes and [b.mode for b in changes.backends] == ["Plaintext"]
    assert changes.removed_statuses == [policy.key]
    engine.apply(policy)
    assert engine.resolve()
    assert engine.backends() == first
    assert not engine.resolve()


def test_order_of_objects_does_not_matter(good: pathlib.Path) -> None:
    objects = list(gwpolicy.load(good))
    expected = [b.to_dict() for b in resolved(good, now="2026-11-01T00:00:00Z").backends()]
    engine = gwpolicy.Engine(now="2026-11-01T00:00:00Z")
    for one in reversed(objects):
        engine.apply(one)
        engine.resolve()
    assert [b.to_dict() for b in engine.backends()] == expected


def test_deleting_what_is_not_there_says_so(good: pathlib.Path) -> None:
    engine = gwpolicy.Engine()
    with pytest.raises(gwpolicy.NotFoundError) as caught:
        engine.delete(gwpolicy.load(good).objects[0])
    assert caught.value.code == "NOT_FOUND"
    assert isinstance(caught.value, gwpolicy.Error) and isinstance(caught.value, LookupError)
    with pytest.raises(TypeError):
        engine.delete("web")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "options",
    [
        {"profile": "no-such"},
        {"default_profile": "no-such"},
        {"now": "yesterday"},
        {"now": datetime.datetime(2026, 1, 1)},
        {"expires_soon": -1},
        {"expires_soon": float("nan")},
    ],
    ids=str,
)
def test_engine_refuses_bad_options(options: dict[str, object]) -> None:
    with pytest.raises(gwpolicy.InvalidArgumentError):
        gwpolicy.Engine(**options)  # type: ignore[arg-type]


def test_time_decides_about_certificates(good: pathlib.Path) -> None:
    late = datetime.datetime(2199, 1, 1, tzinfo=datetime.timezone.utc)
    engine = resolved(good)
    assert "Trust/Expired" not in [f.code for f in engine.findings()]
    for now in (late, late.isoformat()):
        engine.set_time(now)
        engine.resolve()
        assert "Trust/Expired" in [f.code for f in engine.findings()]
    assert "Trust/ExpiresSoon" in [
        f.code for f in resolved(good, expires_soon=datetime.timedelta(days=365 * 80)).findings()
    ]


def test_profile_is_what_if(good: pathlib.Path) -> None:
    assert resolved(good, profile="agentgateway").backends()[0].profile == "agentgateway"


def test_status_is_whole(good: pathlib.Path) -> None:
    (policy,) = resolved(good).policies()
    assert policy.policy.kind == "BackendTLSPolicy"
    (ancestor,) = policy.status["ancestors"]
    assert {c["type"]: c["status"] for c in ancestor["conditions"]} == {
        "Accepted": "True",
        "ResolvedRefs": "True",
    }
    assert policy.to_dict()["status"] == policy.status


def test_routes_of_a_gateway(good: pathlib.Path) -> None:
    engine = resolved(good)
    gateway = engine.route(HTTP)
    assert gateway is not None and gateway.id == HTTP
    assert gateway.listeners[0]["hosts"] == ["web.example.com"]
    assert engine.route(gwpolicy.GatewayId(namespace="infra", name="none")) is None
    assert [g.id for g in engine.gateways()] == [HTTP]


def test_results_outlive_the_engine(good: pathlib.Path) -> None:
    backend = resolved(good).backends()[0]
    assert backend.mode == "TLS" and backend.tls is not None


def test_other_threads_run_while_resolving(good: pathlib.Path) -> None:
    engines = [gwpolicy.Engine() for _ in range(8)]
    modes: list[str] = []

    def work(engine: gwpolicy.Engine) -> None:
        engine.apply(gwpolicy.load(good).objects)
        engine.resolve()
        modes.append(engine.backends()[0].mode)

    threads = [threading.Thread(target=work, args=[engine]) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert modes == ["TLS"] * 8


# Findings and codes.


def test_validate_goes_by_the_definitions_of_the_cluster() -> None:
    definition = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gateways.gateway.networking.k8s.io
  annotations: {gateway.networking.k8s.io/bundle-version: v1.3.0}
spec:
  group: gateway.networking.k8s.io
  scope: Namespaced
  names: {kind: Gateway, plural: gateways}
  versions: [{name: v1beta1, served: true, storage: true}]
"""
    loaded = gwpolicy.loads(documents(GATEWAY, definition))
    assert not loaded.findings
    assert loaded.objects[-1].spec.versions[0].served
    assert [finding.code for finding in gwpolicy.validate(loaded)] == ["Crd/UnservedVersion"]


def test_validate_says_what_the_server_would_refuse() -> None:
    broken = gwpolicy.loads(POLICY.replace("    hostname: web.example.com\n", ""))
    findings = gwpolicy.validate(broken)
    assert "spec.validation.hostname" in [f.field_path for f in findings]
    assert not gwpolicy.validate(gwpolicy.loads(documents(GATEWAY, SERVICE, ROUTE, POLICY)))
    with pytest.raises(gwpolicy.InvalidArgumentError):
        gwpolicy.validate([], channel="stable")  # type: ignore[arg-type]


def test_finding_is_a_value_that_can_be_pasted_back() -> None:
    finding = gwpolicy.loads("kind: [\n", file="x.yaml").findings[0]
    names = {"Finding": gwpolicy.Finding, "ObjectRef": gwpolicy.ObjectRef}
    again = eval(repr(finding), names)  # pylint: disable=eval-used
    assert again == finding and hash(again) == hash(finding) and not finding < again
    assert finding.to_dict()["code"] == finding.code == "Read/Syntax"
    with pytest.raises(AttributeError):
        finding.line = 1  # type: ignore[misc]
    with pytest.raises(gwpolicy.InvalidArgumentError):
        gwpolicy.Finding(code="No/Such", message="")


def test_codes_have_cause_and_remedy() -> None:
    assert gwpolicy.codes.ATTACH_CONFLICTED == "Attach/Conflicted"
    assert gwpolicy.codes.CLIENT_CERT_MISMATCH == "ClientCert/Mismatch"
    everything = gwpolicy.codes.all()
    assert [one.name for one in everything] == sorted(one.name for one in everything)
    assert all(
        one.cause and one.remedy and one.level in ("error", "warning", "info") for one in everything
    )
    assert gwpolicy.codes.info("Trust/Expired").level == "error"
    with pytest.raises(gwpolicy.NotFoundError):
        gwpolicy.codes.info("Trust/Nothing")
    with pytest.raises(AttributeError):
        _ = gwpolicy.codes.TRUST_NOTHING


# Text.


def test_documents_keep_their_order_and_values() -> None:
    document = {
        "z": [1, 2.5, True, None, "yes", "012", "a\nb\n"],
        "a": {},
        "é": "\u2028",
        "empty": [],
    }
    assert json.loads(gwpolicy.to_json(document)) == document
    assert list(json.loads(gwpolicy.to_json(document))) == list(document)
    assert gwpolicy.to_yaml(document) == gwpolicy.to_yaml(document)


def test_what_is_no_document_is_a_type_error() -> None:
    for bad in (object(), {1: 2}, {"a": {3}}):
        with pytest.raises(TypeError):
            gwpolicy.to_json(bad)
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(ValueError):
        gwpolicy.to_json(endless)


# Envoy and handshakes.


def test_bootstrap_is_what_the_command_writes(good: pathlib.Path) -> None:
    engine = resolved(good)
    bootstrap = gwpolicy.envoy_bootstrap(
        engine,
        listen={"http": "127.0.0.1:10080"},
        endpoints={"default/web:443": ["127.0.0.1:8443", "[::1]:8443"]},
        admin="127.0.0.1:0",
    )
    assert "admin" in bootstrap
    (cluster,) = bootstrap["static_resources"]["clusters"]
    assert "::1" in str(cluster) and "127.0.0.1" in str(cluster)
    assert gwpolicy.envoy_bootstrap(engine, HTTP)["static_resources"]["listeners"]


def test_bootstrap_needs_to_know_the_gateway(good: pathlib.Path) -> None:
    with pytest.raises(gwpolicy.InvalidArgumentError, match="the input has none"):
        gwpolicy.envoy_bootstrap(gwpolicy.Engine())
    with pytest.raises(gwpolicy.NotFoundError, match="infra/http"):
        gwpolicy.envoy_bootstrap(resolved(good), gwpolicy.GatewayId(namespace="a", name="b"))


@pytest.mark.parametrize(
    "options",
    [
        {"listen": {"http": "8080"}},
        {"listen": {"none": "127.0.0.1:8080"}},
        {"endpoints": {"web:443": "127.0.0.1:8443"}},
        {"endpoints": {"default/web:443": "::1:8443"}},
        {"endpoints": {"default/none:443": "127.0.0.1:8443"}},
        {"admin": "127.0.0.1:99999"},
    ],
    ids=str,
)
def test_bootstrap_refuses_places_that_are_none(
    good: pathlib.Path, options: dict[str, object]
) -> None:
    with pytest.raises(ValueError):
        gwpolicy.envoy_bootstrap(resolved(good), **options)  # type: ignore[arg-type]


def test_probe_reports_progress_in_this_thread(good: pathlib.Path) -> None:
    seen: list[tuple[int, int]] = []
    document = gwpolicy.probe(
        resolved(good).backends(),
        endpoints={"default/web:443": "127.0.0.1:1"},
        timeout=datetime.timedelta(seconds=2),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert document["summary"] == {"pass": 0, "fail": 1, "skipped": 0}
    assert seen[-1] == (1, 1)


def test_probe_can_be_interrupted(good: pathlib.Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        # TEST-NET-1, where nobody answers.
        gwpolicy.probe(
            resolved(good).backends(),
            endpoints={"default/web:443": "192.0.2.1:443"},
            timeout=30,
            progress=stop,
        )


@pytest.mark.parametrize(
    "options",
    [{"timeout": -1}, {"mode": "lenient"}, {"system_ca": "/nowhere"}, {"concurrency": 0}],
    ids=str,
)
def test_probe_refuses_bad_options(good: pathlib.Path, options: dict[str, object]) -> None:
    with pytest.raises(gwpolicy.Error):
        gwpolicy.probe(
            resolved(good).backends(),
            endpoints={"default/web:443": "127.0.0.1:1"},
            **options,  # type: ignore[arg-type]
        )


def test_examples_in_docstrings_are_true() -> None:
    results = doctest.testmod(gwpolicy.codes)
    assert results.attempted > 0 and results.failed == 0
