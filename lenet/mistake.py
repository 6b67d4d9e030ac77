"""What a person got wrong, told in one sentence. Every such error of the package is a Mistake, one type a module."""


class Mistake(ValueError):
    """The message says what is wrong and what to do about it, and may be shown as it is."""
