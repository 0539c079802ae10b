// The accounts: a row each, every figure in its own currency with where it comes from; and those that fail, with what to do.

import { by, h } from "./dom.js";
import { age, BASIS, number, shortDay, signed, stamp, unit } from "./format.js";

const STALE = 8 * 3600;
const SOON = 7;
const COLUMNS = ["Balance", "Lasts", "Today", "This month", "Same days last month", "Read"];
const SHORT = { "Same days last month": "Last month" };

export function showAccounts({ balances }) {
  by("accounts").hidden = balances.length === 0;
  by("empty").hidden = balances.length > 0;
  const head = h("tr", { role: "row" }, h("th", { scope: "col", role: "columnheader" }, "Account"),
    COLUMNS.map((name) => h("th", { scope: "col", role: "columnheader", class: "right" }, name)));
  // Narrow screens lay the rows out as cards, which takes a table's meaning away: the roles give it back.
  by("accounts-table").replaceChildren(h("table", { role: "table", "aria-labelledby": "accounts-title" },
    h("thead", { role: "rowgroup" }, head), h("tbody", { role: "rowgroup" }, balances.flatMap(row))));
}

export function showTrouble({ balances }) {
  const failing = balances.filter((each) => each.is_active && each.error !== null);
  by("trouble").hidden = failing.length === 0;
  by("trouble").querySelector("ul").replaceChildren(...failing.map((each) => h("li", {},
    h("div", {}, each.provider_label, each.key_label && h("span", { class: "label" }, each.key_label)),
    h("div", {}, h("p", { class: "bad" }, sentence(each.error)), each.action && h("p", {}, sentence(each.action)),
      h("p", { class: "soft" }, since(each))))));
}

/** Ages grow while the page stands. */
export function showAges() {
  for (const time of document.querySelectorAll("time[data-age]")) time.textContent = age(time.dateTime);
}

const sentence = (words) => (/[.!?]$/.test(words) ? words : `${words}.`);

const since = (each) => `Failed in ${each.consecutive_failures === 1 ? "the last sync" : `the last ${each.consecutive_failures} syncs`}; ` +
  (each.read_at ? `its figures are those of ${stamp(each.read_at)}.` : "it has never been read.");

function row(each) {
  const stale = each.is_active && each.error === null && each.age_seconds > STALE;
  const name = h("th", { scope: "row", role: "rowheader", class: "who" }, each.provider_label,
    each.error !== null && each.is_active && tag("failing", "bad"), stale && tag("stale", ""),
    !each.is_active && tag("inactive", "quiet"), !each.counted && tag("counted with another", "quiet"),
    each.key_label && h("span", { class: "label" }, each.key_label));
  const cells = [figure(each.balance), lasting(each), figure(each.today), figure(each.month), before(each), read(each)];
  const whole = h("tr", { role: "row", class: each.is_active ? null : "off" }, name,
    cells.map((content, index) => h("td", { role: "cell", class: "right", "data-name": SHORT[COLUMNS[index]] ?? COLUMNS[index] }, content)));
  const remark = each.note && h("tr", { role: "row", class: "remark" }, h("td", { role: "cell", colspan: COLUMNS.length + 1 }, each.note));
  return remark ? [whole, remark] : [whole];
}

const tag = (words, kind) => h("span", { class: `tag ${kind}` }, words);
const unknown = (why = "unknown") => h("span", { class: "unknown" }, why);
const sub = (words) => h("span", { class: "sub" }, words);

function figure(told) {
  if (told === null) return unknown();
  return [h("span", { class: "num" }, number(told.amount, told.currency), h("span", { class: "unit" }, unit(told.currency))), sub(BASIS[told.basis] ?? told.basis)];
}

function lasting(each) {
  if (each.balance === null) return unknown();
  if (each.days_left === 0) return h("span", { class: "bad" }, "used up");
  if (each.days_left !== null) {
    const days = Math.floor(each.days_left);
    const words = days > 999 ? "over 999 days" : days < 1 ? "less than a day" : `${days} ${days === 1 ? "day" : "days"}`;
    return [h("span", { class: days < SOON ? "num warn" : "num" }, words), each.empty_on && days <= 999 && sub(`until ${shortDay(each.empty_on)}`)];
  }
  return unknown(each.spend_per_day === null ? "unknown yet" : "not spending");
}

function before({ month_to_yesterday_usd: now, last_month_same_days_usd: then, comparison_is_partial: partial }) {
  if (then === null) return unknown();
  const usd = h("span", { class: "num" }, number(then), h("span", { class: "unit" }, "USD"));
  const change = now === null ? "now unknown" : then === 0 ? `now ${number(now)}` : signed((100 * (now - then)) / then);
  return [usd, sub(partial ? `${change}, incomplete` : change)];
}

function read(each) {
  if (each.read_at === null) return unknown(each.error === null ? "not yet" : "never");
  return [h("time", { datetime: each.read_at, title: stamp(each.read_at), "data-age": "" }, age(each.read_at))];
}
