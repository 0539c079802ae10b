// Elements from data: text is always text, never markup.

export const by = (id) => document.getElementById(id);

/** An element with attributes and children; null and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Says something in a live region, once: the same words again are not read out again. */
export function say(region, words) {
  if (region.textContent !== words) region.textContent = words;
}
