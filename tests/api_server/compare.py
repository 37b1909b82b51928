#!/usr/bin/env python3
"""Compares two files of answers, the API server's and ours, line by line.

    compare.py OBJECTS.jsonl SERVER.jsonl OURS.jsonl [--show N]

Both list the causes for which an object is refused, in any order. The only difference that is let pass: where a value
is of a wrong type, the server also says that it is none of the enum's, which tells nobody more.
"""

from __future__ import annotations

import argparse
import collections
import json
import sys

Causes = collections.Counter[tuple[str, str]]


def causes_of(line: str) -> Causes:
    return collections.Counter((cause["field"], cause["message"]) for cause in json.loads(line)["causes"])


def without_repeated_complaints(causes: Causes) -> Causes:
    mistyped = {field for field, message in causes if " in body must be of type " in message}
    return collections.Counter(
        {
            cause: count
            for cause, count in causes.items()
            if not (cause[0] in mistyped and cause[1].startswith("Unsupported value"))
        }
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("objects")
    parser.add_argument("server")
    parser.add_argument("ours")
    parser.add_argument("--show", type=int, default=10, help="differences to print")
    options = parser.parse_args()
    refused = different = total = 0
    patterns: collections.Counter[str] = collections.Counter()
    with open(options.objects) as objects, open(options.server) as server, open(options.ours) as ours:
        for text, their_line, our_line in zip(objects, server, ours, strict=True):
            theirs = without_repeated_complaints(causes_of(their_line))
            own = without_repeated_complaints(causes_of(our_line))
            total += 1
            refused += bool(theirs)
            if theirs == own:
                continue
            different += 1
            for sign, side in (("server only", theirs - own), ("ours only", own - theirs)):
                for field, message in side:
                    patterns[f"{sign}: {message.split(':')[0]} ... {message[-60:]}"] += 1
            if different <= options.show:
                print(text.strip()[:2000])
                for field, message in sorted((theirs - own).elements()):
                    print(f"  server only  {field}: {message[:300]}")
                for field, message in sorted((own - theirs).elements()):
                    print(f"  ours only    {field}: {message[:300]}")
    for pattern, count in patterns.most_common(40):
        print(f"{count:8} {pattern}")
    print(f"{total} objects, {refused} refused by the server, {different} with other causes than ours")
    return 1 if different or not total else 0


if __name__ == "__main__":
    sys.exit(main())
