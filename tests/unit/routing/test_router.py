"""Routes: settings, gears, choices, outages."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from gearshift.core.errors import QuotaExhausted, RateLimited, SetupNeeded, Unavailable
from gearshift.core.tasks import TASKS, Gear, Task
from gearshift.routing.circuit import Outage
from gearshift.routing.router import RoutingFacts, route
from gearshift.settings.schema import ModelSettings, Settings

DOWN = Outage("down", "The server does not answer.")
EXHAUSTED = Outage("exhausted", "The plan is used up.", 1_795_000_000.0)
THROTTLED = Outage("throttled", "The vendor asks to wait.")


def facts(*names: str, routing: Any = None, strategy: Any = None, **more: Any) -> RoutingFacts:
    models = {name: ModelSettings(model=f"vendor-{name}") for name in names or ("mini", "full")}
    values: dict[str, Any] = {"models": MappingProxyType(models)}
    if routing:
        values["routing"] = MappingProxyType({**Settings().routing, **routing})
    if strategy:
        values["strategy"] = MappingProxyType(strategy)
    return RoutingFacts(Settings(**values), **more)


@pytest.mark.parametrize(
    ("gear", "task", "model", "escalation"),
    [
        pytest.param("full", "inline", "mini", None, id="full: inline"),
        pytest.param("full", "tests", "full", None, id="full: tests"),
        pytest.param("full", "explain", "mini", None, id="full: explain"),
        pytest.param("saver", "inline", "mini", None, id="saver: inline"),
        pytest.param("saver", "tests", "mini", "full", id="saver: tests"),
        pytest.param("saver", "refactor", "mini", "full", id="saver: refactor"),
        pytest.param("saver", "explain", "mini", None, id="saver: explain"),
        pytest.param("mini", "inline", "mini", None, id="mini: inline"),
        pytest.param("mini", "refactor", "mini", None, id="mini: refactor"),
    ],
)
def test_the_gear_sets_the_model(
    gear: Gear, task: Task, model: str, escalation: str | None
) -> None:
    found = route(task, facts(gear=gear))
    assert (found.model, found.tier, found.escalation) == (model, model, escalation)
    assert found.gear == gear


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("gear", ["full", "saver", "mini", "local"])
def test_every_route_says_why_in_a_sentence(task: Task, gear: Gear) -> None:
    assert route(task, facts(gear=gear)).reason.endswith((".", "override."))


def test_work_that_can_not_be_verified_stays_on_full_in_saver() -> None:
    found = route("explain", facts(gear="saver", routing={"explain": "full"}))
    assert (found.model, found.escalation) == ("full", None)


@pytest.mark.parametrize(
    ("strategy", "task", "escalation"),
    [
        pytest.param({"tests": "cascade", "*": "direct"}, "tests", "full", id="that task"),
        pytest.param({"tests": "cascade", "*": "direct"}, "fix", None, id="another task"),
        pytest.param({"*": "cascade"}, "fix", "full", id="all tasks"),
        pytest.param({"*": "cascade", "fix": "direct"}, "fix", None, id="all but that task"),
    ],
)
def test_a_cascade_can_be_asked_for_at_any_time(
    strategy: dict[str, str], task: Task, escalation: str | None
) -> None:
    assert route(task, facts(strategy=strategy)).escalation == escalation


def test_a_task_can_be_pinned_to_a_model_of_ones_own() -> None:
    found = route("tests", facts("mini", "full", "tuned", routing={"tests": "tuned"}))
    assert (found.model, found.tier) == ("tuned", "full")


def test_an_own_model_is_what_a_cascade_escalates_to() -> None:
    names = ("mini", "full", "tuned")
    found = route("tests", facts(*names, routing={"tests": "tuned"}, gear="saver"))
    assert (found.model, found.escalation) == ("mini", "tuned")


def test_a_model_named_for_this_action_wins_over_the_gear() -> None:
    found = route("refactor", facts(gear="mini", asked="full"))
    assert (found.model, found.tier, found.escalation) == ("full", "full", None)
    assert "for this action" in found.reason


def test_the_users_choice_wins_over_the_gear_for_heavy_tasks_only() -> None:
    assert route("refactor", facts(gear="mini", chosen="full")).model == "full"
    assert route("inline", facts(gear="full", chosen="full")).model == "mini"


def test_without_a_mini_model_the_full_one_goes_on() -> None:
    assert route("tests", facts("full", gear="mini")).model == "full"


def test_without_a_full_model_the_mini_one_serves_heavy_tasks() -> None:
    found = route("tests", facts("mini"))
    assert (found.model, found.tier) == ("mini", "mini")


@pytest.mark.parametrize(
    ("task", "given", "words"),
    [
        pytest.param("inline", facts("full"), "routing.inline", id="no mini for completions"),
        pytest.param(
            "tests", facts(routing={"tests": "tuned"}), "`tuned`", id="an own model is missing"
        ),
        pytest.param("tests", facts(asked="third"), "`third`", id="a named model is missing"),
        pytest.param("tests", RoutingFacts(Settings()), "gearshift setup", id="no model at all"),
    ],
)
def test_a_missing_model_is_named(task: Task, given: RoutingFacts, words: str) -> None:
    with pytest.raises(SetupNeeded, match=words):
        route(task, given)


@pytest.mark.parametrize(
    ("task", "names", "down", "model"),
    [
        pytest.param("tests", ("mini", "full", "fallback"), ["full"], "fallback", id="fallback"),
        pytest.param("tests", ("mini", "full"), ["full"], "mini", id="the other tier"),
        pytest.param("explain", ("mini", "full"), ["mini"], "full", id="the other tier, upward"),
        pytest.param("inline", ("mini", "full", "fallback"), ["mini"], "fallback", id="inline"),
        pytest.param(
            "tests", ("mini", "full", "fallback"), ["full", "fallback"], "mini", id="both down"
        ),
    ],
)
def test_something_stands_in_for_a_source_that_is_down(
    task: Task, names: tuple[str, ...], down: list[str], model: str
) -> None:
    found = route(task, facts(*names, outages=dict.fromkeys(down, DOWN)))
    assert (found.model, found.gear) == (model, "local")
    assert found.stands_in_for == down[0]
    assert DOWN.reason in found.reason


def test_in_the_local_gear_a_source_that_may_be_asked_is_asked_as_it_was() -> None:
    found = route("tests", facts(gear="local"))
    assert (found.model, found.stands_in_for) == ("full", None)


@pytest.mark.parametrize(
    ("task", "outages", "error"),
    [
        pytest.param("inline", {"mini": DOWN}, Unavailable, id="completions never go to full"),
        pytest.param("inline", {"mini": THROTTLED}, RateLimited, id="completions do not wait"),
        pytest.param("inline", {"mini": EXHAUSTED}, QuotaExhausted, id="the mini plan is used up"),
        pytest.param(
            "tests", {"mini": EXHAUSTED, "full": EXHAUSTED}, QuotaExhausted, id="all used up"
        ),
        pytest.param("tests", {"mini": DOWN, "full": DOWN}, Unavailable, id="all down"),
    ],
)
def test_where_nothing_can_serve_the_reason_is_given(
    task: Task, outages: dict[str, Outage], error: type[Exception]
) -> None:
    with pytest.raises(error, match=next(iter(outages.values())).reason):
        route(task, facts(outages=outages))


def test_a_heavy_task_waits_for_a_source_that_asks_to_wait() -> None:
    found = route("tests", facts("mini", "full", "fallback", outages={"full": THROTTLED}))
    assert (found.model, found.gear) == ("full", "full")


def test_a_cascade_whose_full_model_is_down_says_so() -> None:
    found = route("tests", facts(gear="saver", outages={"full": DOWN}))
    assert (found.model, found.escalation) == ("mini", None)
    assert "`full` can't be reached" in found.reason
