// Spend by day: bars by provider in US dollars, and the same as a table.

import { draw } from "./charts.js";
import { by, h } from "./dom.js";
import { BASIS, number, shortDay, unit } from "./format.js";
import { colours, MOST, OTHERS } from "./palette.js";

export function showDays({ days }, first, last) {
  const money = days.filter((each) => each.counted && each.spend_usd !== null);
  const place = by("days-chart");
  if (days.length === 0) {
    place.replaceChildren(h("p", { class: "soft" }, "Nothing is known of these days yet: spend shows from the first sync on."));
    return Promise.resolve();
  }
  const { names, others } = ranked(money);
  const key = h("ul", { class: "key", "aria-label": "Providers" });
  const chart = h("div", { class: "chart", role: "img", "aria-label": summary(money, names) });
  const pale = money.some((each) => each.is_partial) && h("p", { class: "aside" }, "Paler: the day is not over, or something of it may be missing.");
  const away = days.length > money.length && h("p", { class: "aside" }, "Units that are not money are in the table only, as is the second reading of an account that is counted once.");
  place.replaceChildren(h("figure", {}, key, chart, pale, away), table(days));
  return draw(chart, () => {
    const range = colours(names.length - (others ? 1 : 0), others);
    key.replaceChildren(...names.map((name, index) => h("li", {}, swatch(range[index]), name)));
    return spec(bars(money, names), names, range, first, last);
  });
}

function swatch(colour) {
  const square = h("span", { class: "swatch" });
  square.style.background = colour;
  return square;
}

/** Providers by what they cost, the smallest together where there are too many to tell apart. */
function ranked(money) {
  const sums = new Map();
  for (const { provider_label: name, spend_usd: usd } of money) sums.set(name, (sums.get(name) ?? 0) + usd);
  const all = [...sums.keys()].sort((one, other) => sums.get(other) - sums.get(one));
  const others = all.length > MOST;
  return { names: others ? [...all.slice(0, MOST), OTHERS] : all, others };
}

function bars(money, names) {
  const bars = new Map();
  for (const each of money) {
    const name = names.includes(each.provider_label) ? each.provider_label : OTHERS;
    const bar = bars.get(each.day + name) ?? { day: each.day, name, usd: 0, partial: false };
    bar.usd += each.spend_usd;
    bar.partial ||= each.is_partial;
    bars.set(each.day + name, bar);
  }
  return [...bars.values()].map((bar) => ({ ...bar, rank: names.indexOf(bar.name), Day: shortDay(bar.day), Spend: `${number(bar.usd)} USD`, Provider: bar.name }));
}

const spec = (values, names, range, first, last) => ({
  data: { values }, width: "container", height: 220, autosize: { type: "fit-x", contains: "padding" },
  mark: { type: "bar", width: { band: 0.82 } },
  encoding: {
    x: {
      field: "day", type: "temporal", timeUnit: "utcyearmonthdate", scale: { type: "utc", domain: [`${first}T00:00:00Z`, `${last}T23:59:59Z`] },
      axis: { format: "%-d %b", labelOverlap: true, tickCount: { interval: "day", step: 7 }, labelFlush: true },
    },
    y: { field: "usd", type: "quantitative", axis: { tickCount: 4, format: ",~f" } },
    color: { field: "name", type: "nominal", scale: { domain: names, range }, legend: null },
    order: { field: "rank", type: "quantitative" },
    opacity: { condition: { test: "datum.partial", value: 0.55 }, value: 1 },
    tooltip: ["Day", "Provider", "Spend"].map((field) => ({ field, type: "nominal" })),
  },
});

function summary(money, names) {
  const sum = money.reduce((whole, each) => whole + each.spend_usd, 0);
  return `Spend by day and provider, ${number(sum)} US dollars in all, most at ${names[0] ?? "none"}. The table below has every figure.`;
}

function table(days) {
  const head = ["Day", "Account", "Spend", "USD", "Basis"].map((name, index) => h("th", { scope: "col", class: index === 2 || index === 3 ? "right" : null }, name));
  const rows = days.toReversed().map((each) => h("tr", {},
    h("th", { scope: "row" }, each.since < each.day ? `${shortDay(each.since)} – ${shortDay(each.day)}` : shortDay(each.day)),
    h("td", {}, each.provider_label, each.key_label && ` · ${each.key_label}`),
    h("td", { class: "right num" }, number(each.spend, each.currency), " ", unit(each.currency)),
    h("td", { class: "right num" }, each.spend_usd === null ? h("span", { class: "unknown" }, "unknown") : number(each.spend_usd)),
    h("td", {}, BASIS[each.basis], each.is_partial && ", incomplete")));
  return h("details", {}, h("summary", {}, "Spend by day as a table"), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Spend by day, as a table" },
    h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows))));
}
