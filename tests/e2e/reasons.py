"""What real Envoy says of a failed handshake, and which codes of gwpolicy mean the same.

The one table that makes "equal reasons" checkable: a row is a text of Envoy
(%UPSTREAM_TRANSPORT_FAILURE_REASON%), the response flags and the counters that go with it, and the
codes that may stand for it. Envoy tells less than gwpolicy: it has one text for an expired leaf and
an expired anchor, and none at all for a closed connection.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping

#: Envoy's counters that tell of a handshake. Each that a row does not name must be still.
COUNTERS = (
    "ssl.handshake",
    "ssl.connection_error",
    "ssl.fail_verify_error",
    "ssl.fail_verify_san",
    "ssl.fail_verify_cert_hash",
    "ssl.fail_verify_no_cert",
    "upstream_cx_connect_timeout",
)


@dataclasses.dataclass(frozen=True)
class Seen:
    """What real Envoy says of one request.

    flags     %RESPONSE_FLAGS%, "-" for none
    text      %UPSTREAM_TRANSPORT_FAILURE_REASON%, "" for none; Envoy writes "_" for each blank.
              What cannot be printed is \\xNN here, as probe has it.
    counters  of the Envoy cluster, without its name
    """

    status: int
    flags: str
    text: str
    counters: Mapping[str, int]

    def moved(self, names: Iterable[str]) -> set[str]:
        return {name for name in names if self.counters.get(name, 0) > 0}


@dataclasses.dataclass(frozen=True)
class Reason:
    """One row.

    text      of Envoy: a regular expression for all of it
    codes     of gwpolicy
    counters  that have moved, of `COUNTERS`
    flags     UF: no connection; UC: broken later; NC: no Envoy cluster, so the answer is 500
    exact     probe's envoyReason is the very text; not so where it depends on when a RST arrives
    """

    text: str
    codes: tuple[str, ...]
    counters: frozenset[str] = frozenset()
    flags: str = "UF"
    exact: bool = True


def _verification(counter: str, detail: str, *codes: str) -> Reason:
    text = rf"TLS_error:.*:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_{detail}:TLS_error_end"
    return Reason(text, codes, frozenset({f"ssl.fail_verify_{counter}"}))


def _chain(error: str, *codes: str) -> Reason:
    detail = rf"X509_verify_cert:_certificate_verification_error_at_depth_\d+:_{error}"
    return _verification("error", detail, *codes)


def _tls(error: str, *codes: str) -> Reason:
    """The last errors of BoringSSL's queue, from `error` on."""
    text = rf"TLS_error:(\|[^|]*)*\|\d+:SSL_routines:OPENSSL_internal:{error}:TLS_error_end"
    return Reason(text, codes, frozenset({"ssl.connection_error"}))


_THEN = r"\|\d+:SSL_routines:OPENSSL_internal:"
_NEVER_TRIED = (
    *("Trust/Invalid", "Trust/KeyMissing", "Trust/NotFound"),
    *("ClientCert/Incomplete", "ClientCert/Malformed", "ClientCert/Mismatch"),
    *("Config/Ciphers", "Config/Groups", "Config/SignatureAlgorithms", "Config/TlsOptions"),
)
_AFTER_HANDSHAKE = (
    *("ClientCert/Expired", "ClientCert/Rejected", "ClientCert/Required", "ClientCert/Untrusted"),
    "Tls/Renegotiation",
)

