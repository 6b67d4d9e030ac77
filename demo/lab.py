"""What the page's third tab calls: an experiment on a drawing and the network that reads it."""

from __future__ import annotations

import base64
import importlib
from typing import Any

import numpy as np
from torch import Tensor

from demo.digit import subject
from demo.experiments import EXPERIMENTS
from demo.experiments.subject import Subject
from demo.networks import chosen, limit_of
from demo.queues import TRIALS
from demo.wire import RequestError, fields_of, refusal, whole

_RUN = {name: importlib.import_module(f"demo.experiments.{name}.{name}").run for name in EXPERIMENTS}


async def experiment(request: Any) -> dict[str, Any]:
    """Do an experiment.

    request: as for `digit.see` what it is done on, "ink" or "picture", "network" and "sequence"; "experiment": its
    name; "settings": what its card is set to. Returns the sequence and what the experiment's `run` returns, arrays as
    `packed` has them, or {"sequence", "error"}.
    """
    sequence = None
    try:
        fields = fields_of(request)
        sequence = whole(fields.get("sequence", 0), "sequence")
        name, settings = fields.get("experiment"), fields.get("settings", {})
        if not isinstance(name, str) or name not in _RUN:
            raise RequestError(f"experiment must be one of {', '.join(_RUN)}.")
        if not isinstance(settings, dict):
            raise RequestError("settings must be an object.")
        model = chosen(fields)
        prepared, traced = await subject(fields, model)
        ink = None if fields.get("picture") is not None else fields.get("ink")
        about = Subject(model, prepared.picture, ink, traced, limit_of(fields) is None)
        if not about.traced.logits.isfinite().all():
            raise RequestError("The numbers of this network grow beyond all bounds on this drawing.")
        return {"sequence": sequence, **await TRIALS.run(_done, name, about, settings)}
    except Exception as error:
        return {"sequence": sequence, **refusal(error)}


def _done(name: str, about: Subject, settings: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = packed(_RUN[name](about, settings))
    return found


def packed(value: Any) -> Any:
    """An answer as it is sent: each array or tensor as {"shape", "numbers": little-endian float32, base64}."""
    if isinstance(value, Tensor):
        value = value.detach().numpy()
    if isinstance(value, np.ndarray):
        numbers = base64.b64encode(value.astype("<f4").tobytes())
        return {"shape": list(value.shape), "numbers": numbers.decode("ascii")}
    if isinstance(value, dict):
        return {name: packed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [packed(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value
