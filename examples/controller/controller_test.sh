#!/usr/bin/env bash
# The program says what the guide's policy changes: a new name, then plaintext.
set -euo pipefail
guide=examples/backend_tls
out=$("$1" "$guide/base" "$guide/external-backendtlspolicy" 2>&1)
echo "$out"
grep -q "Backend default/httpbin-org:443 through kgateway-system/http: TLS httpbin.org" <<<"$out"
grep -q "Backend default/httpbin-org:443 through kgateway-system/http: TLS changed.example.com" <<<"$out"
grep -q "Backend default/httpbin-org:443 through kgateway-system/http: Plaintext" <<<"$out"
