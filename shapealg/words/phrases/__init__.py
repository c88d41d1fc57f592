"""What each framework says for a window that is given in numbers; one file per framework."""
