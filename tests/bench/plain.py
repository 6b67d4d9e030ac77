"""The plain Gradio digit demo that tests.bench.live compares with: the same network behind stock components."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import gradio as gr
import numpy as np
import torch
from PIL import Image, ImageOps

import lenet


def read(drawing: dict) -> tuple[dict[str, float], list[np.ndarray]]:
    """Shrink the drawing to 28x28, read it, and show the maps of C1 and C3."""
    ink = Image.fromarray(drawing["composite"]).getchannel("A")
    box = ink.getbbox() or (0, 0, *ink.size)
    small = ImageOps.pad(ink.crop(box), (20, 20))
    picture = np.asarray(ImageOps.expand(small, 4), np.float32) / 255
    with torch.inference_mode():
        traced = lenet.load().trace(torch.from_numpy(picture)[None, None])
    probabilities = torch.softmax(traced.logits[0], 0).tolist()
    maps = [m.numpy() for name in ("C1", "C3") for m in traced.output[name][0]]
    pictures = [np.kron(np.uint8(255 * m / max(m.max(), 1e-6)), np.ones((4, 4), np.uint8)) for m in maps]
    return {str(k): p for k, p in enumerate(probabilities)}, pictures


with gr.Blocks() as demo:
    pad = gr.Sketchpad(type="numpy", image_mode="RGBA", canvas_size=(300, 300), height=420)
    label = gr.Label(num_top_classes=10)
    gallery = gr.Gallery(columns=6)
    pad.change(read, pad, [label, gallery], api_name="read", show_progress="hidden")

if __name__ == "__main__":
    torch.set_num_threads(1)
    demo.launch(ssr_mode=False, run_history=False)
