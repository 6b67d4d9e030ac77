"""Networks that visitors bring: opened, kept in memory for a while, known to nobody but who brought them.

A network is known by a sum over its file and a secret of the page that brought it, and by the number of the way it is
run. A copy that does not know it says so, and the page brings it again.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from demo.follow import Followed
from demo.queues import FOLLOWING, NETWORKS
from demo.wire import RequestError, UnknownNetwork, fields_of, refusal
from lenet import moments
from lenet.architecture import Architecture, Layer
from lenet.ledger import ledger
from lenet.model import STANDARD, Traceable
from lenet.weights import NAMES, OTHERS, card, load

if TYPE_CHECKING:
    from lenet.own.conventions import Candidate, Own

MOMENTS = "moments"
_MOMENT = re.compile(r"moment-([0-9]{1,2})")
PUBLISHED = {name: title for name, title in OTHERS.items() if name in NAMES}
if moments.FILE.is_file():
    PUBLISHED[MOMENTS] = "LeNet-5 while it learns"
_TELLING = 50  # digits that a way must have been tried on, or how many of them it reads is not told
_WAY = 6_000  # bytes of a way to run a network, and of that network without its weights
_MOST_KEPT = 64_000_000  # bytes of all networks
_SECRET = re.compile(r"[0-9a-f]{32}")
_REFERENCE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,4})")
FORGOTTEN = "The server does not know this network any more; open its file again."
_NO_FILE = "file must be a file of weights in base64, and secret 32 hexadecimal digits."


class Kept:
    """The networks that were used last, as many as there is room for."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self.most, self.held = most, 0
        self.by_sum: OrderedDict[str, Own] = OrderedDict()
        self.lock = threading.Lock()

    def put(self, sum_: str, own: Own) -> None:
        """Keep it, and let go what was used longest ago."""
        with self.lock:
            if sum_ not in self.by_sum:
                self.by_sum[sum_] = own
                self.held += size_of(own)
            while self.held > self.most:
                self.held -= size_of(self.by_sum.popitem(last=False)[1])

    def get(self, sum_: str) -> Own:
        """Raises UnknownNetwork where it is not kept."""
        with self.lock:
            if sum_ not in self.by_sum:
                raise UnknownNetwork(FORGOTTEN)
            self.by_sum.move_to_end(sum_)
            return self.by_sum[sum_]


def size_of(own: Own) -> int:
    """Bytes of its weights, and of what is known of each way to run them."""
    weights = sum(each.nbytes for pair in own.weights for each in pair if each is not None)
    return weights + _WAY * len(own.candidates)


_KEPT = Kept()
followed: list[Followed] = []  # one, where the page is started with a file


async def network(request: Any) -> dict[str, Any]:
    """Open a network. request: {"file": of weights, base64, "secret": of the page, "labels": of the outputs if any};
    {"network": reference}; or {"followed": the sum of what the page shows of the file that is followed, or ""}.

    Returns what `described` does, with "network": its reference, and "ways": of each way to run it, the best first,
    its reference, what it is called and what part of the digits it reads. Of the file that is followed also "saved":
    how often, or {} where the page has it. Or {"error"}.
    """
    try:
        fields = fields_of(request)
        if "followed" in fields:
            return await FOLLOWING.run(_news, fields["followed"])
        if "file" in fields:
            return await NETWORKS.run(_opened, fields)
        if isinstance(fields.get("network"), str) and fields["network"] in PUBLISHED:
            return published(fields["network"])
        sum_, way = _reference(fields.get("network"))
        return _told(sum_, _KEPT.get(sum_), way)
    except Exception as error:
        return refusal(error)


def _opened(fields: dict[str, Any]) -> dict[str, Any]:
    from lenet.own.conventions import open_network  # most visitors bring none
    from lenet.own.labels import labels_in

    file, secret, labels = fields["file"], fields.get("secret"), labels_in(fields)
    if not isinstance(file, str) or not isinstance(secret, str) or not _SECRET.fullmatch(secret):
        raise RequestError(_NO_FILE)
    try:
        content = base64.b64decode(file, validate=True)
    except ValueError as error:
        raise RequestError(_NO_FILE) from error
    sum_ = hashlib.sha256(secret.encode() + "\0".join(labels or ()).encode() + content).hexdigest()[:32]
    try:
        own = _KEPT.get(sum_)
    except UnknownNetwork:
        own = open_network(content, labels)
        _KEPT.put(sum_, own)
    return _told(sum_, own, own.candidates[0].number)


