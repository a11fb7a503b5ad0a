"""Graphs: operations in order, as plain data; what they print, and the passes over them."""

from . import graph_def, text  # each gives `Graph` a method
