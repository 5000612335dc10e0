"""The table of secret shapes: vendors' documented key forms and the places where passwords stand.

Every pattern runs in linear time: it starts only at the edge of a run of its own characters, and
no repetition holds another one that could take the same characters.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Shape(NamedTuple):
    """One kind of secret."""

    kind: str
    """What its placeholder is called."""
    hints: tuple[str, ...]
    """A text without any of these can't hold one; looking for them is many times faster."""
    source: str
    """Regular expression whose group `s` is the secret."""
    is_secret: Callable[[str], bool] | None = None
    """A further look at what matched."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """`source`, compiled; few texts hold a hint, so most shapes are never needed."""
        return re.compile(self.source)


_PLACEHOLDER_WORDS = re.compile(
    r"(?i)example|changeme|change[-_ ]me|your[-_]|placeholder|dummy|redacted|x{4}|\*{3}|\.{3}"
    r"|^[<\[{$%]|^(?:test|fake|secret|password|passwd|token)[-_]?\d{0,4}$"
)
_NAMES = re.compile(r"[^A-Za-z0-9]?[A-Za-z]+(?:[-_./:][A-Za-z]+)*\d{0,2}")
"""`access_token`, `new-password`, `/auth/token2`: names, of which code has many."""
_PLAIN_NAMES = re.compile(r"[^A-Za-z0-9]?[A-Za-z]+(?:[-_./:][A-Za-z]+)*")
_DOTTED = re.compile(r"\w*[A-Za-z]\w*(?:\.\w*[A-Za-z]\w*)+")
"""`config.s3.bucket2`: an attribute, not a text."""
_LEAST_ENTROPY = 3.0
"""Bits a character; hexadecimal keys have about 3.5, random base64 above 4."""


def _entropy(text: str) -> float:
    """Return Shannon's entropy in bits a character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def _is_no_placeholder(value: str) -> bool:
    """Whether a value stands for itself."""
    return not _PLACEHOLDER_WORDS.search(value)


def _is_password(value: str) -> bool:
    """Whether what a password is set to is one, and not the name of a field or a form."""
    if _PLACEHOLDER_WORDS.search(value) or _PLAIN_NAMES.fullmatch(value):
        return False
    return any(not c.isalpha() for c in value)


def _is_random(value: str) -> bool:
    """Whether a value looks drawn at random and not chosen as a name."""
    if _PLACEHOLDER_WORDS.search(value) or _NAMES.fullmatch(value):
        return False
    has_both = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return has_both and _entropy(value) >= _LEAST_ENTROPY


def _is_key(value: str) -> bool:
    """Whether what begins with `sk-` is a key, and not `sk-loading-spinner-v2`."""
    return not _NAMES.fullmatch(value) or "-" not in value.removeprefix("sk-")


def _is_random_bare(value: str) -> bool:
    """Whether a value without quotes looks random, and is no expression either."""
    return not _DOTTED.fullmatch(value) and _is_random(value)


def _shape(
    kind: str, hints: str, pattern: str, is_secret: Callable[[str], bool] | None = None
) -> Shape:
    return Shape(kind, tuple(hints.split()), pattern, is_secret)


def _token(
    kind: str, hints: str, pattern: str, is_secret: Callable[[str], bool] | None = None
) -> Shape:
    """Return the shape of a token that stands free of letters, digits, `_` and `-` before it."""
    return _shape(kind, hints, rf"(?<![A-Za-z0-9_-])(?P<s>{pattern})", is_secret)


def _word(kind: str, hints: str, pattern: str) -> Shape:
    """Return the shape of a token that may follow `_` or `-` but no letter or digit."""
    return _shape(kind, hints, rf"(?<![A-Za-z0-9])(?P<s>{pattern})")


