"""What changes between two sets of objects, or between two profiles on the same one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Optional, Union

from gwpolicy import _native
from gwpolicy._input import Loaded
from gwpolicy._native import Engine, Finding, Object, PostureDiff
from gwpolicy._validate import validate

Time = Union[None, str, datetime.datetime]
# What a side may be given as: objects, or an engine that has resolved them.
Side = Union[Engine, Loaded, Iterable[Object]]


def diff(
    old: Side,
    new: Side,
    *,
    profile: Optional[str] = None,
    to_profile: Optional[str] = None,
    now: Time = None,
) -> PostureDiff:
    """Says of every backend port whether it is loosened, tightened or neither, and why.

    old, new    objects, or engines that were resolved; an engine keeps its profile and its time
    profile     sees both sides as this controller would, whatever their GatewayClasses say
    to_profile  sees the new side as this one: ``diff(objects, objects, profile="kgateway-2.1",
                to_profile="kgateway")`` is what an upgrade changes
    now         the time by which certificates are judged on both sides

    Raises InvalidArgumentError for a profile that does not exist. Other threads run meanwhile.
    """
    kept = _kept(old)
    moment = now if now is not None else datetime.datetime.now(datetime.timezone.utc)
    before, found_before = _resolved(kept, profile, moment)
    after, found_after = _resolved(
        kept if new is old else _kept(new), to_profile or profile, moment
    )
    return _native.diff(
        before.backends(),
        after.backends(),
        before_findings=found_before,
        after_findings=found_after,
    )


def _kept(side: Side) -> Union[Engine, Loaded, list[Object]]:
    """What can be gone through twice."""
    return side if isinstance(side, (Engine, Loaded)) else list(side)


def _resolved(side: Side, profile: Optional[str], now: Time) -> tuple[Engine, list[Finding]]:
    """An engine of that side, and all that is wrong with it."""
    if isinstance(side, Engine):
        return side, side.findings()
    objects = list(side)
    engine = Engine(profile=profile, now=now)
    for one in objects:
        if one.name:  # a rule of validation says what is wrong with the others
            engine.apply(one)
    engine.resolve()
    read = list(side.findings) if isinstance(side, Loaded) else []
    return engine, [*read, *validate(objects), *engine.findings()]
