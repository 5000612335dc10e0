"""The `gearshift` program: `serve` goes straight to the language server, all else to the CLI."""

import sys


def main() -> None:
    """Run the command line in `sys.argv`; exits with the codes of `gearshift --help`."""
    # An editor waits for `initialize`: argparse and the CLI would double the time to its answer.
    if sys.argv[1:2] == ["serve"] and not {"-h", "--help"} & set(sys.argv[2:]):
        from gearshift.lsp.entry import serve

        serve()
    else:
        from gearshift.cli import run

        sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
