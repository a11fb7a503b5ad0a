"""The executor on NumPy: a graph as straight-line Python code."""
