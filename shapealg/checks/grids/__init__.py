"""What each framework is asked, kind by kind of layer."""
