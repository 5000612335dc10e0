"""The way out of this machine: the proxies and authorities that environment and settings name."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from gearshift.core.errors import SetupNeeded


def proxy_for(origin: str, named: str | None = None) -> str | None:
    """Return the address of the proxy for `origin`; None: go there directly.

    `named` is the setting's, which counts before the environment's; `NO_PROXY` holds for both.
    """
    parts = urlsplit(origin)
    proxies = getproxies()
    proxy = named or proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def tls_context(ca_file: str | None = None) -> ssl.SSLContext:
    """Return a context that trusts the system's authorities, certifi's and those in `ca_file`.

    `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the first two, as in other programs. Takes 30 to
    80 ms. Raises SetupNeeded for a file that holds no authority.
    """
    context = ssl.create_default_context()
    if not os.environ.get("SSL_CERT_FILE") and not os.environ.get("SSL_CERT_DIR"):
        import certifi

        context.load_verify_locations(certifi.where())
    if ca_file:
        try:
            context.load_verify_locations(Path(ca_file).expanduser())
        except (OSError, ssl.SSLError) as error:
            text = f"`http.caFile` names {ca_file}, which is no PEM file that can be read."
            raise SetupNeeded(f"{text} Correct it in the settings.") from error
    context.set_alpn_protocols(["http/1.1"])
    return context
