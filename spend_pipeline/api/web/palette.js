// A colour for each provider, the same in every chart: dark enough on white, light enough on black.

import { isDark } from "./theme.js";

const LIGHT = ["#0b6354", "#c2571a", "#3b5bb5", "#a33d6e", "#7a7a1f", "#5e4a9c", "#2a8ca8"];
const DARK = ["#4fbfa8", "#f0935a", "#8aa6f2", "#e58ab4", "#c9c560", "#ae9be6", "#68c3dc"];
const REST = ["#8a9496", "#788385"];

export const OTHERS = "Others";
export const MOST = LIGHT.length;

export const colours = (count, others) => {
  const all = isDark() ? DARK : LIGHT;
  return [...all.slice(0, count), ...(others ? [REST[isDark() ? 1 : 0]] : [])];
};
