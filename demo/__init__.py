"""The page: draw a digit and watch LeNet-5 work. All its mathematics comes from lenet."""
