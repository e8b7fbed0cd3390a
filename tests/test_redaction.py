"""Secrets are taken out of what is told, however they are written, and nothing else is."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.redaction import TAKEN_OUT, is_secret, learn, redacted, secrets_in, without

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/=:!*@"
SECRETS = st.text(LETTERS, min_size=6, max_size=60).filter(is_secret)
PLAIN = st.text(" .,éß漢\n", max_size=40)

WRITINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent": lambda secret: quote(secret, safe=""),
    "percent twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "json": json.dumps,
    "json in json": lambda secret: json.dumps(json.dumps({"a": secret})),
    "escaped": lambda secret: "".join(f"\\u{ord(letter):04x}" for letter in secret),
    "bytes escaped": lambda secret: "".join(f"\\x{ord(letter):02x}" for letter in secret),
    "octal": lambda secret: "".join(f"\\{ord(letter):03o}" for letter in secret),
    "braced": lambda secret: "".join(f"\\u{{{ord(letter):x}}}" for letter in secret),
    "long": lambda secret: "".join(f"\\U{ord(letter):08X}" for letter in secret),
    "unseen": "\u2066\ufeff\0".join,
    "slashes": lambda secret: secret.replace("/", "\\/"),
    "repr": repr,
    "bytes": lambda secret: repr(secret.encode()),
    "html": lambda secret: "".join(f"&#{ord(letter)};" for letter in secret),
    "spaced": " ".join,
    "lines": "\n".join,
    "crlf": "\r\n\t".join,
    "shell": lambda secret: "\\\n".join(secret),
    "pieces of code": lambda secret: "' '".join(secret),
    "framed": lambda secret: " │\n│ ".join(secret),
    "coloured": lambda secret: "\x1b[1;31m".join(secret),
}


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=WRITINGS)
@given(secret=SECRETS, before=PLAIN, after=PLAIN)
def test_a_known_secret_is_found_however_it_is_written(
    writing: Callable[[str], str], secret: str, before: str, after: str
) -> None:
    written = writing(secret)
    told = without(f"{before}{written}{after}", [secret])
    assert written not in told
    assert TAKEN_OUT in told
    # Nothing of it is left but what stood around its letters.
    letters = [letter for letter in told if letter in LETTERS]
    assert len(letters) <= (len(before) + len(after) + 12)


@given(secret=SECRETS, before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_a_known_secret_that_was_coded_is_found(secret: str, before: bytes, after: bytes) -> None:
    whole = before + secret.encode() + after
    for written in (whole.hex(), whole.hex().upper()):
        assert len(without(written, [secret])) == 2 * len(before + after) + 1
    for code in (b64encode, urlsafe_b64encode):
        told = without(code(whole).decode(), [secret])
        assert TAKEN_OUT in told
        # A letter on each side has bits of both.
        assert len(told) <= len(b64encode(before)) + len(b64encode(after)) + 5


@given(
    secret=SECRETS, cut=st.integers(1, 59), gap=st.sampled_from(["\n", "\n    ", '"\n"', "\\\n", " │\n│ "])
)
def test_a_known_secret_that_is_broken_over_lines_is_found(secret: str, cut: int, gap: str) -> None:
    cut = min(cut, len(secret) - 1)
    assert without(f"a {secret[:cut]}{gap}{secret[cut:]} z", [secret]) == f"a {TAKEN_OUT} z"


@given(text=st.text(max_size=300), secrets=st.lists(SECRETS, max_size=3))
def test_taking_secrets_out_never_fails_and_no_known_one_is_left(text: str, secrets: list[str]) -> None:
    told = without("".join((text, *secrets, text)), secrets)
    assert not any(secret in told for secret in secrets if TAKEN_OUT not in secret)


@given(words=st.lists(st.from_regex(r"\A[a-z]{1,12}[.,:]?\Z"), max_size=30))
def test_plain_words_stay_as_they_are(words: list[str]) -> None:
    text = " ".join(words)
    assert without(text, ["sk-canary-of-somebody"]) == text


BEGINNINGS = st.sampled_from(["sk-", "sk-proj-", "sk_", "hf_", "gsk_", "pk_", "ghp_", "glpat-", "xai-"])
NAMES = st.sampled_from(["api_key", "X-Api-Key", "apikey", "Authorization", "client_secret", "password"])
WORD = st.from_regex(r"\A[a-z]{3,12}\Z")
KEY = st.text("abcdefghijklmnopqrstuvwxyz", min_size=8, max_size=60).flatmap(
    lambda letters: st.integers(0, min(len(letters), 60)).map(lambda at: f"{letters[:at]}7{letters[at:]}")
)


@given(beginning=BEGINNINGS, words=st.lists(WORD, min_size=1, max_size=5))
def test_what_begins_as_a_key_and_goes_on_in_words_explains_a_failure(
    beginning: str, words: list[str]
) -> None:
    text = f"in {beginning}{'_'.join(words)} went wrong"
    assert without(text, []) == text


@given(name=NAMES, between=st.sampled_from([": ", " = ", ":"]), word=WORD)
def test_a_word_behind_the_name_of_a_key_explains_a_failure(name: str, between: str, word: str) -> None:
    text = f"{name}{between}{word} (400)"
    assert without(text, []) == text


@given(beginning=BEGINNINGS, name=NAMES, between=st.sampled_from([": ", " = ", "=", ": Bearer "]), key=KEY)
def test_what_is_no_word_is_taken_out_behind_the_beginning_or_the_name_of_a_key(
    beginning: str, name: str, between: str, key: str
) -> None:
    assert key not in without(f"in {beginning}{key} it", [])
    assert without(f"{name}{between}{key}, sorry", []) == f"{name}{between}{TAKEN_OUT}, sorry"


@given(name=NAMES, word=st.from_regex(r"\A[a-z]{6,12}\Z"))
def test_a_word_that_is_a_value_is_taken_out(name: str, word: str) -> None:
    for value in ('{{"{}": "{}"}}', "{}='{}'", "/v1?{}={}", "/v1?a=b&{}={}&alt=sse", "{}={}&alt=sse"):
        assert without(value.format(name, word), []) == value.format(name, TAKEN_OUT)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no: sk-proj-Ab12Cd34Ef56", "no: …"),
        ("no: sk-ant-api03-Ab12Cd34Ef56, sorry", "no: …, sorry"),
        ("sk-or-v1-0123456789abcdef.", "…."),
        ("Incorrect API key provided: sk-abc1****wxyz.", "Incorrect API key provided: …."),
        ("gsk_Ab12Cd34Ef56Gh78 hf_Ab12Cd34Ef56 xai-Ab12Cd34Ef56", "… … …"),
        ("AIzaSyA1234567890abcdefghijklmnopqrstuv", "…"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer …"),
        ("a bearer 0123456789abcdef is refused", "a bearer … is refused"),
        ("proxy-authorization: Basic dXNlcjpwYXNz", "proxy-authorization: Basic …"),
        ('{"x-api-key": "whatever-it-is"}', '{"x-api-key": "…"}'),
        ("Headers({'x-goog-api-key': 'whatever-it-is'})", "Headers({'x-goog-api-key': '…'})"),
        ("GET https://x.example/v1?key=whatever&alt=sse", "GET https://x.example/v1?key=…&alt=sse"),
        ("https://me:word@x.example:8/v1", "https://…@x.example:8/v1"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", "…"),
        ("hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh", "…"),
        ("hf_abcdefghijklmnopqrstuvwxyzabcdefgh", "…"),
        ("glpat-aBcDeFgH_jKlMnOpQrSt", "…"),
        ("sk-abcd****wxyz", "…"),
        ("x-api-key: 0123456789", "x-api-key: …"),
        ("api_key=whateveritisthatislong", "api_key=…"),
        ("Authorization: token a1b2c3d4", "Authorization: token …"),
        ("Authorization: Bearer abcdefg", "Authorization: Bearer …"),
        ("client_secret=whatever&grant_type=x", "client_secret=…&grant_type=x"),
        ("/v1?apikey=whatever", "/v1?apikey=…"),
        ("password=hunter", "password=…"),
        ('{"password": "hunter"}', '{"password": "…"}'),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nz", "…\nz"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out_though_nobody_knows_it(text: str, told: str) -> None:
    assert without(text, []) == told


@pytest.mark.parametrize(
    "text",
    [
        "You can find your API key at https://platform.example.com/account/api-keys",
        "the key in GROQ_API_KEY was refused",
        "provide it in an Authorization header using Bearer auth",
        "basic information about task-management-systems",
        "max_tokens: 128000 is more than the model's 65536",
        "see https://x.example/@somebody and mail me@x.example",
        "Rate limit reached for gpt-4o-mini in organization on tokens per min (TPM): Limit 200000",
        "the model `claude-sonnet-4-20250514` does not exist",
        "model hf_hub_download failed",
        "hf_hub_download_with_some_progress is not installed",
        "pk_constraint_violated",
        "the sk-learn-based model",
        "Authorization: missing header",
        "Authorization: token missing",
        "Authorization: 401",
        "password: incorrect",
        "api_key=required",
        "x-api-key: required, but not found",
        "conversation 3f9a5b1c-0d2e-4f6a-8b7c-9d0e1f2a3b4c",
    ],
)
def test_what_providers_usually_say_stays_as_it_is(text: str) -> None:
    assert without(text, []) == text


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "sk-",
            "eyJ",
            "eyJaaaaaaa.",
            "://",
            "://a",
            "%25",
            "Bearer ",
            "bearer a",
            "api_key",
            "api_key=",
            "?key=",
        ),
        *("\\", "\\u", "&#", "\x1b[", "1;", " ", "a", "-----BEGIN PRIVATE KEY-----"),
    ],
)
def test_no_text_makes_it_go_over_the_same_letters_again(piece: str) -> None:
    # Whatever is not linear in these half a million letters does not end today.
    assert without(piece * (500_000 // len(piece)), ["sk-canary", "aaaaaaaaaab", "%25%26%27"]) is not None


def test_what_this_process_has_learned_is_taken_out_everywhere() -> None:
    learn(["canary of this test alone", "ollama", "short"])
    assert redacted("a canary of this\ntest alone, ollama, short") == "a …, ollama, short"


def test_the_environment_is_known_by_the_names_of_its_variables() -> None:
    environ = {
        "GROQ_API_KEY": " canary-1 ",
        "WORK_TOKEN": "canary-2",
        "OPENAI_BASE_URL": "https://me:canary-3@x.example/v1",
        "KEYBOARD": "de-latin1",
        "OPENAI_API_KEY": "ollama",
        "OLLAMA_HOST": " me:canary-4@box:11434",
        "BOX_BASE": "http://me:canary/5@box",
        "DEPLOY_HOST": "somebody@box.example",
        "MOTTO": "always:remember@home",
        "SEARCH_URL": "http://localhost:8080?next=a@b.example",
        "CONTACT_URL": "mailto:me@x.example",
    }
    assert secrets_in(environ) == {
        *("canary-1", "canary-2", "canary-3", "me:canary-3"),
        *("canary-4", "me:canary-4", "canary/5", "me:canary/5"),
    }
