"""What the API server would refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, Optional

from gwpolicy import _native
from gwpolicy._native import Finding, Object

# So many objects take a few milliseconds: interrupts are heard and progress is told between them.
_BATCH = 2000


def validate(
    objects: Iterable[Object],
    *,
    channel: Literal["standard", "experimental"] = "standard",
    progress: Optional[Callable[[int, int], None]] = None,
) -> list[Finding]:
    """Runs the rules of each object's own schema over it.

    Where a kind's CustomResourceDefinition is among the objects, it says which versions and fields the cluster has,
    and its channel counts. Beside these, other objects do not count.

    channel   of the Gateway API's custom resources; some fields are in ``experimental`` alone
    progress  called in this thread with how many of how many objects are done

    Other threads run meanwhile.
    """
    everything = list(objects)
    findings: list[Finding] = []
    for start in range(0, max(len(everything), 1), _BATCH):
        findings += _native.validate(everything[start : start + _BATCH], channel=channel)
        if progress is not None:
            progress(min(start + _BATCH, len(everything)), len(everything))
    return findings
