"""Circuit breakers: when a source is left alone, and when it is probed."""

from __future__ import annotations

import pytest

from gearshift.core.errors import (
    BadReply,
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from gearshift.routing.circuit import Circuit, Circuits
from gearshift.settings.schema import ModelSettings

NOW = 1_795_000_000.0


def failing(*errors: ProviderError, step: float = 1.0) -> Circuit:
    circuit = Circuit()
    for number, error in enumerate(errors):
        circuit.failed(error, NOW + number * step)
    return circuit


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        pytest.param([Unavailable("Down.")] * 2, None, id="two failures"),
        pytest.param([Unavailable("Down.")] * 3, "down", id="three failures"),
        pytest.param([BadReply("Odd.")] * 3, "down", id="three malformed answers"),
        pytest.param([Unauthorized("Key.")], "down", id="a refused key"),
        pytest.param([ModelNotFound("Who?")], "down", id="an unknown model"),
        pytest.param([QuotaExhausted("Empty.")], "exhausted", id="no money"),
        pytest.param([RateLimited("Wait.", 20.0)], "throttled", id="asked to wait"),
        pytest.param([ContextTooLong("Long.")] * 9, None, id="prompts that do not fit"),
    ],
)
def test_failures_open_the_circuit(errors: list[ProviderError], kind: str | None) -> None:
    outage = failing(*errors).outage(NOW + 9)
    assert (outage.kind if outage else None) == kind


def test_failures_far_apart_do_not_open_it() -> None:
    assert failing(*[Unavailable("Down.")] * 5, step=16.0).outage(NOW + 80) is None


def test_an_answer_between_failures_starts_the_count_anew() -> None:
    circuit = failing(Unavailable("Down."), Unavailable("Down."))
    circuit.succeeded()
    circuit.failed(Unavailable("Down."), NOW + 3)
    assert circuit.outage(NOW + 3) is None


def test_an_open_circuit_gives_one_probe_after_ten_seconds() -> None:
    circuit = failing(Unauthorized("Key."))
    assert circuit.admit(NOW + 9.9)
    assert circuit.admit(NOW + 10) is None
    assert circuit.admit(NOW + 10.1)
    assert circuit.outage(NOW + 10.1)


def test_a_probe_that_succeeds_closes_it() -> None:
    circuit = failing(Unauthorized("Key."))
    assert circuit.admit(NOW + 10) is None
    circuit.succeeded()
    assert circuit.outage(NOW + 10) is None
    assert circuit.admit(NOW + 10) is None


def test_a_probe_that_fails_keeps_it_open_for_another_pause() -> None:
    circuit = failing(*[Unavailable("Down.")] * 3)
    assert circuit.admit(NOW + 12) is None
    circuit.failed(Unavailable("Still down."), NOW + 13)
    outage = circuit.admit(NOW + 22.9)
    assert outage
    assert outage.reason == "Still down."
    assert circuit.admit(NOW + 23) is None


def test_a_probe_that_is_withdrawn_leaves_the_next_one_free() -> None:
    circuit = failing(Unauthorized("Key."))
    assert circuit.admit(NOW + 10) is None
    circuit.withdrawn(NOW + 11)
    assert circuit.admit(NOW + 11) is None


def test_a_probe_that_never_reports_does_not_hold_the_circuit() -> None:
    circuit = failing(Unauthorized("Key."))
    assert circuit.admit(NOW + 10) is None
    assert circuit.admit(NOW + 20) is None


def test_the_vendors_wait_is_honoured() -> None:
    circuit = failing(RateLimited("Wait.", 60.0))
    outage = circuit.admit(NOW + 59)
    assert outage
    assert outage.until == NOW + 60
    assert circuit.admit(NOW + 60) is None


def test_a_clock_that_is_put_back_does_not_keep_it_open() -> None:
    circuit = failing(Unauthorized("Key."))
    assert circuit.admit(NOW - 5000)
    assert circuit.admit(NOW - 4990) is None


def test_a_route_may_lead_to_a_source_whose_probe_is_due() -> None:
    circuit = failing(Unauthorized("Key."))
    assert circuit.blocked(NOW + 9)
    assert circuit.blocked(NOW + 10) is None
    assert circuit.blocked(NOW + 10) is None
    assert circuit.admit(NOW + 10) is None
    assert circuit.blocked(NOW + 10)


def test_named_models_are_blocked_with_their_source() -> None:
    circuits = Circuits()
    circuits.of("openai", "a").failed(Unauthorized("Key."), NOW)
    models = {"mini": ModelSettings(model="a"), "full": ModelSettings(model="b")}
    assert set(circuits.blocked(models, NOW)) == {"mini"}
    assert circuits.blocked(models, NOW + 10) == {}


@pytest.mark.parametrize(
    ("name", "error", "kind"),
    [
        pytest.param("mini", Unauthorized("Key."), "down", id="mini is down"),
        pytest.param("full", QuotaExhausted("Empty."), "exhausted", id="full is used up"),
        pytest.param("full", RateLimited("Wait."), None, id="throttling is no loss"),
        pytest.param("own", Unauthorized("Key."), None, id="a model beside the pair"),
    ],
)
def test_the_loss_of_one_of_the_pair_is_what_gears_follow(
    name: str, error: ProviderError, kind: str | None
) -> None:
    circuits = Circuits()
    models = {key: ModelSettings(model=f"vendor-{key}") for key in ("mini", "full", "own")}
    circuits.of("openai", f"vendor-{name}").failed(error, NOW)
    lost = circuits.lost(models, NOW + 10)
    assert (lost.kind if lost else None) == kind


def test_each_source_has_its_own_circuit() -> None:
    circuits = Circuits()
    circuits.of("openai", "a").failed(Unauthorized("Key."), NOW)
    assert circuits.of("openai", "a").outage(NOW)
    assert circuits.of("openai", "b").outage(NOW) is None
    circuits.forget()
    assert circuits.of("openai", "a").outage(NOW) is None
