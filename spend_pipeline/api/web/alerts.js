// The budgets that are crossed: what happened, since when, and what to do.

import { by, h } from "./dom.js";
import { stamp } from "./format.js";

export function showAlerts({ alerts, next_cursor: more }) {
  by("alerts").hidden = alerts.length === 0;
  by("alerts").querySelector("ul").replaceChildren(...alerts.map(entry), ...(more ? [h("li", { class: "soft" }, h("div", {}), h("div", {}, "And older ones."))] : []));
}

function entry(each) {
  const kind = each.spend_limit_action === "block" ? "bad" : "warn";
  return h("li", {},
    h("div", {}, each.integration_id === null ? "All accounts" : each.provider_label, each.key_label && h("span", { class: "label" }, each.key_label)),
    h("div", {}, h("p", { class: kind }, `${each.title}.`), h("p", {}, `${each.message}.`), each.action && h("p", {}, `${each.action}.`),
      h("p", { class: "soft" }, `Since ${stamp(each.fired_at)}; the next sync looks again.`)));
}
