"""How good a network is: figures on digits and on lines, and what its card says in words."""