REASONS = (
    # The chain.
    _chain("unable_to_get_local_issuer_certificate", "Chain/UnknownIssuer"),
    _chain("self_signed_certificate", "Chain/SelfSignedLeaf"),
    _chain("self_signed_certificate_in_certificate_chain", "Chain/UntrustedRoot"),
    _chain("certificate_has_expired", "Cert/Expired", "Trust/Expired"),
    _chain("certificate_is_not_yet_valid", "Cert/NotYetValid", "Trust/NotYetValid"),
    _chain("unsupported_certificate_purpose", "Cert/Purpose"),
    _chain("unhandled_critical_extension", "Cert/CriticalExtension"),
    _chain("certificate_signature_failure", "Chain/BadSignature"),
    _chain("unable_to_decode_issuer_public_key", "Cert/KeyUnsupported"),
    _chain("invalid_CA_certificate", "Chain/InvalidCa"),
    _chain("path_length_constraint_exceeded", "Chain/InvalidCa"),
    _chain("permitted_subtree_violation", "Chain/NameConstraint"),
    _chain("excluded_subtree_violation", "Chain/NameConstraint"),
    _chain("unsupported_name_constraint_type", "Chain/NameConstraint"),
    _chain("Issuer_has_name_constraints_but_leaf_has_no_SANs", "Chain/NameConstraint"),
    # Names and pins.
    _verification(
        "san", r"SAN_matcher,_certificate_SANs_are_\[.*\]", "Name/Mismatch", "Name/Missing"
    ),
    _verification("cert_hash", "cert_hash_and_spki", "Name/PinMismatch"),
    # What BoringSSL finds in the server's messages.
    _tls("WRONG_VERSION_NUMBER", "Tls/NotTls"),
    _tls("UNSUPPORTED_PROTOCOL", "Tls/Version"),
    _tls("KEY_USAGE_BIT_INCORRECT", "Cert/KeyUsage"),
    _tls("CANNOT_PARSE_LEAF_CERT", "Cert/Malformed"),
    Reason(
        r"TLS_error:\|\d+:public_key_routines:OPENSSL_internal:UNSUPPORTED_ALGORITHM:TLS_error_end",
        ("Cert/KeyUnsupported",),
        frozenset({"ssl.connection_error"}),
    ),
    _tls("EXCESSIVE_MESSAGE_SIZE", "Tls/ChainTooLarge"),
    _tls("BAD_SIGNATURE", "Tls/ServerKeyMismatch"),
    _tls("DECODE_ERROR", "Tls/Protocol"),
    _tls("ENCRYPTED_LENGTH_TOO_LONG", "Tls/Protocol"),
    _tls("TOO_MANY_EMPTY_FRAGMENTS", "Tls/Flood"),
    _tls("TOO_MANY_WARNING_ALERTS", "Tls/Flood"),
    _tls(rf"UNEXPECTED_EXTENSION{_THEN}PARSE_TLSEXT", "Tls/Protocol"),
    _tls("UNEXPECTED_MESSAGE", "Tls/Protocol"),
    _tls("WRONG_CIPHER_RETURNED", "Tls/Protocol"),
    # Settings that fail as soon as a connection is there.
    _tls("NO_CIPHERS_AVAILABLE", "Config/Ciphers"),
    _tls("NO_SUPPORTED_VERSIONS_ENABLED", "Config/VersionRange"),
    # What the server says: of the ClientHello, or of our certificate.
    _tls(
        rf"SSLV3_ALERT_HANDSHAKE_FAILURE{_THEN}HANDSHAKE_FAILURE_ON_CLIENT_HELLO", "Tls/NoOverlap"
    ),
    _tls("SSLV3_ALERT_HANDSHAKE_FAILURE", "ClientCert/Required"),
    _tls("SSLV3_ALERT_BAD_CERTIFICATE", "ClientCert/Rejected", "ClientCert/Required"),
    _tls("SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", "ClientCert/Rejected"),
    _tls("SSLV3_ALERT_CERTIFICATE_EXPIRED", "ClientCert/Expired"),
    _tls("SSLV3_ALERT_CERTIFICATE_UNKNOWN", "ClientCert/Rejected"),
    _tls("SSLV3_ALERT_ILLEGAL_PARAMETER", "Tls/PeerRejected"),
    _tls("TLSV1_ALERT_UNKNOWN_CA", "ClientCert/Untrusted"),
    _tls("TLSV1_ALERT_PROTOCOL_VERSION", "Tls/Version"),
    _tls("TLSV1_ALERT_INTERNAL_ERROR", "Tls/PeerRejected"),
    _tls("TLSV1_ALERT_UNRECOGNIZED_NAME", "Tls/SniRejected"),
    _tls("TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "Tls/AlpnRejected"),
    # Over TLS 1.3 the server's no comes when Envoy believes itself connected. So does, below it, a
    # wish for another handshake.
    Reason("", _AFTER_HANDSHAKE, frozenset({"ssl.handshake", "ssl.connection_error"}), flags="UC"),
    # Below TLS.
    Reason(r"delayed_connect_error:_Connection_refused", ("Net/Refused",), exact=False),
    Reason(
        r"TLS_error:\|33554536:system_library:OPENSSL_internal:Connection_reset_by_peer"
        r":TLS_error_end|delayed_connect_error:_Connection_reset_by_peer",
        ("Net/Reset",),
        exact=False,
    ),
    Reason("", ("Net/Closed",)),
    Reason("", ("Net/Timeout",), frozenset({"upstream_cx_connect_timeout"})),
    # No Envoy cluster is written: the request is answered with 500, and never sent in plaintext.
    Reason("", _NEVER_TRIED, flags="NC"),
)


def matching(seen: Seen) -> list[Reason]:
    """The rows that fit all that Envoy says: one, if the table is right."""
    moved = seen.moved(COUNTERS)
    return [
        reason
        for reason in REASONS
        if re.fullmatch(reason.text, seen.text)
        and reason.flags == seen.flags
        and reason.counters == moved
    ]