def _news(known: Any) -> dict[str, Any]:
    if not followed:
        raise RequestError("No file is followed here; start the page with --network FILE.")
    sum_, own = followed[0].look()
    _KEPT.put(sum_, own)  # whatever was let go
    if sum_ == known:
        return {}
    return {**_told(sum_, own, own.candidates[0].number), "saved": followed[0].saved}


def _told(sum_: str, own: Own, number: int) -> dict[str, Any]:
    way = _way(own, number).architecture
    ways = [
        {
            "network": f"{sum_}.{each.number}",
            "called": _called(each.architecture, way),
            "reads": each.accuracy if each.tried >= _TELLING else None,
        }
        for each in own.candidates
    ]
    return {"network": f"{sum_}.{number}", **described(way, own.labels), "ways": ways}


def _called(way: Architecture, other: Architecture) -> str:
    """A way to run a network in words. Where the layers lie otherwise than in another way, their sizes are told."""
    words = f"{way.activation}, {way.pooling}, pixels {way.scaling}"
    if way.convolutions == other.convolutions:
        return words
    sizes = ", ".join(f"{each.name} {each.height}×{each.width}" for each in way.layers[1:] if each.height > 1)
    return f"{words}, {sizes}"


def _way(own: Own, number: int) -> Candidate:
    found = next((each for each in own.candidates if each.number == number), None)
    if found is None:
        raise RequestError("This network cannot be run so; choose one of its ways.")
    return found


def _reference(value: Any) -> tuple[str, int]:
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise RequestError("network must be what the server called it when its file was opened.")
    return found[1], int(found[2])


def chosen(fields: dict[str, Any]) -> Traceable:
    """The network that a request names, or the bundled one. Raises UnknownNetwork, or RequestError."""
    value = fields.get("network")
    if value is None:
        return load()
    if isinstance(value, str) and value in PUBLISHED and value != MOMENTS:
        return load(value)
    if (moment := _moment(value)) is not None:
        return moments.networks()[moment]
    sum_, number = _reference(value)
    own = _KEPT.get(sum_)
    return own.run_as(_way(own, number).architecture)


def _moment(value: Any) -> int | None:
    """The number of the moment that a reference names, if it does."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) and MOMENTS in PUBLISHED else None
    return int(found[1]) if found and int(found[1]) < len(moments.networks()) else None


def limit_of(fields: dict[str, Any]) -> float | None:
    """The score under which it is no digit for the network that a request names. None: the bundled network's; of the
    others just that one at its last moment was ever told what is no digit."""
    value = fields.get("network")
    moment = _moment(value)
    is_shipped = moment is not None and moment == len(moments.networks()) - 1
    return None if value is None or is_shipped else -math.inf


def is_own(value: Any) -> bool:
    """Whether a reference is that of a network which a visitor brought."""
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def published(name: str) -> dict[str, Any]:
    """A bundled network besides the standard one, as the page takes it, with its test error from its card."""
    if name == MOMENTS:
        curves = moments.curves()
        newest = f"moment-{len(curves['batches']) - 1}"
        return {"network": newest, "name": PUBLISHED[name], "moments": curves, **described()}
    error = card(name)["measured"]["mnist"]["test_error_percent"]
    return {"network": name, "name": PUBLISHED[name], "testError": error, **described(load(name).architecture)}


def described(way: Architecture = STANDARD, labels: tuple[str, ...] | None = None) -> dict[str, Any]:
    """A network as the page takes it: its layers, its ledger, how it is run. labels: of the output, if no digits."""
    layers = [_layer(each) for each in way.layers]
    if labels:
        layers[-1]["labels"] = labels
    return {
        "layers": layers,
        "ledger": ledger(way.layers),
        "activation": way.activation,
        "pooling": way.pooling,
        "scaling": way.scaling,
        "output": way.output,
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "kind": layer.kind,
        "maps": layer.maps,
        "height": layer.height,
        "width": layer.width,
        "kernel": layer.kernel,
        "stride": layer.stride,
        "padding": layer.padding,
        "parameters": layer.parameters,
        "multiplyAdds": layer.multiply_adds,
        **({"reads": layer.reads} if layer.reads else {}),
    }
