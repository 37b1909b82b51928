"""Test PKI, TLS test backend and runners for real Envoy and NGINX: for tests and demos only.

pki        certificate authorities and certificates with any property, good or bad
backend    a TLS server that says what it saw, with switchable faults
faults     the registry of faults, each with the code that probe gives, and `Stage` to start them
manifests  the Kubernetes objects around a backend
processes  real Envoy and real NGINX on free ports, stopped whatever happens

Nothing here needs the native module; certificates come from the package ``cryptography``.
"""
