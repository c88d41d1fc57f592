"""A law as a value: how it is proven, written for people, compiled and called."""
