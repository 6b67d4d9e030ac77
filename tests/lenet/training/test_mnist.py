"""The MNIST files: real ones, damaged ones, and a mirror on this machine."""

import gzip
import hashlib
import struct
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from lenet.training import mnist as data
from lenet.training.mnist import DataError, read_idx


def idx(array: np.ndarray) -> bytes:
    return b"\0\0\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


SMALL = {
    "train-images-idx3-ubyte": idx(np.arange(3 * 784, dtype=np.uint8).reshape(3, 28, 28)),
    "train-labels-idx1-ubyte": idx(np.array([5, 0, 4], np.uint8)),
    "t10k-images-idx3-ubyte": idx(np.zeros((2, 28, 28), np.uint8)),
    "t10k-labels-idx1-ubyte": idx(np.array([7, 2], np.uint8)),
}


@pytest.fixture
def small(monkeypatch):
    """Four small files stand for MNIST's, with their own sums."""
    monkeypatch.setattr(data, "SHA256", {name: hashlib.sha256(c).hexdigest() for name, c in SMALL.items()})
    packed = {f"{name}.gz": hashlib.sha256(gzip.compress(c, mtime=0)).hexdigest() for name, c in SMALL.items()}
    monkeypatch.setattr(data, "DOWNLOADS", packed)


@pytest.fixture
def mirror(tmp_path):
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name, content in SMALL.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, (f"http://127.0.0.1:{server.server_port}/",)
    server.shutdown()
    server.server_close()


def test_real_mnist(mnist_folder):
    test = data.mnist("test", mnist_folder)
    assert test.images.shape == (10_000, 28, 28)
    assert np.bincount(test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_plain_and_gzipped_files_are_read(small, tmp_path):
    for i, (name, content) in enumerate(SMALL.items()):
        if i % 2:
            (tmp_path / name).write_bytes(content)
        else:
            (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
    assert data.mnist("train", tmp_path).labels.tolist() == [5, 0, 4]
    assert data.mnist("train", tmp_path).images[2, 0, 0] == 2 * 784 % 256


def test_missing_folder_says_what_to_do(tmp_path):
    with pytest.raises(DataError, match="--mnist"):
        data.mnist("test", tmp_path / "nowhere")


def test_damaged_file_is_refused(small, tmp_path):
    for name, content in SMALL.items():
        (tmp_path / name).write_bytes(content[:-1] + b"\xff")
    with pytest.raises(DataError, match="damaged"):
        data.mnist("train", tmp_path)


def test_cut_gzip_is_refused(small, tmp_path):
    for name, content in SMALL.items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content)[:20])
    with pytest.raises(DataError):
        data.mnist("train", tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\x08", b"\0\0\x08\x03\0\0", b"\x1f\x8b\x08\0junk", idx(np.zeros((2, 3), np.uint8))[:-1],
     idx(np.zeros((2, 3), np.uint8)) + b"\0", b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0", b"\0\0\x08\x01\xff\xff\xff\xff"],
)  # fmt: skip
def test_what_is_no_idx_file_is_refused(content):
    with pytest.raises(DataError):
        read_idx(content)


def test_download_checks_and_keeps(small, mirror, tmp_path):
    folder, urls = mirror
    kept = data.download(tmp_path / "cache", urls)
    assert {path.name for path in kept.iterdir()} == set(data.DOWNLOADS)
    assert data.mnist("train", kept).labels.tolist() == [5, 0, 4]
    for path in folder.iterdir():  # the second time nothing is fetched
        path.unlink()
    assert data.download(tmp_path / "cache", urls) == kept


def test_download_goes_on_to_the_next_mirror_and_refuses_wrong_content(small, mirror, tmp_path):
    folder, urls = mirror
    dead = "http://127.0.0.1:9/"
    assert data.download(tmp_path / "cache", (dead, *urls)).is_dir()
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"something else"))
    with pytest.raises(DataError, match=r"t10k-labels.*--mnist.*invalid hash"):
        data.download(tmp_path / "other", urls)
    assert not (tmp_path / "other" / "t10k-labels-idx1-ubyte.gz").exists()
