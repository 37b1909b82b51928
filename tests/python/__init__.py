"""A package, so that tests/e2e may have modules of the same names in one run."""
