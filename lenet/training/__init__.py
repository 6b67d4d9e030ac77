"""How the bundled weights are made: MNIST, the data set, distortion, the loop, and a recipe for each network."""
