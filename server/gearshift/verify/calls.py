"""The script that calls a function with many values inside the sandbox and notes what comes out."""

from __future__ import annotations

SCRIPT = """\
import ast, copy, importlib, inspect, io, itertools, json, os, random, re, sys, time, types

SECONDS, MOST = 3.0, 300
here = os.path.dirname(os.path.abspath(__file__))
module, name = sys.argv[1:3]
report = open(os.environ["GEARSHIFT_REPORT"], "a", encoding="utf-8")
sys.stdout = sys.stderr = io.StringIO()
function = getattr(importlib.import_module(module), name)

# The constants of the code as it was: its borders lie there.
numbers, texts = [0, 1, 2, 3, -1, 4, 5, 7, 10, 12, 100, 1000], ["", "a", "Hello, World! 12"]
texts += ["  two  words ", "3.50", "x=1;y=2", "A-b_c", "2024-02-29"]
hints = {}
source = open(os.path.join(here, "before.txt"), encoding="utf-8").read()
for node in ast.walk(ast.parse(source)):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
        named = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
        hints = {a.arg: ast.unparse(a.annotation) for a in named if a.annotation}
        for inner in ast.walk(node):
            value = getattr(inner, "value", None)
            if not isinstance(inner, ast.Constant) or isinstance(value, bool):
                continue
            if isinstance(value, (int, float)) and abs(value) < 10**9:
                numbers += [value, value - 1, value + 1, -value, 2 * value, 3 * value, 19 * value]
            elif isinstance(value, str) and len(value) < 40:
                texts += [value, value + value, "a" + value + "b", value + "1"]
numbers = list(dict.fromkeys(numbers))[:60] + [0.5, 2.5]
texts = list(dict.fromkeys(texts))[:40]
lists = [[], [1], [3, 1, 2], [2, 2, 1], ["b", "a"], [[1, 2], [3]], [0, -1, 5, 5], ["", "x", "x"]]
dicts = [{}, {"a": 1}, {"b": 2, "a": 1}, {1: [2]}]
others = [None, True, False, (1, 2), b"ab", {1, 2}]
KINDS = {"int": [n for n in numbers if isinstance(n, int)], "float": numbers, "str": texts}
KINDS.update({"list": lists, "dict": dicts, "bool": [True, False], "bytes": [b"", b"ab"]})
EVERYTHING = numbers + texts + lists + dicts + others

def pools():
    chance = random.Random(0)
    wanted = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY:
            if parameter.default is parameter.empty:
                return
            continue
        # Of the code as it was: old and new must be given the same values.
        hint = hints.get(parameter.name, "")
        wanted.append(KINDS.get(re.split(r"[^a-z]", hint.lower())[0]) if hint else None)
    if len(wanted) == 1:
        yield from ((value,) for value in wanted[0] or EVERYTHING)
        return
    # First all arguments of one kind, then mixtures.
    for kind in (numbers, texts, lists, dicts):
        for _ in range(40):
            yield tuple(chance.choice(pool or kind) for pool in wanted)
    while True:
        yield tuple(chance.choice(pool or EVERYTHING) for pool in wanted)

def shown(value):
    if isinstance(value, (types.GeneratorType, map, filter, zip)):
        value = list(itertools.islice(value, 50))
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))
    return text if len(text) < 2000 else text[:2000] + "..."

deadline = time.monotonic() + SECONDS
for arguments in itertools.islice(pools(), MOST):
    if time.monotonic() > deadline:
        break
    call = name + "(" + ", ".join(map(repr, arguments)) + ")"
    given = copy.deepcopy(arguments)
    try:
        result = shown(function(*given))
        if repr(given) != repr(arguments):
            result += " and left its arguments as " + repr(given)
        outcome = ["value", result]
    except Exception as error:
        outcome = ["error", type(error).__name__]
    report.write(json.dumps([call, *outcome]) + "\\n")
    report.flush()
"""
