"""Writes GGUF, the file format of llama.cpp's models: a header, typed settings, tensors."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_VERSION = 3
_ALIGNMENT = 32
_UINT32, _INT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9
_TENSOR_TYPES = {"f32": 0, "f16": 1}

Setting = bool | int | float | str | Sequence[str] | Sequence[int] | Sequence[float]


@dataclass(frozen=True)
class Tensor:
    """`shape` is (rows, columns) or (columns,); `data` is little-endian, row by row."""

    shape: tuple[int, ...]
    data: bytes
    type: Literal["f32", "f16"] = "f32"


def write_gguf(path: Path, settings: Mapping[str, Setting], tensors: Mapping[str, Tensor]) -> None:
    """Write a model file."""
    header = b"GGUF" + struct.pack("<IQQ", _VERSION, len(tensors), len(settings))
    header += b"".join(_string(name) + _typed(value) for name, value in settings.items())
    data = b""
    for name, tensor in tensors.items():
        shape = tuple(reversed(tensor.shape))
        header += _string(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        header += struct.pack("<IQ", _TENSOR_TYPES[tensor.type], len(data))
        data += _padded(tensor.data)
    path.write_bytes(_padded(header) + data)


def _string(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def _typed(value: Setting) -> bytes:
    match value:
        case bool() | int() | float() | str():
            return struct.pack("<I", _type_of(value)) + _plain(value)
        case _:
            # llama.cpp wants whole numbers signed in arrays, and unsigned on their own.
            kind = _INT32 if isinstance(value[0], int) else _type_of(value[0])
            head = struct.pack("<IIQ", _ARRAY, kind, len(value))
            return head + b"".join(map(_plain, value))


def _type_of(value: float | str) -> int:
    match value:
        case bool():
            return _BOOL
        case int():
            return _UINT32
        case float():
            return _FLOAT32
        case str():
            return _STRING


def _plain(value: float | str) -> bytes:
    match value:
        case bool():
            return struct.pack("<?", value)
        case int():
            return struct.pack("<i", value)
        case float():
            return struct.pack("<f", value)
        case str():
            return _string(value)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGNMENT)
