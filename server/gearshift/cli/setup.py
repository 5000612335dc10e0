"""`gearshift setup`: choose models, write the user's settings, show a first completion."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gearshift.cli.exits import DONE, FINDINGS, code_of
from gearshift.cli.presets import PRESETS, Preset, models_of, usable
from gearshift.core.errors import SettingsError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gearshift.core.suggestions import Skip, Suggestion

SAMPLE = 'def is_even(number: int) -> bool:\n    """Return whether number is even."""\n    '
"""What the first completion is asked for."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the answers to the questions, for use without a terminal."""
    parser.add_argument("--preset", choices=tuple(PRESETS), help="which models")
    parser.add_argument(
        "--api-key-env", metavar="NAME", help="environment variable that holds the key"
    )
    inline = parser.add_mutually_exclusive_group()
    inline.add_argument("--no-inline", action="store_true", help="no ghost text, actions only")
    inline.add_argument(
        "--inline", action="store_true", help="ghost text, also from a ChatGPT plan"
    )
    parser.add_argument(
        "--device-code", action="store_true", help="sign in to ChatGPT by a code, not a browser"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--no-test", action="store_true", help="don't ask the models anything")
    rows = "; ".join(f"{row.name}: {row.description}" for row in PRESETS.values())
    parser.epilog = f"Presets: {rows}."


def run(arguments: Namespace) -> int:
    """Set up; exit code 0 only if the first completion came, or none was wanted."""
    is_asking = not arguments.yes and sys.stdin.isatty() and sys.stdout.isatty()
    preset = usable(arguments.preset or (_ask_preset() if is_asking else _no_preset()))
    _keys(preset, arguments.api_key_env, is_asking)
    if "codex" in (preset.mini, preset.full):
        from gearshift.cli.headless import run_to_end
        from gearshift.cli.login import sign_in

        named = models_of(preset).values()
        models = [model["model"] for model in named if model["provider"] == "codex"]
        run_to_end(sign_in(is_asking=is_asking, with_code=arguments.device_code, models=models))
    inline = arguments.inline or (preset.is_inline and not arguments.no_inline)
    if is_asking and not arguments.inline and not arguments.no_inline:
        inline = _ask_inline(preset)
    _write(preset, arguments.api_key_env, inline=inline)
    if arguments.no_test:
        return DONE
    from gearshift.cli.headless import run_to_end

    return run_to_end(_first(preset))


def _no_preset() -> str:
    names = ", ".join(PRESETS)
    raise SettingsError(f"Without a terminal nobody can be asked: say --preset, one of {names}.")


def _ask_preset() -> str:
    print("Which models?")
    for number, row in enumerate(PRESETS.values(), 1):
        note = "" if row.is_usable else "  (not in this version)"
        print(f"  {number}  {row.name:<8} {row.description}{note}")
    names = {str(number): name for number, name in enumerate(PRESETS, 1)}
    while True:
        answer = input("Number or name [1]: ").strip() or "1"
        name = names.get(answer, answer)
        if name in PRESETS:
            return name
        print(f"There is no preset `{answer}`.")


def _ask_inline(preset: Preset) -> bool:
    question = "Show completions as ghost text while you type?"
    if preset.is_inline:
        return input(f"{question} [Y/n]: ").strip().lower() not in ("n", "no")
    question += " Each draws on your plan."
    return input(f"{question} [y/N]: ").strip().lower() in ("y", "yes")


def _keys(preset: Preset, variable: str | None, is_asking: bool) -> None:
    """Say where each provider's key comes from; on a terminal, take it for the keyring."""
    from gearshift.providers import PROVIDERS
    from gearshift.providers.address import is_loopback

    for provider in dict.fromkeys((preset.mini, preset.full)):
        row = PROVIDERS[provider]
        if row.base_url and row.key_variable and not is_loopback(row.base_url):
            _key(row.base_url, variable or row.key_variable, is_asking)


def _key(base_url: str, variable: str, is_asking: bool) -> None:
    import os

    if os.environ.get(variable):
        print(f"The key comes from the environment variable {variable}.")
        return
    if not is_asking:
        print(f"Set the environment variable {variable} to your key where your editor starts.")
        return
    from getpass import getpass

    from gearshift.providers.address import origin_of
    from gearshift.providers.credentials import store_key

    key = getpass("API key, for the system keyring (nothing is shown; Enter: later): ").strip()
    if not key:
        print(f"Later: set the environment variable {variable}, or run this again.")
        return
    try:
        store_key(origin_of(base_url), key)
    except Exception as error:  # noqa: BLE001 - back ends raise what they like
        print(f"The keyring did not take it ({type(error).__name__}); set {variable} instead.")
    else:
        print("The key is in the system keyring.")


def _write(preset: Preset, variable: str | None, *, inline: bool) -> None:
    from gearshift.cli.user_settings import write_settings
    from gearshift.settings.folders import user_settings_file

    models = models_of(preset)
    if variable:
        for model in models.values():
            if model["provider"] not in ("local", "ollama", "codex"):
                model["apiKeyEnv"] = variable
    file = user_settings_file()
    backup = write_settings(file, models, inline=inline)
    print(f"Written: {file}" + (f" (the old one is {backup.name} beside it)" if backup else ""))
    for name, model in models.items():
        print(f"  {name}: {model['model']} ({model['provider']})")


async def _first(preset: Preset) -> int:
    """Pull what is needed, ask for a first completion, and measure the prompt form."""
    from gearshift.core.suggestions import Skip

    models = models_of(preset).values()
    if embedded := [model["model"] for model in models if model["provider"] == "local"]:
        from gearshift.cli.pulling import pull_shown

        await pull_shown(embedded)
    print("A first completion:")
    result = await _complete_sample()
    if isinstance(result, Skip):
        print(f"gearshift: it did not come: {result.reason}", file=sys.stderr)
        return (code_of(result.cause) if result.cause else None) or FINDINGS
    print("".join(f"  {line}\n" for line in f"{SAMPLE}{result.text.lstrip()}".split("\n")), end="")
    if preset.mini != "codex":  # measuring would spend the plan
        await _probe()
    print("It works. `gearshift doctor` tells more; editors start `gearshift serve`.")
    return DONE


async def _probe() -> None:
    from gearshift.app.probing import inline_models
    from gearshift.cli.headless import engine
    from gearshift.cli.probing import probe_shown
    from gearshift.cli.terminal import TerminalEditor

    print("How the model is asked best, measured on a dozen places in code:")
    async with engine(TerminalEditor()) as app:
        await probe_shown(app, inline_models(app))


async def _complete_sample() -> Suggestion | Skip:
    from gearshift.cli.headless import engine
    from gearshift.cli.terminal import TerminalEditor
    from gearshift.core.text import Position

    options = {"inline": {"enable": True}}
    async with engine(TerminalEditor(), options=options, asks_models=True) as app:
        uri = "untitled:sample.py"
        app.documents.open(uri, path=None, language="python", version=1, text=SAMPLE)
        return await app.complete_inline(uri, Position(2, 4), is_explicit=True)
