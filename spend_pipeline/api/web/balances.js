// Balance by day: a small chart an account, in its own currency, with the top-ups marked; and the same as a table.

import { draw } from "./charts.js";
import { by, h } from "./dom.js";
import { BASIS, number, shortDay, unit } from "./format.js";
import { colour } from "./theme.js";

export function showBalances({ days }, first, last) {
  const place = by("balance-charts");
  if (days.length === 0) {
    place.replaceChildren(h("p", { class: "soft" }, "No balance has been read in these days."));
    return Promise.resolve();
  }
  const accounts = [...Map.groupBy(days, (each) => each.integration_id).values()];
  const charts = accounts.map((of) => ({ of, chart: h("div", { class: "chart", role: "img", "aria-label": summary(of) }) }));
  place.replaceChildren(h("div", { class: "multiples" }, charts.map(({ of, chart }) => figure(of, chart))), table(days));
  return Promise.all(charts.map(({ of, chart }) => draw(chart, () => spec(of, first, last))));
}

const written = ({ amount, currency }) => `${number(amount, currency)} ${unit(currency)}`;

function figure(of, chart) {
  const { provider_label: name, key_label: label, balance } = of.at(-1);
  return h("figure", { class: "small" },
    h("figcaption", {}, h("span", {}, h("b", {}, name), label && h("span", { class: "soft" }, ` ${label}`)), h("span", { class: "num" }, written(balance))), chart);
}

function spec(of, first, last) {
  const { currency } = of.at(-1).balance;
  const values = of.filter((each) => each.balance.currency === currency).map((each) => ({
    day: each.day, left: each.balance.amount, added: each.top_up ?? 0, Day: shortDay(each.day), Balance: written(each.balance),
    "Topped up": each.top_up > 0 ? `+${written({ amount: each.top_up, currency })}` : "no",
  }));
  const ink = colour("accent");
  const x = {
    field: "day", type: "temporal", timeUnit: "utcyearmonthdate", scale: { type: "utc", domain: [`${first}T00:00:00Z`, `${last}T23:59:59Z`] },
    axis: { format: "%-d %b", tickCount: 3, labelOverlap: true, labelSeparation: 28 },
  };
  const y = { field: "left", type: "quantitative", scale: { zero: true, nice: true }, axis: { tickCount: 2, format: ",~f" } };
  const tooltip = ["Day", "Balance", "Topped up"].map((field) => ({ field, type: "nominal" }));
  return {
    data: { values }, width: "container", height: 96, autosize: { type: "fit-x", contains: "padding" },
    encoding: { x },
    layer: [
      { mark: { type: "area", interpolate: "step-after", color: ink, opacity: 0.1 }, encoding: { y } },
      { mark: { type: "line", interpolate: "step-after", color: ink, strokeWidth: 1.5 }, encoding: { y } },
      { mark: { type: "point", opacity: 0, size: 220 }, encoding: { y, tooltip } },
      ...topUps(values, { y, tooltip }),
    ],
  };
}

/** Marks on the days on which the balance rose, with by how much. */
function topUps(values, encoding) {
  const data = { values: values.filter((each) => each.added > 0) };
  if (data.values.length === 0) return [];
  const color = colour("warn");
  return [
    { data, mark: { type: "point", shape: "triangle-up", filled: true, size: 90, opacity: 1, color }, encoding },
    { data, mark: { type: "text", dy: -11, fontSize: 11, color }, encoding: { ...encoding, text: { field: "Topped up" } } },
  ];
}

function summary(of) {
  const { provider_label: name, balance } = of.at(-1);
  const ups = of.filter((each) => each.top_up > 0);
  const up = ups.length === 0 ? "no top-up seen" : `topped up on ${ups.map((each) => shortDay(each.day)).join(", ")}`;
  return `Balance of ${name} by day, now ${written(balance)}, ${up}. The table below has every figure.`;
}

function table(days) {
  const head = ["Day", "Account", "Balance", "Topped up", "Basis"].map((name, index) => h("th", { scope: "col", class: index === 2 || index === 3 ? "right" : null }, name));
  const rows = days.toReversed().map((each) => h("tr", {},
    h("th", { scope: "row" }, shortDay(each.day)),
    h("td", {}, each.provider_label, each.key_label && ` · ${each.key_label}`),
    h("td", { class: "right num" }, written(each.balance)),
    h("td", { class: "right num" }, each.top_up === null ? h("span", { class: "unknown" }, "unknown") : each.top_up > 0 ? `+${number(each.top_up, each.balance.currency)}` : "no"),
    h("td", {}, BASIS[each.balance.basis])));
  return h("details", {}, h("summary", {}, "Balance by day as a table"), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Balance by day, as a table" },
    h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows))));
}
