"""Keeps pytest from importing the programs here, whose libraries are in an environment of their own: `make ecosystem`."""

collect_ignore_glob = ["*.py"]
