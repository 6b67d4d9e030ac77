"""Fixtures that several tests of the page share."""

import fastapi
import gradio as gr
import pytest
from starlette.testclient import TestClient

from demo import app
from demo.gate import gate


@pytest.fixture(scope="module")
def client():
    """The page mounted in an app of somebody else's, below a path."""
    parent = fastapi.FastAPI()
    gr.mount_gradio_app(parent, app.demo, path="/lenet", app_kwargs=gate(app.demo))
    with TestClient(parent, base_url="http://127.0.0.1/lenet/") as client:
        yield client
