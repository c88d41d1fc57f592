"""The article that lost its formulas: its numbers, claims and code, held against Keras."""
