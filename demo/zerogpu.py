"""ZeroGPU, the hardware that a free account on Hugging Face has, starts no Space without a function for its GPU.

The network here takes a millisecond of any processor, so this one is never called.
"""

from __future__ import annotations

import contextlib
import os

if os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true"):
    with contextlib.suppress(ImportError):
        import spaces  # type: ignore[import-untyped]

        @spaces.GPU
        def unneeded() -> None:
            """What ZeroGPU looks for when the Space starts."""
