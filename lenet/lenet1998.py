"""LeNet-5 as it was published in 1998.

    input   1x28x28  the picture, paper = -0.1, ink = 1.175, padded with paper to 32x32 by C1
    C1      6x28x28  convolution 5x5                       156 trainable parameters   122,304 connections
    S2      6x14x14  four added up, times a gain, plus a bias   12                       5,880
    C3     16x10x10  convolution 5x5, each map reads some    1,516                      151,600
    S4     16x5x5    as S2                                      32                       2,000
    C5        120    fully connected to S4                  48,120                      48,120
    F6         84    fully connected                        10,164                      10,164
    output     10    squared distances to fixed bitmaps          0                         840
                                                            60,000                     340,908

Every layer but the output is squashed by 1.7159 tanh(2a/3); the smallest distance wins. The bitmaps are drawn anew.
Source: LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document recognition", section II-B.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .architecture import PUBLISHED, SQUASHED, TRAINED, Architecture, Convolution, Layer, squashed
from .model import Trace, Traceable

# Of each map of C3, the maps of S2 that it reads: table I of the paper.
_TABLE = "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345"
TABLE = tuple(tuple(map(int, maps)) for maps in _TABLE.split(" "))
LENET_1998 = Architecture(
    (Convolution(6, 5, padding=2, pooled=True), Convolution(16, 5, 0, pooled=True, reads=TABLE)),
    (120, 84, 10),
    activation=SQUASHED,
    pooling=TRAINED,
    scaling=PUBLISHED,
    output="distances",
)

# Ten digits of 7x12, side by side.
_BITMAPS = """
 .#####. ...##.. .#####. .#####. ....##. ####### ..####. ####### .#####. .#####.
 ##...## ..###.. ##...## ##...## ...###. ##..... .##.... .....## ##...## ##...##
 ##...## .####.. .....## .....## ..####. ##..... ##..... .....## ##...## ##...##
 ##..### ...##.. .....## .....## .##.##. ##..... ##..... ....##. ##...## ##...##
 ##.#.## ...##.. ....##. ..####. ##..##. ######. ##.###. ....##. .#####. ##...##
 ##.#.## ...##.. ...##.. .....## ##..##. .....## ###..## ...##.. ##...## .######
 ###..## ...##.. ..##... .....## ####### .....## ##...## ...##.. ##...## .....##
 ##...## ...##.. .##.... .....## ....##. .....## ##...## ..##... ##...## .....##
 ##...## ...##.. ##..... .....## ....##. .....## ##...## ..##... ##...## .....##
 ##...## ...##.. ##..... ##...## ....##. ##...## ##...## ..##... ##...## ##...##
 .#####. .###### ####### .#####. ....##. .#####. .#####. ..##... .#####. .#####.
 ....... ....... ....... ....... ....... ....... ....... ....... ....... .......
"""


def bitmaps() -> Tensor:
    """(10, 84): of each digit its bitmap, row by row, ink = 1 and paper = -1."""
    rows = [[[1.0 if dot == "#" else -1.0 for dot in part] for part in line.split()] for line in _BITMAPS.split("\n")]
    return torch.tensor([row for row in rows if row]).permute(1, 0, 2).reshape(10, 84)


class Subsampling(nn.Module):
    """2x2 pooling of the paper: the sum of four, times a trained gain, plus a trained bias, one each a map."""

    def __init__(self, maps: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((maps,), 0.25))
        self.bias = nn.Parameter(torch.zeros(maps))

    def forward(self, values: Tensor) -> Tensor:
        return 4 * F.avg_pool2d(values, 2) * self.weight[:, None, None] + self.bias[:, None, None]


class TableConvolution(nn.Module):
    """A convolution of 5x5 whose maps read some of the maps before."""

    def __init__(self) -> None:
        super().__init__()
        pairs = [(map_, before) for map_, reads in enumerate(TABLE) for before in reads]
        fan_in = torch.tensor([25.0 * len(TABLE[map_]) for map_, _ in pairs])
        self.kernels = nn.Parameter(torch.randn(len(pairs), 5, 5) / fan_in[:, None, None].sqrt())
        self.bias = nn.Parameter(torch.zeros(len(TABLE)))
        self.at = tuple(torch.tensor(pairs).T)

    @property
    def weight(self) -> Tensor:
        """(16, 6, 5, 5), with zeros where nothing is read."""
        return self.kernels.new_zeros(16, 6, 5, 5).index_put(self.at, self.kernels)

    def forward(self, values: Tensor) -> Tensor:
        return F.conv2d(values, self.weight, self.bias)


class Distances(nn.Module):
    """Minus the squared distances to the bitmaps: of ten units, the largest wins as among logits."""

    weight: Tensor
    bias = None

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("weight", bitmaps(), persistent=False)

    def forward(self, values: Tensor) -> Tensor:
        return -(values[:, None] - self.weight).square().sum(2)


class LeNet1998(Traceable):
    """LeNet-5 of 1998: pictures (n, 1, 28, 28) in [0, 1], ink = 1 -> minus the squared distances (n, 10)."""

    architecture = LENET_1998

    def __init__(self) -> None:
        super().__init__()
        self.C1 = nn.Conv2d(1, 6, 5)  # 156 parameters
        self.S2 = Subsampling(6)  # 12
        self.C3 = TableConvolution()  # 1,516
        self.S4 = Subsampling(16)  # 32
        self.C5 = nn.Linear(16 * 5 * 5, 120)  # 48,120
        self.F6 = nn.Linear(120, 84)  # 10,164
        self.output = Distances()  # none

    def trace(self, pictures: Tensor) -> Trace:
        """Run the network and keep every layer; "output" holds minus the squared distances."""
        c1 = self.C1(self.padded(self.layers[1], self.scaled(pictures)))  # (n, 6, 28, 28)
        c1_on = squashed(c1)
        s2 = self.S2(c1_on)  # (n, 6, 14, 14)
        s2_on = squashed(s2)
        c3 = self.C3(s2_on)  # (n, 16, 10, 10)
        c3_on = squashed(c3)
        s4 = self.S4(c3_on)  # (n, 16, 5, 5)
        s4_on = squashed(s4)
        c5 = self.C5(s4_on.flatten(1))  # (n, 120)
        c5_on = squashed(c5)
        f6 = self.F6(c5_on)  # (n, 84)
        f6_on = squashed(f6)
        outputs = (pictures, c1_on, s2_on, c3_on, s4_on, c5_on, f6_on, self.output(f6_on))
        sums = {"C1": c1, "S2": s2, "C3": c3, "S4": s4, "C5": c5, "F6": f6}
        return Trace({layer.name: each for layer, each in zip(self.layers, outputs, strict=True)}, sums)

    def computed(self, layer: Layer, values: Tensor) -> tuple[Tensor | None, Tensor]:
        """The same; pooling has sums of its own, and the output is minus the squared distances."""
        if layer.kind == "pooling":
            sums = getattr(self, layer.name)(values)
            return sums, squashed(sums)
        return (None, self.output(values)) if layer.name == "output" else super().computed(layer, values)
