"""Keys: from the environment, the system keyring or a command; never written, never shown."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SERVICE = "gearshift"
"""Service name in the system keyring; the user name is the server's origin."""
ABSENT_SECONDS = 10.0
"""After this a key that was nowhere is sought again: its user may have stored it meanwhile."""
COMMAND_SECONDS = 20.0
"""Longest run of a key command: some unlock a vault and ask the user first."""


class Secret:
    """A key whose text appears in no log, message or traceback."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the key itself, for the one header it belongs in."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


class Credentials:
    """Looks keys up and remembers what the keyring and commands said."""

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        read_keyring: Callable[[str, str], str | None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environment = environment
        self._read_keyring = read_keyring or _read_keyring
        self._monotonic = monotonic
        self._known: dict[tuple[str, ...], tuple[Secret | None, float]] = {}
        """What was found, and when."""
        self._asking = asyncio.Lock()

    async def find(
        self, *, variable: str | None, origin: str | None, command: tuple[str, ...] = ()
    ) -> Secret | None:
        """Return a key or None: environment first, then the keyring's for `origin`, then `command`.

        `origin` None leaves the keyring out. A failing keyring or command, and what can't be a key
        (it has spaces, or letters beyond ASCII), count as no key. `forget` makes both be asked
        again.
        """
        secret = _secret(self._environment.get(variable)) if variable else None
        if secret or (origin is None and not command):
            return secret
        name = (origin or "", *command)
        async with self._asking:
            known, at = self._known.get(name, (None, float("-inf")))
            if known is None and self._monotonic() - at >= ABSENT_SECONDS:
                known = await asyncio.to_thread(self._ask, origin, command)
                self._known[name] = known, self._monotonic()
            return known

    def forget(self) -> None:
        """Ask keyring and commands again: settings changed, or a key was refused."""
        self._known.clear()

    def _ask(self, origin: str | None, command: tuple[str, ...]) -> Secret | None:
        secret = _secret(self._read_keyring(SERVICE, origin)) if origin else None
        return secret or (_secret(_run(command)) if command else None)


def _secret(text: str | None) -> Secret | None:
    text = (text or "").strip()
    is_key = text.isascii() and text.isprintable() and " " not in text
    return Secret(text) if text and is_key else None


def store_key(origin: str, key: str) -> None:
    """Put `key` into the system keyring. Raises keyring's own errors where there is none."""
    import keyring

    keyring.set_password(SERVICE, origin, key)


def _read_keyring(service: str, user: str) -> str | None:
    try:
        import keyring

        return keyring.get_password(service, user)
    except Exception:  # noqa: BLE001 - back ends raise what they like; no keyring is no key
        return None


def _run(command: tuple[str, ...]) -> str | None:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=False,
            text=True,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout if done.returncode == 0 else None
