"""Who at the hub did what, and when."""
