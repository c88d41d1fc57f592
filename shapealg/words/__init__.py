"""A layer in a framework's own words, and what can be said of words in two."""
