"""Ink by program: digits, letters, what is no digit, lines. Some kinds are for fitting, others for measuring."""
