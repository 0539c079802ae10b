// Light or dark: the system's choice until the button is pressed, and again after the page is reloaded.

import { by } from "./dom.js";

const system = matchMedia("(prefers-color-scheme: dark)");
const probe = document.createElement("span");

export const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

/** The colour of a style variable as it is now. */
export function colour(name) {
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Starts the button; `changed` is called whenever the colours have. */
export function startTheme(changed) {
  const button = by("theme");
  const show = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  const both = () => { show(); changed(); };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    both();
  });
  system.addEventListener("change", both);
  show();
}
