// The figures of all accounts together: what is left, today, and this month against last month's same days.

import { by, h } from "./dom.js";
import { number, sameDays, signed } from "./format.js";

export function showHeadline({ totals, asked_at: asked, balances }) {
  by("headline").replaceChildren(
    figure("Balance", totals.balance_usd, missing(totals, "balance", "balance")),
    figure("Spent today", totals.today_usd, missing(totals, "today", "spend")),
    figure("Spent this month", totals.month_usd, missing(totals, "month", "spend")),
    compared(totals.compared, asked),
  );
  by("headline").hidden = balances.length === 0;
}

function figure(name, usd, more) {
  const big = usd === null
    ? h("dd", { class: "big none" }, "unknown")
    : h("dd", { class: "big" }, number(usd), h("span", { class: "unit" }, "USD"));
  return h("div", {}, h("dt", {}, name), big, more && h("dd", { class: "more" }, more));
}

/** What the sum is without: accounts that tell none, and those whose unit has no price in dollars. */
function missing(totals, name, what) {
  const { [`${name}_unknown`]: unknown, [`${name}_not_in_usd`]: other } = totals;
  const parts = [unknown > 0 && `${unknown} of unknown ${what}`, other > 0 && `${other} in other units`].filter(Boolean);
  return parts.length > 0 && `without ${parts.join(" and ")}`;
}

function compared(them, asked) {
  const name = "Against last month’s same days";
  if (them.days === 0) return nothing(name, "The month has no whole day yet.");
  if (them.change_percent === null) return nothing(name, "Nothing is known of last month’s same days.");
  const days = `${sameDays(asked, them.days, 0)}: ${number(them.month_to_yesterday_usd)}; ${sameDays(asked, them.days, 1)}: ${number(them.last_month_same_days_usd)}`;
  const left = them.left_out > 0 && `, without ${them.left_out} not known then`;
  const partly = them.is_partial && ", some days incomplete";
  return h("div", {}, h("dt", {}, name), h("dd", { class: "big" }, signed(them.change_percent)), h("dd", { class: "more" }, days, left, partly));
}

const nothing = (name, why) =>
  h("div", {}, h("dt", {}, name), h("dd", { class: "big none" }, "unknown"), h("dd", { class: "more" }, why));
