"""What survives a broken disk: copies of the database on this device and on a second medium, and how they come back."""
