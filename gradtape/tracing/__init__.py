"""Tracing: a program run once on symbolic tensors, written down as a graph; derivatives and control flow of graphs."""

from . import control, custom_call, derivative, tensor_list  # each gives `Trace` what it does
