"""Messages as plain data: reading what is nested in them, and making replies."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def dig(data: Any, *keys: str) -> Any:
    """Return the value under nested `keys`; None where any of them is missing."""
    try:
        for key in keys:
            data = data[key]
    except (KeyError, TypeError, IndexError):
        return None
    return data


def success(request_id: Any, result: Any) -> dict[str, Any]:
    """Return the response message that carries `result`."""
    return {"jsonrpc": "2.0", "id": request_id, "result": result}


def failure(request_id: Any, code: int, text: str) -> dict[str, Any]:
    """Return the response message that carries an error."""
    return {"jsonrpc": "2.0", "id": request_id, "error": {"code": code, "message": text}}
