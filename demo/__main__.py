"""`python -m demo` starts the page."""

from .app import main

main()
