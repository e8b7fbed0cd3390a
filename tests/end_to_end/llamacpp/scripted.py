"""A model that always says the same: llama.cpp is real, only the model is not clever.

Asked anything it greets, asked to "think" it reasons first, asked for something "long" it goes on until its
context is full.

Attention and feed-forward are zero, so the next token depends on the last one alone: a table. Each token is
a row of random signs; the output row of its successor is the same signs, so that they meet at full strength
and everything else cancels out.
"""

import random
import struct
from pathlib import Path

from tests.end_to_end.llamacpp.gguf import Setting, Tensor, write_gguf

PLAIN = "Hello from a **scripted** model.\n\n```python\nprint('hi')\n```\n\n- one\n- two\n"
THOUGHT = "Let me think about it."
THOUGHTFUL = "The answer is 42."
LONG = "".join(f" word{number}" for number in range(1200))

_WIDTH = 128
_HEADS = 4
_HEAD = _WIDTH // _HEADS
_LAYERS = 12  # one would do; more of them slow it down to the pace of a real model
_CONTEXT = 16384
_FEED_FORWARD = 32
_NORMAL, _UNKNOWN, _CONTROL, _USER_DEFINED, _BYTE = 1, 2, 3, 4, 6

# What is asked decides which chain is entered. The reasoning's marks stand here, in the place where llama.cpp
# looks for them, so that it tells reasoning from answer.
_TEMPLATE = """\
{%- set ns = namespace(last='') -%}
{%- for m in messages -%}
{%- if m.role == 'assistant' -%}
{{- '<|plain|>' -}}
{%- if m.reasoning_content -%}{{- '<think>\\n' + m.reasoning_content + '\\n</think>\\n\\n' -}}{%- endif -%}
{{- m.content -}}{{- eos_token -}}
{%- else -%}
{{- '<|said|>' + m.content -}}{%- set ns.last = m.content -%}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
{%- if 'think' in ns.last -%}{{- '<|think|>' -}}
{%- elif 'long' in ns.last -%}{{- '<|long|>' -}}
{%- else -%}{{- '<|plain|>' -}}{%- endif -%}
{%- endif -%}"""


class _Vocabulary:
    """The tokens, and which comes after which."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.types: list[int] = []
        self.next: dict[int, int] = {}

    def add(self, token: str, kind: int = _NORMAL) -> int:
        self.tokens.append(token)
        self.types.append(kind)
        return len(self.tokens) - 1

    def chain(self, pieces: list[int], end: int) -> None:
        for place, after in zip(pieces, [*pieces[1:], end], strict=True):
            self.next[place] = after


def write_scripted_model(path: Path) -> None:
    """Write the model file: about 4 MB."""
    words = _Vocabulary()
    words.add("<unk>", _UNKNOWN)
    begin, end = words.add("<s>", _CONTROL), words.add("</s>", _CONTROL)
    for byte in range(256):
        words.add(f"<0x{byte:02X}>", _BYTE)
    words.add("<|said|>", _CONTROL)
    plain, think, long = (words.add(f"<|{name}|>", _CONTROL) for name in ("plain", "think", "long"))
    opened, closed = (words.add(mark, _USER_DEFINED) for mark in ("<think>", "</think>"))

    words.chain([plain, *_spoken(words, PLAIN)], end)
    words.chain([think, opened, *_spoken(words, f"\n{THOUGHT}\n"), closed], end)
    words.chain([closed, *_spoken(words, f"\n\n{THOUGHTFUL}")], end)
    endless = _spoken(words, LONG)
    words.chain([long, *endless], endless[0])
    write_gguf(path, _settings(words, begin, end), _tensors(words))


def _spoken(words: _Vocabulary, text: str) -> list[int]:
    """The text as tokens of its own, a word each with the blank before it."""
    pieces = text.replace(" ", "\0 ").split("\0")
    return [words.add(piece.replace(" ", "▁")) for piece in pieces if piece]


def _settings(words: _Vocabulary, begin: int, end: int) -> dict[str, Setting]:
    return {
        "general.architecture": "llama",
        "general.name": "scripted",
        "llama.context_length": _CONTEXT,
        "llama.embedding_length": _WIDTH,
        "llama.block_count": _LAYERS,
        "llama.feed_forward_length": _FEED_FORWARD,
        "llama.attention.head_count": _HEADS,
        "llama.attention.head_count_kv": 1,
        "llama.rope.dimension_count": _HEAD,
        "llama.attention.layer_norm_rms_epsilon": 1e-6,
        "llama.vocab_size": len(words.tokens),
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": words.tokens,
        "tokenizer.ggml.scores": [0.0] * len(words.tokens),
        "tokenizer.ggml.token_type": words.types,
        "tokenizer.ggml.unknown_token_id": 0,
        "tokenizer.ggml.bos_token_id": begin,
        "tokenizer.ggml.eos_token_id": end,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_space_prefix": False,
        "tokenizer.chat_template": _TEMPLATE,
    }


def _tensors(words: _Vocabulary) -> dict[str, Tensor]:
    dice = random.Random(0)
    signs = [[dice.choice((1.0, -1.0)) for _ in range(_WIDTH)] for _ in words.tokens]
    output = [[0.0] * _WIDTH for _ in words.tokens]
    for token, after in words.next.items():
        output[after] = [old + new for old, new in zip(output[after], signs[token], strict=True)]

    def zero(rows: int, columns: int) -> Tensor:
        return Tensor((rows, columns), bytes(2 * rows * columns), "f16")

    size = (len(words.tokens), _WIDTH)
    ones = Tensor((_WIDTH,), _packed([1.0] * _WIDTH))
    tensors = {
        "token_embd.weight": Tensor(size, b"".join(map(_packed, signs))),
        "output.weight": Tensor(size, b"".join(map(_packed, output))),
        "output_norm.weight": ones,
    }
    for layer in range(_LAYERS):
        tensors |= {
            f"blk.{layer}.attn_norm.weight": ones,
            f"blk.{layer}.attn_q.weight": zero(_WIDTH, _WIDTH),
            f"blk.{layer}.attn_k.weight": zero(_HEAD, _WIDTH),
            f"blk.{layer}.attn_v.weight": zero(_HEAD, _WIDTH),
            f"blk.{layer}.attn_output.weight": zero(_WIDTH, _WIDTH),
            f"blk.{layer}.ffn_norm.weight": ones,
            f"blk.{layer}.ffn_gate.weight": zero(_FEED_FORWARD, _WIDTH),
            f"blk.{layer}.ffn_up.weight": zero(_FEED_FORWARD, _WIDTH),
            f"blk.{layer}.ffn_down.weight": zero(_WIDTH, _FEED_FORWARD),
        }
    return tensors


def _packed(numbers: list[float]) -> bytes:
    return struct.pack(f"<{len(numbers)}f", *numbers)
