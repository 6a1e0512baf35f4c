"""The kits that hand over here."""
