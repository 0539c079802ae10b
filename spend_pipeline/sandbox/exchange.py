"""The central bank's feed of exchange rates, as it looks on the last working day before now."""

from datetime import date, datetime, timedelta

FEED_PATH = "/exchange/eurofxref-daily.xml"
PER_EURO = {"USD": "1.0841", "JPY": "163.42", "GBP": "0.8392", "CHF": "0.9377", "CNY": "7.8512", "INR": "91.2335"}


def feed(now: datetime) -> str:
    """The XML of the feed: what one euro is worth in each currency."""
    cubes = "".join(f'<Cube currency="{code}" rate="{rate}"/>' for code, rate in PER_EURO.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
        'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">'
        "<gesmes:subject>Reference rates</gesmes:subject>"
        "<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>"
        f'<Cube><Cube time="{_last_working_day(now.date())}">{cubes}</Cube></Cube></gesmes:Envelope>'
    )


def _last_working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))
