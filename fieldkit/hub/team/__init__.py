"""Who works at the hub: cards and PINs."""
