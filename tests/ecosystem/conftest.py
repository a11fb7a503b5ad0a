"""Keeps pytest from importing the programs here, whose libraries `make ecosystem` installs in their own environment."""

collect_ignore_glob = ["*.py"]
