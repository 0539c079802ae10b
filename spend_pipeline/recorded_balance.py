"""A balance recorded by hand, kept current: the recorded amount less the spend read since."""

from datetime import datetime
from decimal import Decimal

from spend_pipeline.integration import RecordedBalance
from spend_pipeline.money import Money, exact_sum
from spend_pipeline.outbound.ask import Figures
from spend_pipeline.period import Period, midnight


def running_balance(recorded: RecordedBalance, figures: Figures, period: Period) -> tuple[Money | None, str]:
    """The balance now and the note that says where it comes from; None, and why, where the spend since is not known."""
    since = f"the balance recorded as of {recorded.as_of:%Y-%m-%d %H:%M} UTC"
    month = figures.usage_month
    if month is None:
        return None, f"Balance unknown: no spend was read to take from {since}"
    if month.currency != recorded.amount.currency:
        return None, f"Balance unknown: spend is in {month.currency}, {since} is in {recorded.amount.currency}"
    before = _spent_before(recorded, figures, period)
    if before is None or recorded.closed_months is None:
        return None, f"Balance unknown: no reading covers all the spend since {since}; record it again as of today"
    spent = exact_sum((recorded.closed_months, month.amount, before.copy_negate()))
    return recorded.amount - Money(spent, month.currency), f"Balance is {since}, less the spend read since"


def _spent_before(recorded: RecordedBalance, figures: Figures, period: Period) -> Decimal | None:
    """What the month of `as_of` had spent by then.

    From snapshots, or from the reading at hand if it is of the same day.
    """
    if recorded.before is not None or recorded.as_of.date() != period.today or figures.usage_month is None:
        return recorded.before
    if not _is_midnight(recorded.as_of):
        return figures.usage_month.amount
    if figures.usage_today is None or figures.usage_today.currency != figures.usage_month.currency:
        return None
    return (figures.usage_month - figures.usage_today).amount


def _is_midnight(moment: datetime) -> bool:
    return moment == midnight(moment.date())
