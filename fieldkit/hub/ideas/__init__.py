"""What visitors of all stops left: to read, to find, to answer."""
