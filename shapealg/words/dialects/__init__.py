"""The words of each framework."""

from importlib import import_module

from shapealg.words.words import converted_by

# Converting knows all dialects, and stands above them; it is fetched when it is first asked for.
converted_by(lambda: import_module("shapealg.words.conversion").convert)
