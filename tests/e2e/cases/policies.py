"""Which policy counts, and those that cannot be used."""

from __future__ import annotations

from rows import bcp, both, btp, fails, leaf, passes

CASES = (
    passes(
        "bcp-skip-verify",
        leaf=leaf("self", dns=[], not_before=-90, not_after=-2),
        policy=bcp(secret=False, insecureSkipVerify=True),
    ),
    fails(
        "btp-beats-lenient-bcp",
        "Chain/UnknownIssuer",
        policy=both(btp("other"), bcp(secret=False, insecureSkipVerify=True)),
    ),
    passes("good-btp-beats-wrong-bcp", policy=both(btp(), bcp("other"))),
    fails(
        "invalid-btp-beats-good-bcp",
        "Trust/NotFound",
        policy=both(btp(refs=["missing"]), bcp()),
    ),
    fails("unknown-option", "Config/TlsOptions", policy=btp(options={"no-such-option": "1"})),
)
