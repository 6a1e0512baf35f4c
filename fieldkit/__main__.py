"""`python -m fieldkit` is the same as the command `fieldkit`."""

from .cli import main

main()
