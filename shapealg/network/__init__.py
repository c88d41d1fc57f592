"""Graphs of layers: which sizes run, what comes out, what an output sees, how to tile."""
