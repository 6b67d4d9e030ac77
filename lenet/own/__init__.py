"""Networks of other people: a file of weights of any small LeNet, opened with nothing but the file."""
