"""What runs each real framework, and the loops that count by themselves."""
