"""The process of an embedded model without the model: answers every completion with one word.

Run as a program with the options of `gearshift.providers.local.host`. The first line of the
"model file" says what to do: `ok`, `broken` (fails to load) or `slow` (waits for `FILE.go`).
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gearshift.providers.local.host import HostOptions, read_options, run


class Fake:
    def __init__(self, key: str) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(key))
        self.listening_address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def handler_for(key: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            if self.headers["authorization"] != f"Bearer {key}":
                self.send_error(401)
                return
            last = {"content": "", "stop": True, "tokens_evaluated": 3, "tokens_predicted": 1}
            events = [{"content": "word", "stop": False}, last]
            body = "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def load(options: HostOptions, key: str) -> Fake:
    with (options.folder / "loads").open("a") as file:
        file.write("load\n")
    behaviour = options.model.read_text().strip()
    if behaviour == "broken":
        sys.exit("error: no such tensor")
    while behaviour == "slow" and not options.model.with_suffix(".go").exists():
        time.sleep(0.02)
    return Fake(key)


if __name__ == "__main__":
    sys.exit(run(read_options(sys.argv[1:]), load, look_seconds=0.05))
