"""LeNet-5, the ink it reads, and the bundled weights.

>>> import lenet
>>> lenet.recognize([[[0.5, 0.2], [0.5, 0.8]]]).digit
1
"""

from . import moments
from .ink import Ink, InkError, rasterize
from .line.detect import read_line
from .model import LAYER, LAYERS, Layer, LeNet5, Trace
from .photo import PhotoError, from_photo
from .recognize import Recognition, recognize, trace
from .weights import WeightsError, card, load

__all__ = [
    "LAYER", "LAYERS", "Ink", "InkError", "Layer", "LeNet5", "PhotoError", "Recognition", "Trace", "WeightsError",
    "card", "from_photo", "load", "moments", "rasterize", "read_line", "recognize", "trace",
]  # fmt: skip
