"""Letters and symbols as pen strokes, for junk: ink that is no digit.

A character is strokes parted by spaces, a stroke points "xy" on a grid from 0 to 9, y down; a stroke that begins
with "~" is smooth. FITTING, MORE and LATIN are for fitting, EVALUATION and SYMBOLS for measuring; they share no
character.
"""

from __future__ import annotations

import numpy as np

from .synth import Glyph, curve

FITTING = {
    "A": "0940 4079 1666", "C": "~71401235496978", "E": "6000 0009 0969 0454", "F": "6000 0009 0454",
    "H": "0009 6069 0565", "K": "0009 6005 0569", "L": "000969", "M": "0900457089", "N": "09006960",
    "P": "0900 ~0050624505", "R": "0900 ~0050624505 3569", "V": "004970", "W": "0029345980",
    "X": "0069 6009", "a": "~6435173949675544 6469", "d": "~6545174959676655 6069",
    "f": "~602031293929 0454", "h": "0009 ~051444655969", "k": "0009 5405 1559",
    "m": "0409 ~0634443749 ~4664748779", "n": "0409 ~061444655969", "r": "0409 ~06246474",
    "w": "0429456984", "c": "~64341618396968",
}  # fmt: skip
# Of other scripts, none of which looks like a digit, even in haste.
MORE = {
    "ka": "02726848 ~403409", "ki": "0272 0575 3059", "ko": "00707909", "sa": "0373 2026 ~606409",
    "ho": "0272 4049 2507 6587", "mo": "1060 0373 ~30384979", "yu of kana": "1050 5057 0777", "re": "000974",
    "alef": "0089 8054 0935", "he": "0070 7079 1409", "ge": "600009",
    "yery": "0009 ~0444561909 8089", "fehu": "0009 0350 0673", "algiz": "4049 0145 8145",
    "mannaz": "0009 8089 0084 8004", "ansuz": "0009 0043 0346", "othala": "0984400489",
    "ayb": "~0006295975 7079 7989", "epsilon": "~6140112434 3405184968", "question": "~0130507254 4547 4949",
    "bracket": "60000969", "perp": "4049 0989", "angle": "800989", "ladder": "0009 6069 0363 0666",
}  # fmt: skip
# How letters of FITTING may be turned without becoming a digit, or a letter of EVALUATION: a quarter to the left or
# right, half, mirrored left to right, flipped upside down.
TURNS = {
    "A": "lrh", "K": "lrm", "M": "f", "n": "lrhf", "L": "mf", "V": "lrh", "F": "hf", "f": "h",
    "R": "lrh", "P": "lrh", "d": "lr", "k": "lrmhf", "E": "r", "c": "lr", "m": "f",
    "w": "f",
}  # fmt: skip
# Of the last stage of training: the other Latin letters, some in another shape, and more of other scripts.
LATIN = {
    "J": "~606639190807 3080", "T": "0080 4049", "U": "~000639697660", "Y": "0044 8044 4449",
    "e": "~065656352516093969", "j": "~54581919 5252", "p": "0309 ~05345474674716", "t": "3038 1363",
    "u": "~040739576564 6469", "v": "043964", "x": "0459 5409", "y": "0447 8429",
    "J without hat": "~606639190807", "C open": "~61301203061849", "C closed": "~714012000508296978",
    "H slanted": "2009 8069 1474", "K with a loop": "0009 ~6020353569", "L round": "~000719 1969",
    "P tall": "0009 ~0050634404", "R round": "0009 ~0050634404 3469",
    "T with serifs": "0080 0002 8082 4049", "V round": "~0047498070",
    "W round": "~00062939 ~39363447 ~47698980", "Y with a tail": "0044 ~80442909",
    "f crossed low": "~602031293929 1555", "k with a loop": "0009 ~0424355445 2569", "r tall": "0209 ~0523335364",
    "t crossed": "3037 ~37395968 0363", "e large": "~057583612014396978",
    "m sharp": "090404377479", "n sharp": "0904 ~0443646769", "h round": "0009 ~0534546569",
    "d tall": "6069 ~643405294966", "u sharp": "~0406295966 6469",
    "v sharp": "023962", "w sharp": "0229456982", "x sharp": "0369 6309", "c small": "~6434141628",
    "dai": "0383 ~404439 4489", "ki of kanji": "0383 4049 4309 4389",
    "tsuchi": "0585 4049 0989", "ue": "4049 4474 0989", "shita": "0080 4049 4466",
    "naka": "0272 0205 0575 7275 4049", "ou": "0080 0484 0989 4049", "ta of kanji": "0080 8089 0009 0989 0484 4049",
    "digeut": "0080 0009 0989", "bieup": "0009 8089 0484 0989",
    "jieut": "0080 4009 4489", "a of hangul": "2029 2464", "o of hangul": "4044 0484",
    "tieut": "0080 0009 0989 0484", "pieup": "0080 2029 6069 0989", "dagaz": "0009 8089 0089 8009",
    "naudiz": "4049 2264", "hagalaz": "0009 8089 0386", "ehwaz": "0900448089",
    "mi": "1062 1456 1879", "te": "1070 0484 ~444609", "mu of kana": "~400818 1878 5589",
    "ayin": "~003659 ~6044", "lam": "~606869491908", "tilde": "~0442354673",
}  # fmt: skip
EVALUATION = {
    "alpha": "~84573916134357 5789", "gamma": "~033469491949664",
    "delta": "0940 4089 8909", "theta": "~4010050949898540 0585", "lambda": "1049 3308",
    "xi": "0070 1555 0979", "pi": "0070 1019 6069", "sigma": "7000450979", "phi": "~4213165777644442 4049",
    "psi": "~000444748480 4049", "omega": "0929 ~291503306083695969 5989", "mu": "0309 ~030757 5357",
    "zhe": "4049 0044 8044 4409 4489", "ya": "6069 ~6030123555 3509", "i-kratkoye": "0009 0960 6069",
    "yu": "0009 0434 ~5332365976735332", "sha": "0009 4049 8089 0989",
    "shch": "000979 3039 7079 7989",
    "bet": "~0070738089 0989", "tav": "0070 7079 ~101729 2909", "mem": "0009 ~0052718689 8959",
    "ba": "~0206488682 4949", "kaf": "8089 8909 ~5434354547 4725", "sin": "~82858665636668462624263808",
    "ka of Nagari": "0090 5059 ~5424153646 ~54748577", "ta of Nagari": "0090 7079 ~7434163747",
    "ma of Nagari": "0090 7079 2026 ~2606172826 2676", "ga of Nagari": "0090 7079 2027 ~27180706",
    "an of Georgian": "~0344848879582805", "ko kai": "0904 ~0430708489 0435",
}  # fmt: skip
SYMBOLS = {
    "arrow right": "0585 5285 5885", "arrow up": "4940 1340 4073", "plus": "4149 0585", "star": "2940690489 8929",
    "check": "053884", "hash": "2019 6059 0373 0676", "house": "0409 0989 8984 0440 4084",
    "heart": "~4925023020424142 ~4262728285694949", "smiley": "~4010044989864140 3333 6363 ~26385866",
    "note": "~38171939484838 4841 4173", "triangle": "4089 8909 0940", "square": "0080 8089 8909 0900",
    "lightning": "60254429", "ampersand": "~89232050544207294985", "at": "~645366576744104989",
    "euro": "~81301638398978 0464 0665", "dollar": "~80412345697649281 5059".replace("281 ", "28 "),
    "percent": "8009 ~2021131425242320 ~6666686979886", "asterisk": "4048 0783 0387", "equals": "0373 0676",
    "spiral": "~45354456654325163869877430", "cloud": "~18052332306184768818", "tree": "4049 4410 4480 4620",
    "envelope": "0288 8208 0282 0888 0208", "flag": "0009 0083 8305", "cup": "0029 2969 6980 0080",
    "fish": "~0525306384 ~0527588582 8488", "wave": "~0515345575855",
    "infinity": "~45230527458367858345",
}  # fmt: skip


def character(notation: str, turn: str = "") -> Glyph:
    """The strokes of a character, in [0, 1] or near it; turn: one of the letters in TURNS, or none."""
    glyph = []
    for stroke in notation.split():
        pairs = stroke.lstrip("~")
        points = [(int(x) / 9, int(y) / 9) for x, y in zip(pairs[::2], pairs[1::2])]
        smooth = stroke.startswith("~")
        glyph.append(curve(*points) if smooth else np.array(points))
    return [stroke @ _MATRICES[turn] for stroke in glyph]


# Of a point (x, y) as a row, y down.
_MATRICES = {
    "": np.eye(2),
    "l": np.array([(0, -1), (1, 0)]),
    "r": np.array([(0, 1), (-1, 0)]),
    "h": np.diag([-1, -1]),
    "m": np.diag([-1, 1]),
    "f": np.diag([1, -1]),
}
