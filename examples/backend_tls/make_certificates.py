"""Makes the certificates of the guide, and the ConfigMaps and Secret that hold their CA.

    python make_certificates.py OUT

OUT gets:

    nginx.crt, nginx.key      NGINX's certificate for example.com, issued by "Example CA"
    httpbin.crt, httpbin.key  the stand-in's certificate for httpbin.org
    system-ca.pem             its CA: what System means in this run (--system-ca)
    ca-configmap.yaml         ConfigMap ca: "Example CA"
    ca-secret.yaml            Secret ca: the same
    ca-expired.yaml           ConfigMap ca-expired: "Example CA" from before its renewal
"""

from __future__ import annotations

import argparse
import pathlib
import textwrap

from gwpolicy.testing.pki import Pki

HERE = pathlib.Path(__file__).resolve().parent


def fill(template: str, name: str, ca: str) -> str:
    text = (HERE / "templates" / template).read_text(encoding="utf-8")
    return text.replace("@NAME@", name).replace("@CA@\n", textwrap.indent(ca, "    "))


def make(out: pathlib.Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    pki = Pki()
    ca = pki.root("Example CA")
    before_renewal = ca.reissued(not_before=-395, not_after=-30)
    public_ca = pki.root("Stand-in public CA")
    ca.leaf("example.com", dns=["example.com"]).write(out, "nginx")
    public_ca.leaf("httpbin.org", dns=["httpbin.org"]).write(out, "httpbin")
    (out / "system-ca.pem").write_text(public_ca.pem, encoding="ascii")
    for file, template, name, pem in (
        ("ca-configmap.yaml", "ca-configmap.yaml.in", "ca", ca.pem),
        ("ca-secret.yaml", "ca-secret.yaml.in", "ca", ca.pem),
        ("ca-expired.yaml", "ca-configmap.yaml.in", "ca-expired", before_renewal.pem),
    ):
        (out / file).write_text(fill(template, name, pem), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=pathlib.Path, metavar="OUT", help="folder to write to")
    make(parser.parse_args().out)
