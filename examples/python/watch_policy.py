"""What changes when a policy changes? Usage: python watch_policy.py PATH..."""

import sys

import gwpolicy


def show(title: str, changes: gwpolicy.Changes) -> None:
    print(f"{title}: {changes.backends_touched} backends looked at")
    for one in changes.backends:
        where = f"{one.backend} through {one.gateway or 'no Gateway'}"
        print(f"  {where}: {one.mode} {one.sni or one.reason}")
    for result in changes.statuses:
        print(f"  status of {result.policy.kind} {result.policy.name} is to be written")


loaded = gwpolicy.load(sys.argv[1:])
engine = gwpolicy.Engine()
engine.apply(loaded.objects)
show("At first", engine.resolve())

policy = next(one for one in loaded.objects if one.kind == "BackendTLSPolicy")
changed = policy.to_dict()
changed["spec"]["validation"]["hostname"] = "changed.example.com"
engine.apply(gwpolicy.Object.from_dict(changed))
show("Another hostname", engine.resolve())
engine.delete(policy)
show("Without the policy", engine.resolve())
