"""A line of digits: brought to one height, swept, parted into digits, read."""
