"""A reading as a row: status, basis, currency and the note, for every way a reading can end."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from spend_pipeline.errors import Busy, InvalidKey, NotConfigured, ProviderFailure, Unreadable
from spend_pipeline.fx import Rate, Rates
from spend_pipeline.integration import Integration, RecordedBalance
from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.period import Period
from spend_pipeline.reading import Reading
from spend_pipeline.snapshot import Basis, Figure, Snapshot, Status, snapshot

ASKED = Integration(7, 1, "mistral", "sealed")
NO_API = "Provider does not expose billing API"


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def of(
    figures: Figures,
    noon: datetime,
    recorded: RecordedBalance | None = None,
    *,
    supported: bool = True,
    rates: Rates | None = None,
) -> Snapshot:
    asked = Integration(7, 1, "mistral", "sealed", recorded)
    return snapshot(Reading(asked, figures, supported=supported, seconds=1.5), Period(noon), rates)


def reported(money: Money) -> Figure:
    return Figure(money, Basis.REPORTED, money.amount)


def test_figures_in_usd_are_kept_as_reported(noon: datetime) -> None:
    taken = of(Figures(usd("10"), usd("1"), usd("3"), as_of=noon), noon)
    assert taken.status is Status.READ
    assert taken.balance == reported(usd("10"))
    assert (taken.usage_today, taken.usage_month) == (
        reported(usd("1")),
        reported(usd("3")),
    )
    assert taken.balance.usd == Decimal(10)
    assert (taken.note, taken.error, taken.error_kind, taken.as_of, taken.seconds) == (None, None, None, noon, 1.5)


def test_a_figure_that_was_not_given_is_none_and_not_zero(noon: datetime) -> None:
    taken = of(Figures(usage_month=usd("0")), noon)
    assert (taken.balance, taken.usage_today) == (None, None)
    assert taken.usage_month == reported(usd("0"))


def test_what_is_not_usd_is_stored_and_not_converted(noon: datetime) -> None:
    """It has no USD amount, and the note says which figures those are, a sentence a currency."""
    taken = of(Figures(usd("10"), eur("1"), eur("3"), notes=("Hours behind",)), noon)
    assert taken.usage_month == Figure(eur("3"), Basis.REPORTED, None)
    assert taken.usage_month.usd is None
    assert taken.note == (
        "Hours behind. Usage today, usage this month reported in EUR and stored so, not converted to USD"
        ": no exchange rate is known"
    )


def test_each_foreign_currency_has_its_sentence(noon: datetime) -> None:
    taken = of(Figures(Money(Decimal(1), "CNY"), None, eur("3")), noon)
    assert taken.note == (
        "Balance reported in CNY and stored so, not converted to USD: no exchange rate is known. "
        "Usage this month reported in EUR and stored so, not converted to USD: no exchange rate is known"
    )


RATES = {"EUR": Rate(Decimal("1.1"), date(2026, 11, 20)), "CNY": Rate(Decimal("0.14"), date(2026, 11, 20))}


def test_what_has_a_rate_is_converted_and_says_at_which(noon: datetime) -> None:
    """The native amount stays beside it, to the last digit."""
    taken = of(Figures(usage_month=eur("3.333")), noon, rates=RATES)
    assert taken.usage_month == Figure(eur("3.333"), Basis.REPORTED, Decimal("3.6663"), RATES["EUR"])
    assert taken.note == "Usage this month converted from EUR at 1.1 USD (European Central Bank, 2026-11-20)"


def test_wallets_in_two_currencies_are_kept_and_added_in_usd(noon: datetime) -> None:
    """110 CNY at 0.14 and 5 USD are 20.40; without a rate for one, the sum is unknown."""
    wallets = (Money(Decimal(110), "CNY"), usd("5"))
    balance = of(Figures(wallets[0], other_balances=wallets[1:]), noon, rates=RATES).balance
    assert balance == Figure(wallets[0], Basis.REPORTED, Decimal("20.4"), RATES["CNY"], wallets)
    unknown = of(Figures(wallets[0], other_balances=wallets[1:]), noon).balance
    assert unknown is not None
    assert unknown.usd is None


def test_credits_are_shown_as_credits_and_are_no_money(noon: datetime) -> None:
    taken = of(Figures(Money.units(1200, "credits")), noon, rates=RATES)
    assert taken.balance is not None
    assert (taken.balance.money.amount, taken.balance.usd) == (Decimal(1200), None)
    assert taken.note == "Balance in credits, which are not money"


@pytest.mark.parametrize(
    ("failure", "kind", "error"),
    [
        (InvalidKey(), "refused", "API key invalid or expired"),
        (Busy.timeout(20), "busy", "Timeout: the provider did not answer in full within 20 s"),
        (Unreadable("the body is empty"), "unreadable", "Invalid response: the body is empty"),
        (NotConfigured("Set it up"), "not_configured", "Set it up"),
    ],
)
def test_a_failure_is_its_sentence_and_its_kind(
    failure: ProviderFailure, kind: str, error: str, noon: datetime
) -> None:
    """And no figure at all."""
    taken = snapshot(Reading(ASKED, failure=failure), Period(noon))
    assert taken == Snapshot(ASKED, Status.FAILED, error=error, error_kind=kind)


def test_where_there_is_nothing_to_ask_there_is_a_note(noon: datetime) -> None:
    taken = of(Figures(notes=(NO_API,)), noon, supported=False)
    assert (taken.status, taken.note, taken.balance, taken.error) == (Status.UNSUPPORTED, NO_API, None, None)


def test_a_recorded_balance_is_kept_current(noon: datetime) -> None:
    """It is manual, not reported: 100 recorded, 4 spent before that, 10 by now."""
    recorded = RecordedBalance(usd("100"), noon - timedelta(days=3), Decimal(0), Decimal(4))
    taken = of(Figures(usage_month=usd("10")), noon, recorded)
    assert taken.balance == Figure(usd("94"), Basis.MANUAL, Decimal(94))
    assert taken.note == "Balance is the balance recorded as of 2026-11-19 12:00 UTC, less the spend read since"


def test_a_reported_balance_needs_no_recorded_one(noon: datetime) -> None:
    recorded = RecordedBalance(usd("100"), noon - timedelta(days=3), Decimal(0), Decimal(4))
    taken = of(Figures(usd("5"), None, usd("10")), noon, recorded)
    assert (taken.balance, taken.note) == (reported(usd("5")), None)


def test_without_anything_read_a_recorded_balance_is_not_kept_current(noon: datetime) -> None:
    """Neither where there is nothing to ask, nor where no spend was read."""
    recorded = RecordedBalance(usd("100"), noon - timedelta(days=3), Decimal(0), Decimal(4))
    unsupported = of(Figures(notes=(NO_API,)), noon, recorded, supported=False)
    assert (unsupported.balance, unsupported.note) == (None, NO_API)
    unknown = of(Figures(usage_today=usd("1")), noon, recorded)
    assert unknown.balance is None
    assert unknown.note is not None
    assert unknown.note.startswith("Balance unknown: no spend was read")


def test_two_currencies_in_one_reading_break_no_sync(noon: datetime) -> None:
    """Month and day come from different routes: where they disagree about the currency, one balance is unknown."""
    recorded = RecordedBalance(eur("100"), noon.replace(hour=0), Decimal(0), None)
    taken = of(Figures(usage_today=usd("1"), usage_month=eur("10")), noon, recorded)
    assert (taken.status, taken.balance) == (Status.READ, None)
    assert taken.note is not None
    assert "Balance unknown" in taken.note
