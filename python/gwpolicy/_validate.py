"""What the API server would refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from gwpolicy import _native
from gwpolicy._native import Finding, Object


def validate(
    objects: Iterable[Object], *, channel: Literal["standard", "experimental"] = "standard"
) -> list[Finding]:
    """Runs the rules of each object's own schema over it.

    Where a kind's CustomResourceDefinition is among the objects, it says which versions and fields the cluster has,
    and its channel counts. Beside these, other objects do not count.

    channel  of the Gateway API's custom resources; some fields are in ``experimental`` alone
    """
    return _native.validate(list(objects), channel=channel)
