"""Contacts that visitors left: sealed on the kit, opened here for a moment, with a key that is not here."""
