"""Keeps pytest from importing the programs here: `test_programs.py` runs each one as a program."""

collect_ignore_glob = ["*.py"]
