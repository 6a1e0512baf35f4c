"""What the hub publishes to all kits: method cards, offers, announcements."""
