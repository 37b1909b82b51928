"""`python -m gwpolicy` is the command."""

from gwpolicy.cli import main

main()
