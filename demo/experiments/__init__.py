"""Experiments on a drawing: each a folder of one Python file, one script and one style, and its line here."""

# In the order of the page: the folder, and the question on its card.
EXPERIMENTS = {
    "push": "What if it is moved, turned or noisy?",
    "mirror": "What if it is seen in a mirror?",
    "apart": "What if a part is missing?",
    "kernel": "What if a kernel were different?",
    "pixels": "What does one pixel change?",
    "mattered": "Which pixels mattered?",
    "mind": "When did it change its mind?",
    "prepared": "What if it is not prepared as MNIST was?",
    "wants": "What does it want to see?",
    "teach": "Can it learn your hand?",
}
