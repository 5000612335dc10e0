"""Lists of gitignore patterns, and which of their lines a path matches."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pathspec import GitIgnoreSpec

BUILT_IN = """
# settings with keys in them
.env
.env.*
*.env
.envrc
.netrc
_netrc
.npmrc
.pypirc
.pgpass
.my.cnf
.git-credentials
.htpasswd
.dockercfg
.boto
.s3cfg
.terraformrc
terraform.rc
.vault-token
kubeconfig
*.kubeconfig
*.tfvars
*.tfvars.json
*.tfstate
*.tfstate.*
*.ovpn
.*_history
# keys and key stores
*.pem
*.key
*.p8
*.p12
*.pfx
*.jks
*.keystore
*.kdb
*.kdbx
*.ppk
*.gpg
*.age
secring.*
id_rsa*
id_dsa*
id_ecdsa*
id_ed25519*
# files that say so by their name
credentials
credentials.json
credentials.yml
credentials.yaml
credentials.toml
credentials.ini
credentials.xml
credentials.properties
*_credentials.json
secrets.*
secret.json
secret.yml
secret.yaml
.secrets
client_secret*.json
service-account*.json
service_account*.json
serviceaccount*.json
# folders
.aws/
.azure/
**/.docker/config.json
.gcloud/
**/.config/gcloud/
.git/
.gnupg/
.hg/
.kube/
.password-store/
.ssh/
.svn/
""".splitlines()
"""Never sent, whatever a project says; compared without regard to case."""


class Match(NamedTuple):
    """The last line of a list that matches a path."""

    is_ignored: bool
    """False: a `!` line takes it back in."""
    line: int
    """Counted from 1."""
    pattern: str


class Patterns:
    """One list, in gitignore's format; a line that is no pattern counts for nothing, as in git."""

    def __init__(self, lines: Iterable[str], *, ignores_case: bool = False) -> None:
        self._ignores_case = ignores_case
        self._lines = [
            (number, line.lower() if ignores_case else line)
            for number, line in enumerate((text.rstrip("\r\n") for text in lines), start=1)
            if line.strip() and not line.startswith("#")
        ]
        self._literals = {_literal(line) for _, line in self._lines}

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        try:
            return GitIgnoreSpec.from_lines([line for _, line in self._lines])
        except ValueError:  # some line is no pattern
            self._lines = [item for item in self._lines if _is_pattern(item[1])]
            return GitIgnoreSpec.from_lines([line for _, line in self._lines])

    def match(self, path: str) -> Match | None:
        """Return what the list says of `path` (relative, with `/`, a folder ends in `/`)."""
        name = path.lower() if self._ignores_case else path
        # Most paths hold nothing that a pattern of the list asks for: reading the patterns and
        # importing their reader, a tenth of the time to a first completion, can wait.
        if not any(literal in name for literal in self._literals):
            return None
        result = self._spec.check_file(name)
        if result.include is None or result.index is None:
            return None
        return Match(result.include, *self._lines[result.index])


def _literal(pattern: str) -> str:
    """Return a text that every path has which `pattern` matches; empty: none is known."""
    return max(_SPECIAL.split(pattern.partition("[")[0]), key=len)


_SPECIAL = re.compile(r"[*?!/\\\s]")
"""What does not stand for itself in a pattern, or not everywhere."""


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
