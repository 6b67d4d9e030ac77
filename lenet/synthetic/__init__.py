"""Ink by program, to learn from: digits, letters, what is no digit, lines."""
