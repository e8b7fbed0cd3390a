"""Asked as people ask, the right section of the manual comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.providers.guide import ENOUGH, read_manual
from llmtui.providers.retrieval import Index, sections
from llmtui.providers.synonyms import SYNONYMS
from llmtui.providers.words import stem

# A question, and the section that answers it; where several answer it as well, each of them.
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("What is llmtui?", "What llmtui is"),
    ("how do I add a provider?", "Add a provider"),
    ("Where do I put my API key?", "Set an API key"),
    (
        "which environment variable holds the groq key",
        "Environment variables for API keys",
        "Set an API key",
    ),
    ("how do I switch models", "Choose or switch the model"),
    ("How can I use Claude?", "Anthropic and Claude"),
    ("does it work with gemini", "Google and Gemini"),
    ("how do I use openrouter", "OpenRouter", "OpenRouter examples"),
    ("How do I connect to Ollama?", "Ollama"),
    ("my ollama runs on another machine", "Ollama", "A server on another port or machine"),
    ("can I use llama.cpp", "llama.cpp"),
    ("lm studio", "LM Studio"),
    ("how do I make a new line without sending", "Make a new line"),
    ("What are the keyboard shortcuts?", "All keys (keyboard shortcuts)"),
    ("which slash commands are there?", "All slash commands"),
    ("How do I stop a response?", "Stop an answer"),
    ("cancel generation", "Stop an answer"),
    ("how do I regenerate an answer", "/retry"),
    ("Where are my conversations stored?", "Where the history is kept", "Where things are kept"),
    ("how do I continue my last chat", "Resume an earlier conversation"),
    ("how do I delete a conversation", "Delete a conversation", "/delete and /undo"),
    ("I deleted a chat by accident, can I get it back?", "/delete and /undo", "Delete a conversation"),
    ("export my conversation to markdown", "Export a conversation", "/export"),
    ("how to import conversations from a file", "Import conversations"),
    ("how do I change the theme", "Change the theme"),
    ("can I have a light color scheme?", "Which themes there are", "Change the theme"),
    ("how do I write my own theme?", "Write a theme of your own"),
    ("set the system prompt", "/system"),
    ("how do I change the temperature", "/set: temperature and max_tokens"),
    ("What does the exit code of llmtui ask mean", "Exit codes"),
    ("how can I use it in a shell script?", "Ask from the shell"),
    ("get JSON output", "The JSON object", "OpenRouter in a script"),
    ("can I pipe a file into it", "Pipe a file into it (stdin)"),
    ("I get a 401 error", "401: the key was refused"),
    ("what does 429 mean", "429: too many requests"),
    ("it says connection refused", "Connection refused"),
    ("why was the answer truncated?", "The answer is truncated"),
    ("there are no models in the list", "No models in the list"),
    ("How much does an answer cost?", "What an answer costs"),
    ("what does the ≈ sign in front of the tokens mean", "Estimated and exact numbers"),
    ("how big is the context window", "The context gauge"),
    ("hide the thinking", "Fold or open reasoning", "Keep reasoning always open or always closed"),
    ("Is my data sent anywhere?", "What leaves your machine"),
    ("are my api keys safe", "Where your keys are"),
    (
        "How do I configure a custom OpenAI-compatible endpoint?",
        "Add a server of your own (custom provider)",
        "OpenAI",
        "A provider table",
    ),
    ("where is the config file", "The config file", "Where things are kept"),
    ("how do I rebind keys", "Give a command other keys (key bindings)", "Change a key binding"),
    ("how do I use the inference gateway?", "Use the gateway", "The Inference Gateway"),
    ("What is LLM_PROVIDER", "LLM_PROVIDER and LLM_MODEL"),
    ("how do I exit", "Quit (exit)", "/stop and /quit"),
    ("copy a code block", "/copy and /code", "Copy a code block, a message or its reasoning"),
    ("copying doesn't work in tmux", "Copying does not reach the clipboard"),
    ("how do I search old conversations", "Resume an earlier conversation"),
    ("what happens if it crashes during an answer", "After a crash or a power cut"),
    ("what are branches?", "Branches: switch between answers"),
    ("how do I change the timeout", "Set a timeout"),
    ("can I use my password manager for the key", "A key from a password manager"),
    ("Can I type while it is answering?", "Type while an answer streams"),
    ("How do I install it?", "Install and upgrade"),
    ("which providers do you support", "Which providers are supported"),
    ("setup deepseek", "Groq, Mistral, DeepSeek, xAI and other clouds"),
    ("is there a dark mode", "Which themes there are"),
    ("what's my token usage", "What the numbers of token usage mean"),
    ("i want to use my company's litellm proxy", "LiteLLM and other proxies"),
    (
        "the server takes forever to respond",
        "Set a timeout",
        "Timeouts: nothing comes, or it comes too slowly",
    ),
    ("not allowed 403", "403: not allowed"),
    ("can two instances run at the same time", "The same conversation on two screens"),
    ("can I use the mouse to select text", "Select text with the mouse"),
    ("does llmtui collect telemetry", "What leaves your machine"),
    ("can models run commands on my computer", "Can a model run commands on my computer?"),
    ("how do I set max tokens", "/set: temperature and max_tokens"),
    ("what does interrupted mean", "What complete, stopped, truncated, interrupted and failed mean"),
    ("switch between two answers", "Branches: switch between answers"),
    ("sidebar toggle", "Show or hide the sidebar"),
    ("send a custom header", "Send your own headers"),
    ("use a different data directory", "Keep things in another directory"),
    ("what happens to my draft when I switch", "Drafts"),
    ("context length exceeded", "The context gauge", "The conversation is too long for the model"),
    ("why is my key not working", "401: the key was refused"),
    ("how do I make the model answer in German every time", "/system"),
    ("start llmtui with a question from the terminal", "Start llmtui", "The screen from the shell"),
    ("which models support reasoning", "Which models show their reasoning"),
    ("can I go back to the old answer after retrying", "Branches: switch between answers"),
    ("is there a way to limit answer length", "/set: temperature and max_tokens"),
    ("does it need internet", "The built-in guide", "The first run, without any key"),
    ("how do I change what Enter does", "Make Enter write a new line"),
    ("can someone else read my conversations", "Who can read the history"),
    ("how do I talk to a model on my LAN", "A server on another port or machine"),
    ("move my history to another computer", "Back up the history", "Import conversations"),
    ("the app shows insufficient quota", "402: no credit"),
    ("can I edit a message that is waiting to be sent", "Type while an answer streams"),
    ("I want answers to be more deterministic", "/set: temperature and max_tokens"),
    ("what happens when my laptop dies while it answers", "After a crash or a power cut"),
    ("where do exported files go", "/export"),
    ("I pasted a password, how do I remove that chat", "Delete a conversation", "/delete and /undo"),
    ("how do I jump to the newest text", "Scroll the transcript"),
    ("print the thoughts of the model in a script", "Reasoning in the pipe"),
    ("which file has my conversations", "Where the history is kept"),
    ("how do I create my own theme", "Write a theme of your own"),
    ("does llmtui execute code", "Can a model run commands on my computer?"),
    ("the provider isn't in the picker", "A provider is missing"),
    ("how do I chnage the temprature", "/set: temperature and max_tokens"),
)

# What this manual does not answer: an honest guide says so.
UNANSWERED: tuple[str, ...] = (
    "What is the capital of France?",
    "Write me a poem about autumn leaves",
    "Explain quantum entanglement to a child",
    "What's the difference between goroutines and threads?",
    "how do I cook risotto",
    "Translate 'good morning' into Portuguese",
    "Who won the world cup in 1998?",
    "What is 17 * 23?",
    "Write a Python function that reverses a linked list",
    "日本の首都はどこですか",
    "Is there a God?",
    "Can you play chess with me?",
)

INDEX = Index(read_manual(), SYNONYMS)


@pytest.mark.parametrize("asked", QUESTIONS, ids=[question for question, *_ in QUESTIONS])
def test_the_right_section_comes_first(asked: tuple[str, ...]) -> None:
    question, *titles = asked
    best = INDEX.ask(question)[0]
    assert best.section.title in titles
    assert best.coverage >= ENOUGH


@pytest.mark.parametrize("question", UNANSWERED)
def test_what_is_not_in_the_manual_is_not_covered(question: str) -> None:
    matches = INDEX.ask(question)
    assert not matches or matches[0].coverage < ENOUGH


def test_every_section_is_found_by_its_own_title() -> None:
    lost = [section.title for section in INDEX.sections if INDEX.ask(section.title)[0].section != section]
    assert lost == []


def test_a_page_falls_into_sections_at_its_headings() -> None:
    page = "# Title\n\nBefore.\n\n## One\n\nA\nB\n\n### Inner\n\nC\n\n## Empty\n\n## Two\n\nD"
    found = [(section.page_title, section.title, section.text) for section in sections({"p": page})]
    assert found == [
        ("Title", "Title", "Before."),
        ("Title", "One", "A\nB\n\n### Inner\n\nC"),
        ("Title", "Two", "D"),
    ]


def test_a_section_is_found_by_what_people_ask_though_it_is_not_shown() -> None:
    pages = {
        "p": "# P\n\n## Quit\n\n<!-- asked: leave the program -->\n\nPress Q.\n\n## Other\n\nProgram text."
    }
    best = Index(pages, {}).ask("how do I leave this program")[0].section
    assert (best.title, best.text) == ("Quit", "Press Q.")


def test_a_heading_inside_a_fence_is_code() -> None:
    page = "# T\n\n## Set\n\n```sh\n## not a heading\n# nor this\n```\n\n## Next\n\nText"
    assert [section.title for section in sections({"p": page})] == ["Set", "Next"]


@pytest.mark.parametrize(
    "one", ["delete deletes deleted deleting", "key keys", "retry retries retrying", "stop stopped"]
)
def test_the_forms_of_a_word_are_one_word(one: str) -> None:
    assert len({stem(word) for word in one.split()}) == 1


def test_words_in_a_title_count_more_than_in_the_text() -> None:
    pages = {"p": "# P\n\n## Apples\n\nRound.\n\n## Pears\n\nUnlike apples, these are not round."}
    assert [match.section.title for match in Index(pages, {}).ask("apples")] == ["Apples", "Pears"]


def test_examples_in_code_say_little_of_what_a_section_is_about() -> None:
    pages = {"p": '# P\n\n## Ask\n\n```sh\nask "Why do penguins sing?"\n```\n\n## Other\n\nMore.'}
    assert Index(pages, {}).ask("why do penguins sing")[0].coverage < ENOUGH


def test_the_same_question_is_always_ranked_the_same() -> None:
    assert INDEX.ask("keys") == Index(read_manual(), SYNONYMS).ask("keys")


@given(st.text(), st.text(max_size=50))
def test_any_text_can_be_asked(question: str, before: str) -> None:
    for match in INDEX.ask(question, before):
        assert match.score > 0
        assert 0 <= match.coverage <= 1.000001


@given(st.dictionaries(st.text(max_size=5), st.text(), max_size=4), st.text())
def test_any_pages_can_be_read(pages: dict[str, str], question: str) -> None:
    assert len(Index(pages, SYNONYMS).ask(question)) <= 8
