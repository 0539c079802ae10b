// The page: signing in and out, asking for the figures, and saying what is wrong where they do not come.

import { showAccounts, showAges, showTrouble } from "./accounts.js";
import { showAlerts } from "./alerts.js";
import { showBalances } from "./balances.js";
import { forget, redraw } from "./charts.js";
import { showDays } from "./days.js";
import { by, h, say } from "./dom.js";
import { isoDay } from "./format.js";
import { showHeadline } from "./headline.js";
import { askJson, download, isSignedIn, Over, signIn, signOut, Trouble } from "./session.js";
import { forgetMinute, startSync } from "./sync.js";
import { startTheme } from "./theme.js";

const FRESH = 60_000;
let shownAt = 0;
let asked = 0;
let retry = null;

function range() {
  const last = new Date();
  const first = isoDay(new Date(last.getTime() - (Number(by("range").value) - 1) * 86_400_000));
  return { first, last: isoDay(last), query: `?from=${first}` };
}

/** Asks for everything and shows it, unless it was asked for anew meanwhile. Throws Trouble, and Over. */
async function load() {
  asked += 1;
  const mine = asked;
  const { first, last, query } = range();
  const [now, alerts, days, balances] = await Promise.all([
    askJson("/api/v1/balances"), askJson("/api/v1/alerts?state=open&limit=100"),
    askJson(`/api/v1/daily-spend${query}`), askJson(`/api/v1/balance-history${query}`),
  ]);
  if (mine !== asked) return;
  shownAt = Date.now();
  notice();
  showHeadline(now);
  showTrouble(now);
  showAlerts(alerts);
  showAccounts(now);
  for (const section of ["days", "balances"]) by(section).hidden = now.balances.length === 0;
  by("sign-in").hidden = true;
  by("board").hidden = false;
  by("sign-out").hidden = false;
  drawAll(showDays(days, first, last), showBalances(balances, first, last));
}

/** Charts come after the figures: nobody waits for them, and where they cannot be drawn their tables are there. */
async function drawAll(...charts) {
  const drawn = await Promise.allSettled(charts);
  forget();
  if (drawn.some((each) => each.status === "rejected")) notice("The charts cannot be drawn right now; every figure is in the tables below them.");
}

/** The same, where a person is looking on already: what goes wrong is said above the figures, which stay. */
async function refresh() {
  try {
    await load();
  } catch (trouble) {
    if (trouble instanceof Over) return;
    if (!(trouble instanceof Trouble)) throw trouble;
    wrong(trouble);
  }
}

function wrong(trouble) {
  if (trouble.status === 401 || trouble.status === 403) {
    leave(sentence(trouble.message));
    return;
  }
  notice(sentence(trouble.message), trouble.seconds ?? (trouble.status === 0 ? 5 : null));
}

function missed(trouble) {
  if (!(trouble instanceof Over)) wrong(trouble);
}

const sentence = (words) => (/[.!?]$/.test(words) ? words : `${words}.`);

/** Words above the figures, with a way to try again; after so many seconds it is tried without being asked. */
function notice(words = "", seconds = null) {
  clearTimeout(retry);
  if (!words) {
    by("notice").replaceChildren();
    return;
  }
  if (by("notice").querySelector("p")?.textContent !== words) {
    by("notice").replaceChildren(h("p", { class: "bad" }, words), h("button", { type: "button", class: "plain", onclick: refresh }, "Try again"));
  }
  if (seconds !== null) retry = setTimeout(refresh, seconds * 1000);
}

function leave(why = "") {
  signOut();
  notice();
  forgetMinute();
  by("board").hidden = true;
  by("sign-out").hidden = true;
  by("sign-in").hidden = false;
  for (const list of document.querySelectorAll("#trouble ul, #alerts ul")) list.replaceChildren();
  for (const place of ["headline", "accounts-table", "days-chart", "balance-charts"]) by(place).replaceChildren();
  forget();
  refuse(why);
}

function refuse(why) {
  say(by("token-error"), why);
  by("token").setAttribute("aria-invalid", String(why !== ""));
  by("token").focus();
}

by("token-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = by("token").value.trim();
  if (!/^[\x21-\x7e]{1,500}$/.test(given)) {
    refuse("Paste the client’s token: it starts with spend_ and has no spaces.");
    return;
  }
  signIn(given);
  say(by("token-error"), "");
  by("sign-in-button").setAttribute("aria-disabled", "true");
  try {
    await load();
    by("token").value = "";
    by("board-title").focus();
  } catch (trouble) {
    if (trouble instanceof Over) return;
    if (!(trouble instanceof Trouble)) throw trouble;
    signOut();
    refuse(trouble.status === 401 ? "This token is not valid: it may be mistyped, expired or revoked. Whoever runs spend-pipeline can make another one with “spend clients rotate-token”." : sentence(trouble.message));
  } finally {
    by("sign-in-button").setAttribute("aria-disabled", "false");
  }
});

by("sign-out").addEventListener("click", () => leave());
by("range").addEventListener("change", refresh);
for (const button of document.querySelectorAll("[data-csv]")) {
  button.addEventListener("click", async () => {
    const name = button.dataset.csv;
    const { query } = range();
    await download(`/api/v1/${name}${name === "balances" ? "?" : `${query}&`}format=csv`, `${name}.csv`).catch(missed);
  });
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && isSignedIn() && Date.now() - shownAt > FRESH) refresh();
});
setInterval(showAges, 30_000);
startTheme(redraw);
startSync(refresh, wrong);
by("token").focus();
