// How figures, days and ages are written. What is not known is "unknown", never 0.

const two = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const fine = new Intl.NumberFormat("en-US", { minimumSignificantDigits: 2, maximumSignificantDigits: 2 });
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC",
});

export const BASIS = { reported: "reported", derived: "estimated", manual: "recorded", mixed: "mixed" };

/** Money has two decimals, or two digits where it is less than a cent; other units are written as they are. */
export function number(amount, currency = "USD") {
  const plain = /^[a-z]/.test(currency) ? whole : amount !== 0 && Math.abs(amount) < 0.01 ? fine : two;
  return plain.format(amount).replace("-", "−");
}

export const unit = (currency) => currency.replaceAll("_", " ");

export const signed = (percent) => `${percent > 0 ? "+" : percent < 0 ? "−" : "±"}${Math.abs(percent).toFixed(1)} %`;

export const shortDay = (iso) => day.format(new Date(iso));

export const stamp = (iso) => `${moment.format(new Date(iso))} UTC`;

export const isoDay = (date) => date.toISOString().slice(0, 10);

/** How long ago, in the largest unit that tells. */
export function age(iso, now = Date.now()) {
  const minutes = Math.max(0, Math.floor((now - Date.parse(iso)) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / 1440)} days ago`;
}

/** The days that are compared, such as "1–21 Oct". */
export function sameDays(asked, days, monthsBack) {
  const date = new Date(asked);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsBack, 1));
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsBack + 1, 0)).getUTCDate();
  const last = new Date(first.getTime() + (Math.min(days, length) - 1) * 86_400_000);
  return first.getTime() === last.getTime() ? day.format(first) : `${first.getUTCDate()}–${day.format(last)}`;
}
