"""Who may use whom.

One table feeds Bazel's visibility and the include test. Plain literals only: tests/layers_test.py executes this file too.
"""

# A layer, and the layers whose headers it may include beside its own. docs/architecture.md says why they are cut so.
MAY_USE = {
    "api": ["base"],
    "base": [],
    "c": ["api", "base", "cluster", "envoy", "manifest", "probe", "report", "resolve", "tls", "validate"],
    "cluster": ["api", "base"],
    "envoy": ["base", "resolve", "tls"],
    "manifest": ["api", "base"],
    "probe": ["base", "resolve", "tls"],
    "report": ["api", "base", "resolve", "tls"],
    "resolve": ["api", "base", "cluster", "tls"],
    "tls": ["base"],
    "validate": ["api", "base"],
}

# Headers of dependencies that only one layer may include, and there only its .cc files. Without a slash at the end: a file.
FENCED_HEADERS = {
    "google/protobuf/": "envoy",
    "nghttp2/": "probe",
    "openssl/": "tls",
    "simdjson.h": "manifest",
    "yaml.h": "manifest",
    "zlib.h": "manifest",
}

def users_of(layer):
    """Visibility of a layer's targets: itself, the layers that may use it, the public aliases and the tests."""
    return [
        "//:__pkg__",
        "//tests:__subpackages__",
        "//gwpolicy/%s:__subpackages__" % layer,
    ] + [
        "//gwpolicy/%s:__subpackages__" % user
        for user, used in MAY_USE.items()
        if layer in used
    ]
