// Vega-Lite, loaded once it is needed, without eval and without styles of its own; charts follow the page's colours.

import { h } from "./dom.js";
import { colour } from "./theme.js";

let loading = null;
const drawn = new Map();
const tip = h("dl", { id: "tip", hidden: "", "aria-hidden": "true" });

function library() {
  loading ??= import("./vega.js").then(() => window.vegaEmbed);
  loading.catch(() => { loading = null; });
  return loading;
}

/** Draws what `specify` answers into the element, and again whenever the colours change. Throws where it cannot. */
export async function draw(element, specify) {
  const embed = await library();
  drawn.get(element)?.finalize();
  const view = await embed(element, { ...specify(), config: config() }, {
    mode: "vega-lite", ast: true, actions: false, defaultStyle: false, renderer: "svg", tooltip: point,
  });
  drawn.set(element, { specify, finalize: () => view.finalize() });
}

/** Charts that are no longer on the page are let go. */
export function forget() {
  for (const [element, { finalize }] of drawn) {
    if (!element.isConnected) {
      finalize();
      drawn.delete(element);
    }
  }
}

export function redraw() {
  for (const [element, { specify }] of drawn) draw(element, specify).catch(() => {});
}

function point(_, event, __, value) {
  tip.hidden = value === null || value === undefined || typeof value !== "object";
  if (tip.hidden) return;
  tip.replaceChildren(...Object.entries(value).flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, String(text))]));
  document.body.append(tip);
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(event.clientX + 14, innerWidth - width - 8))}px`;
  tip.style.top = `${Math.max(8, event.clientY - height - 12)}px`;
}

function config() {
  const font = getComputedStyle(document.body).fontFamily;
  const soft = colour("soft");
  const line = colour("line");
  return {
    aria: false, background: null, font, padding: { left: 0, right: 20, top: 4, bottom: 0 },
    view: { stroke: null },
    axis: {
      labelColor: soft, labelFontSize: 12, labelPadding: 6, title: null, domain: false, ticks: false, gridColor: line, labelFont: font,
    },
    axisX: { grid: false, domain: true, domainColor: line },
  };
}
