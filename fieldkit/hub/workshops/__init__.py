"""What came of workshops, as the kits handed it over."""
