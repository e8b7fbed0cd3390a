"""What a real llama.cpp says of its model, and what the doctor says of it."""

import json

from tests.end_to_end.home import Home


def test_the_size_is_the_one_that_is_served(home: Home, llama_server: str) -> None:
    home.configure(f'[providers.llamacpp]\nbase_url = "{llama_server}/v1"\n')
    listed = json.loads(home.run("models", "--json").stdout)
    (model,) = [facts for facts in listed if facts["provider"] == "llamacpp"]
    assert model["context"]
    # These two only its /props tell.
    assert model["images"] is False
    assert isinstance(model["tools"], bool)


def test_the_doctor_finds_it_well(home: Home, llama_server: str) -> None:
    home.configure(f'[providers.llamacpp]\nbase_url = "{llama_server}/v1"\n')
    ended = home.run("doctor", "llamacpp")
    assert ended.returncode == 0, ended.stdout
    assert "1 model in" in ended.stdout
