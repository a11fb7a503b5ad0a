"""Keeps pytest from importing what is run as a program."""

collect_ignore = ["checkpoint_programs.py"]
