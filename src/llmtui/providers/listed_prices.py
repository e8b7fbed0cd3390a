"""What a model list says a model costs."""

from collections.abc import Mapping

from llmtui.providers.nested import list_at, value_at
from llmtui.providers.payload import amount_in, text_in

_PER_MILLION = 1_000_000


def prices_of(item: Mapping[str, object]) -> tuple[float | None, float | None, float | None, float | None]:
    """US dollars per million tokens: read, made, read from the cache, written to it."""
    for place in ("pricing", "model_spec.pricing"):
        pricing = value_at(item, place)
        if isinstance(pricing, dict):
            return _priced(pricing)
    asked = (host.get("pricing") for host in hosts_of(item))
    offers = {_priced(pricing) for pricing in asked if isinstance(pricing, dict)}
    # Where a router's hosts ask different prices nobody knows which one it will be.
    return offers.pop() if len(offers) == 1 else (None, None, None, None)


def _priced(pricing: Mapping[str, object]) -> tuple[float | None, float | None, float | None, float | None]:
    def price(*names: str) -> float | None:
        said = next((pricing[name] for name in names if pricing.get(name) is not None), None)
        if isinstance(said, dict):
            said = said.get("usd")
        amount = amount_in(said)
        if amount is None:
            # OpenRouter says -1 where it depends.
            return None
        # A text is dollars per token (OpenRouter, Groq, Vercel), a number per million (Together, Venice …).
        return round(amount * _PER_MILLION, 6) if isinstance(said, str) else amount

    return (
        price("prompt", "input", "input_per_token"),
        price("completion", "output", "output_per_token"),
        price("input_cache_read", "cache_read", "cache_input", "cached_input", "cache_read_per_token"),
        price("input_cache_write", "cache_write", "cache_write_per_token"),
    )


def hosts_of(item: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Who serves the model behind a router (Hugging Face), as far as they are up."""
    hosts = [host for host in list_at(item, "providers") if isinstance(host, dict)]
    return [host for host in hosts if text_in(host.get("status")) in ("", "live")]
