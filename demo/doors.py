"""The addresses that are open, and why. Gradio has some eighty more, for things that this page does not do."""

from __future__ import annotations

import re
from dataclasses import dataclass

ENDPOINTS = ("recognize", "activations", "scan")  # what scripts may call

_ANY = f"(?:{'|'.join(ENDPOINTS)})"
_NAME = "[A-Za-z0-9_-]{1,100}"  # of an event or a session
_FILE = r"(?:[\w-]+/)*[\w-]+(?:\.[\w-]+)*"  # no name begins with a dot, so no way leads up


@dataclass(frozen=True)
class Door:
    """One open address. public: scripts on other sites may read what it answers."""

    method: str
    path: str  # a regular expression for all of it
    why: str
    public: bool = False


DOORS = (
    Door("GET", "/", "the page"),
    Door("GET", rf"/(?:assets|static|svelte)/{_FILE}", "Gradio's scripts, styles and fonts"),
    Door("GET", r"/(?:gradio_api/)?theme\.css", "Gradio's colours"),
    Door("GET", r"/(?:favicon\.ico|robots\.txt|manifest\.json)", "what browsers ask a site for"),
    Door("GET", rf"/gradio_api/file=demo/(?:static|experiments)/{_FILE}", "the page's own scripts and pictures"),
    Door("POST", r"/gradio_api/live/(?:see|scan|experiment)", "what the page asks while one draws"),
    Door(
        "POST", r"/gradio_api/component_server/?", "what else the page asks, and the same where a proxy opens no more"
    ),
    Door("GET", r"/config/?", "clients find the endpoints here", True),
    Door("GET", r"/gradio_api/info/?", "clients and the page's list of endpoints read how to call them", True),
    Door("GET", r"/gradio_api/openapi\.json", "the same, for other tools", True),
    Door("POST", rf"/gradio_api/(?:run|api)/{_ANY}/?", "an endpoint, answered at once", True),
    Door("POST", rf"/gradio_api/call/(?:v2/)?{_ANY}/?", "an endpoint, by way of the queue", True),
    Door("GET", rf"/gradio_api/call/(?:v2/)?{_ANY}/{_NAME}", "its answer", True),
    Door("POST", r"/gradio_api/queue/join/?", "an endpoint, as Gradio's clients call it", True),
    Door("GET", r"/gradio_api/queue/data", "its answer", True),
    Door("GET", rf"/gradio_api/heartbeat/{_NAME}", "Gradio's clients keep it open", True),
    Door("GET", r"/gradio_api/app_id/?", "Gradio's clients ask whether the page was started anew", True),
    Door("GET", r"/gradio_api/startup-events/?", "Gradio asks itself when it starts"),
)
_OPEN = [(door, re.compile(door.path)) for door in DOORS]


def door_of(method: str, path: str) -> Door | None:
    """The door that a request comes to, if it is open. HEAD is as GET; OPTIONS finds public doors alone."""
    for door, pattern in _OPEN:
        if pattern.fullmatch(path):
            if method in (door.method, "HEAD" if door.method == "GET" else None):
                return door
            if method == "OPTIONS" and door.public:
                return door
    return None
