"""The one `codex app-server` of a Gearshift process: started when needed, anew after a crash."""

from __future__ import annotations

import asyncio
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from gearshift import __version__
from gearshift.core.errors import SetupNeeded, Unavailable
from gearshift.providers.codex import wire
from gearshift.providers.codex.pipe import Answer, Pipe
from gearshift.providers.codex.program import INSTALL, check_version, find_program, version_in
from gearshift.providers.codex.refusals import SIGN_IN, call_error
from gearshift.providers.codex.watch import Watch
from gearshift.providers.codex.windows import PlanLimits
from gearshift.providers.untrusted import string, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gearshift.providers.services import Services

ARGUMENTS = ("app-server", "-c", "thread_unload_delay_secs=1")
"""By default a thread stays loaded for 30 minutes after its last subscriber: 1 MB each."""
_START_SECONDS = 20.0
"""For the first answer; 0.4 s were measured, a virus scanner may look at 140 MB before."""
_ACCOUNT_SECONDS = 10.0
"""For questions about the account, which app-server asks its vendor."""
_LAST_SECONDS = 1.0
"""For the reading that a command line waits for before it ends."""

Event = tuple[str, "Mapping[str, Any]"]
Inbox = asyncio.Queue[Event | None]


class AppServer:
    """Calls and threads of one app-server; `aclose` it at the end."""

    def __init__(self, path: str | None, services: Services) -> None:
        """`path` is the program; None: `codex` on PATH. Nothing is started yet."""
        self._path = path
        self._services = services
        self._pipe: Pipe | None = None
        self._opening = asyncio.Lock()
        self._inboxes: dict[str, Inbox] = {}
        self._logins: Inbox = asyncio.Queue()
        self._folder: TemporaryDirectory[str] | None = None
        self._is_signed_in = False
        self.version: str | None = None
        """Of the program that was started last; None: it does not say."""
        self.limits = PlanLimits()
        self.models: set[str] = set()
        """The models that are served: whose buckets matter."""
        self.watch = Watch(self._read_limits, services.clock, services.sleep, self._rest)

    @property
    def folder(self) -> str:
        """An empty folder: no project's files or settings are where turns are made."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="gearshift-codex-")
        return self._folder.name

    async def call(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the result of a call, starting the process first if there is none.

        Raises SetupNeeded, ProviderError.
        """
        answer = await (await self.opened()).call(method, params)
        if answer.is_lost or answer.code is not None:
            raise call_error(answer, method)
        return answer.result

    async def opened(self) -> Pipe:
        """Return the pipe to a process that is ready. Raises SetupNeeded, Unavailable."""
        async with self._opening:
            if self._pipe is None or not self._pipe.is_open:
                await self._end()
                self._pipe = await self._open()
            return self._pipe

    async def _open(self) -> Pipe:
        command = (find_program(self._path), *ARGUMENTS)
        pipe = await Pipe.open(command, self.folder, self._hear, self._lose)
        try:
            answer = await _within(
                _START_SECONDS, pipe.call("initialize", wire.initialize(__version__))
            )
            if answer is None or answer.is_lost or answer.code is not None:
                why = f" ({pipe.last_words})" if pipe.last_words else ""
                raise Unavailable(
                    f"codex app-server did not start{why}; if it stays so, update it: `{INSTALL}`."
                )
            agent = string(answer.result.get("userAgent"))
            check_version(agent)
            self.version = version_in(agent)
            pipe.tell("initialized")
        except BaseException:
            await pipe.aclose()
            raise
        return pipe

    # --- account ---------------------------------------------------------------------------

    async def check_login(self) -> None:
        """Raise SetupNeeded when app-server says that nobody is signed in."""
        if not self._is_signed_in and await self.is_signed_in() is False:
            raise SetupNeeded(f"Codex is not signed in to ChatGPT: {SIGN_IN}.")
        self._is_signed_in = True

    async def is_signed_in(self) -> bool | None:
        """Return whether app-server can ask models; None: it can't say, for example offline."""
        pipe = await self.opened()
        answer = await _within(_ACCOUNT_SECONDS, pipe.call("account/read", {}))
        if answer is None or answer.is_lost or answer.code is not None:
            return None
        needs_login = answer.result.get("requiresOpenaiAuth") is not False
        return bool(answer.result.get("account")) or not needs_login

    async def login_completed(self, login: str) -> bool:
        """Wait for the end of a login that `account/login/start` began; return if it succeeded.

        Raises Unavailable when the process ends meanwhile.
        """
        while (event := await self._logins.get()) is not None:
            said = event[1]
            if said.get("loginId") in (login, None):
                return said.get("success") is True
        raise Unavailable("codex app-server ended before the login did: run the set-up again.")

    # --- threads ---------------------------------------------------------------------------

    def listen(self, thread: str) -> Inbox:
        """Return where the notifications of a thread arrive; None comes when the process ends."""
        return self._inboxes.setdefault(thread, asyncio.Queue())

    def leave(self, thread: str) -> None:
        """Hear no more of a thread, so that the process forgets it."""
        self._inboxes.pop(thread, None)
        self.tell("thread/unsubscribe", {"threadId": thread})

    def tell(self, method: str, params: Mapping[str, Any]) -> None:
        """Send what needs no answer, if there is a process."""
        if self._pipe is not None:
            self._pipe.tell(method, params)

    def _hear(self, method: str, params: Mapping[str, Any]) -> None:
        if method == "account/rateLimits/updated":
            self.limits.update(table(params.get("rateLimits")), self._services.clock.time())
            self._report()
        elif method == "account/updated":
            self._is_signed_in = params.get("authMode") is not None
        elif method == "account/login/completed":
            self._logins.put_nowait((method, params))
        elif inbox := self._inboxes.get(string(params.get("threadId"))):
            inbox.put_nowait((method, params))

    def _lose(self) -> None:
        self._is_signed_in = False
        for inbox in (*self._inboxes.values(), self._logins):
            inbox.put_nowait(None)
        self._inboxes.clear()

    # --- plan ------------------------------------------------------------------------------

    async def _read_limits(self, seconds: float = _ACCOUNT_SECONDS) -> float | None:
        """Read all windows and report them; return the share of the fullest.

        Waits for the answer up to `seconds`.
        """
        if self._pipe is not None and self._pipe.is_open:
            # Not through `call`: a reading is no reason to start the process.
            params = {"excludeResetCreditDetails": True}
            asked = self._pipe.call("account/rateLimits/read", params)
            answer = await _within(seconds, asked)
            if answer is not None and answer.result:
                self.limits.read_all(answer.result, self._services.clock.time())
        return self._report()

    def _report(self) -> float | None:
        windows = self.limits.windows(self.models)
        for window in windows:
            self._services.on_plan(window)
        return max((w.used_percent or 0.0 for w in windows), default=None)

    # --- end -------------------------------------------------------------------------------

    async def aclose(self) -> None:
        """End the process and wait until it has; what a last turn used is read before."""
        self.watch.stop()
        if self.watch.is_behind:
            await self._read_limits(_LAST_SECONDS)
        async with self._opening:
            await self._end()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    async def _rest(self) -> None:
        """End a process that nobody has used for a while: it holds some 140 MB."""
        async with self._opening:
            if not self._inboxes:
                await self._end()

    async def _end(self) -> None:
        if self._pipe is not None:
            await self._pipe.aclose()
            self._pipe = None


async def _within(seconds: float, asked: asyncio.Future[Answer]) -> Answer | None:
    """Return the answer, or None when it takes too long."""
    await asyncio.wait({asked}, timeout=seconds)
    return asked.result() if asked.done() else None


def server_of(path: str | None, services: Services) -> AppServer:
    """Return the app-server that all models of one program share."""
    found = services.programs.get(path)
    if not isinstance(found, AppServer):
        found = services.programs[path] = AppServer(path, services)
    return found