SHAPES: tuple[Shape, ...] = (
    _word("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[opusr]_[A-Za-z0-9]{30,}"),
    _word("github-token", "github_pat_", r"github_pat_[A-Za-z0-9_]{30,}"),
    _token("gitlab-token", "glpat-", r"glpat-[A-Za-z0-9_-]{20,}"),
    _token("anthropic-key", "sk-ant-", r"sk-ant-[A-Za-z0-9_-]{20,}"),
    # `sk-` also begins names of CSS classes, so the rest needs a digit or 32 letters in a row.
    _token(
        "openai-key",
        "sk-",
        r"sk-(?:(?:proj|svcacct|admin|or-v1)-)?"
        r"(?:(?=[A-Za-z_-]{0,200}[0-9])[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{32,})",
        _is_key,
    ),
    _word("aws-access-key", "AKIA ASIA", r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _token("slack-token", "xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    _token("slack-token", "xapp-", r"xapp-[0-9]-[A-Za-z0-9-]{10,}"),
    _shape(
        "slack-webhook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows)/(?P<s>[A-Za-z0-9+/]{20,})",
    ),
    _token("google-key", "AIza", r"AIza[A-Za-z0-9_-]{35,}"),
    _token("google-secret", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{20,}"),
    _word("stripe-key", "_live_ _test_", r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    _word("stripe-key", "whsec_", r"whsec_[A-Za-z0-9+/]{24,}"),
    _word("npm-token", "npm_", r"npm_[A-Za-z0-9]{36,}"),
    _token("pypi-token", "pypi-AgE", r"pypi-AgE[A-Za-z0-9_-]{50,}"),
    _word("huggingface-token", "hf_", r"hf_[A-Za-z0-9]{30,}"),
    _token("sendgrid-key", "SG.", r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    _word("digitalocean-token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _word("groq-key", "gsk_", r"gsk_[A-Za-z0-9]{40,}"),
    _token("xai-key", "xai-", r"xai-[A-Za-z0-9]{40,}"),
    _shape("azure-key", "AccountKey=", r"AccountKey=(?P<s>[A-Za-z0-9+/]{40,}={0,2})"),
    _word("age-key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{40,}"),
    _token("jwt", "eyJ", r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    _shape(
        "url-password",
        "://",
        r"://[^\s:/@?#'\"<>{}$]{0,64}:(?P<s>[^\s:/@?#'\"<>{}$«]{3,200})@",
        _is_no_placeholder,
    ),
    _shape(
        "authorization",
        "earer asic",
        r"(?<![A-Za-z])(?:[Bb]earer|[Bb]asic) +(?P<s>[A-Za-z0-9+/._~-]{20,}={0,2})",
        _is_random,
    ),
)


class Assignment(NamedTuple):
    """A name that is set to a secret; found by the name, since its value has no form of its own."""

    kind: str
    names: tuple[str, ...]
    """In lower case; what comes before a name does not matter (`db_password`)."""
    value: re.Pattern[str]
    """Matches from the end of the name on; group `s` is the value."""
    is_secret: Callable[[str], bool]


_SET = (
    r"(?:[_-]?(?:key|token|value))?[\"'\]]{0,2}[ \t]{0,8}"
    r"(?::[ \t]{0,2}[A-Za-z_.|]{1,40}[ \t]{0,8})?(?:=>|:=|[!=]?={1,2}|:)[ \t]{0,8}"
)
"""What stands between a name and its value: `=`, `:`, `"] =`, `: str =`, `:=`, `=>`, `==`."""
_PASSWORD_NAMES = ("password", "passwd", "passphrase", "pwd")
_TOKEN_NAMES = ("secret", "token", "credential", "key")
_KEY_KINDS = ("api", "access", "private", "secret", "auth", "account", "encryption", "signing")
_LONGEST_KIND = 12
"""Characters before `key` that are looked at: the longest kind, and what joins it."""


def is_secret_name(lowered: str, name: str, at: int) -> bool:
    """Whether the `name` at `at` means a secret; a `key` does so only after `api`, `access`, …"""
    if name != "key":
        return True
    before = lowered[max(0, at - _LONGEST_KIND) : at].rstrip("_- ")
    return before.endswith(_KEY_KINDS)


ASSIGNMENTS: tuple[Assignment, ...] = (
    Assignment(
        "password",
        _PASSWORD_NAMES,
        re.compile(rf"(?i:{_SET}[bru]{{0,2}})[\"'`](?P<s>[^\s\"'`\\«]{{6,500}})[\"'`]"),
        _is_password,
    ),
    Assignment(
        "secret",
        _TOKEN_NAMES,
        re.compile(rf"(?i:{_SET}[bru]{{0,2}})[\"'`](?P<s>[^\s\"'`\\«]{{12,500}})[\"'`]"),
        _is_random,
    ),
    # Environment, ini and YAML files: no quotes, and nothing after it on the line.
    Assignment(
        "secret",
        _PASSWORD_NAMES + _TOKEN_NAMES,
        re.compile(
            r"(?i:[_-]?(?:key|token|value))?[ \t]{0,8}[=:][ \t]{0,8}"
            r"(?P<s>[^\s\"'`\\,;(){}\[\]<>$«]{12,500})(?=[ \t\r]*(?:$|[\n#]))"
        ),
        _is_random_bare,
    ),
)
