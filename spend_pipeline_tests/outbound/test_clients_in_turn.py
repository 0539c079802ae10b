"""A client whose accounts are slow: others' at the same provider do not stand behind all of them."""

from hypothesis import given
from hypothesis import strategies as st

from spend_pipeline.integration import Integration, in_turn
from spend_pipeline.period import Period
from spend_pipeline_tests.conftest import NOON
from spend_pipeline_tests.outbound.asking import KEY, reader
from spend_pipeline_tests.outbound.fault_server import Exchange, faulty, healthy

SLOW, SECONDS, PLACES = 12, 3.0, 2


def test_a_client_with_slow_accounts_holds_up_no_other() -> None:
    """Twelve that never answer, two places, and another client's one, added last: it is among the first to be read."""

    def script(exchange: Exchange) -> None:
        if exchange.headers["authorization"].endswith("slow"):
            exchange.pause(60)
        healthy(exchange)

    theirs = [Integration(number, 1, "faulty", sealed=f"{KEY}-slow") for number in range(SLOW)]
    with faulty(script) as server:
        asked = reader({"faulty": server.url}, seconds=SECONDS, per_host=PLACES)
        order = asked.read_all([*theirs, Integration(99, 2, "faulty", sealed=KEY)], Period(NOON))
        first = [next(order) for _ in range(PLACES)]
    (other,) = [reading for reading in first if reading.integration.client_id == 2]
    assert other.figures is not None
    assert other.seconds < SECONDS


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from("ab")), max_size=30))
def test_turns_lose_nobody_and_keep_each_clients_order(asked: list[tuple[int, str]]) -> None:
    """Each once; a client's own at a provider stay in their order; nobody's second comes before another's first."""
    given_order = [Integration(number, client, provider, "") for number, (client, provider) in enumerate(asked)]
    turns = in_turn(given_order)
    assert sorted(each.id for each in turns) == list(range(len(asked)))
    seen: dict[tuple[int, str], list[int]] = {}
    rounds = []
    for each in turns:
        own = seen.setdefault((each.client_id, each.provider_name), [])
        own.append(each.id)
        rounds.append(len(own))
    assert all(own == sorted(own) for own in seen.values())
    assert rounds == sorted(rounds)
