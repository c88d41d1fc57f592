"""All dimensions of one operation, below any framework's words."""
