"""What Python's runners share in the sandbox: results, the order of tests, lines that they run."""

from __future__ import annotations

NAME = "gearshift_tracing"
SCRIPT = """\
import json, os, random, sys, threading

REPORT = os.environ["GEARSHIFT_REPORT"]
ONLY = set(filter(None, os.environ.get("GEARSHIFT_ONLY", "").split("\\n")))
ORDER = int(os.environ.get("GEARSHIFT_ORDER", "0"))
TRACED = os.environ.get("GEARSHIFT_TRACED", "")
FIRST, LAST = map(int, os.environ.get("GEARSHIFT_LINES", "0-0").split("-"))
hits = set()
is_traced = {}

def write(**entry):
    with open(REPORT, "a", encoding="utf-8") as report:
        report.write(json.dumps(entry) + "\\n")

def name_of(test):
    return test.partition("::")[2].partition("[")[0]

def arranged(tests, identify):
    kept = [t for t in tests if not ONLY or name_of(identify(t)) in ONLY]
    if ORDER == 1:
        kept.reverse()
    elif ORDER > 1:
        random.Random(ORDER).shuffle(kept)
    return kept

def is_ours(code):
    known = is_traced.get(code)
    if known is None:
        is_within = FIRST <= code.co_firstlineno <= LAST
        known = is_within and os.path.realpath(code.co_filename) == os.path.realpath(TRACED)
        is_traced[code] = known
    return known

def follow(frame, event, argument):
    if not is_ours(frame.f_code):
        return None
    last, raised = 0, False
    def step(frame, event, argument):
        nonlocal last, raised
        if event == "line":
            hits.add((last, frame.f_lineno))
            last, raised = frame.f_lineno, False
        elif event == "exception":
            raised = True
        elif event == "return" and not raised:
            hits.add((last, 0))
        return step
    return step

def start():
    hits.clear()
    if TRACED:
        before = sys.gettrace()
        threading.settrace(follow)
        sys.settrace(follow)
        return before

def stop(test, before):
    if TRACED:
        sys.settrace(before)
        threading.settrace(before)
        write(test=test, hits=sorted(hits))
"""
