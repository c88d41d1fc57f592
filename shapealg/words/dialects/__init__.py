"""The words of each framework."""
