"""The language server: the only room that knows pygls and lsprotocol.

- `entry` answers `initialize` before anything heavy is imported.
- `short/` is the short path: document sync and inline completion on plain JSON.
- `server` and `handlers/` are everything else, on pygls, imported with its first message.
- `convert` is the only file that knows what an LSP column is.
"""
