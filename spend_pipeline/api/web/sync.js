// "Sync now": starts a sync, says how it goes, and counts down to when the next one may be asked for.

import { by, say } from "./dom.js";
import { ask, Over, read, Trouble } from "./session.js";

const PATH = "/api/v1/integrations/sync-billing";
const LOOK = 700;
const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

let busy = false;
let free = 0;
let began = 0;

/** Starts the button; `synced` is called when there are new figures, `failed` with trouble that is not the sync's. */
export function startSync(synced, failed) {
  by("sync").addEventListener("click", () => {
    if (!busy && Date.now() >= free) run(synced, failed);
  });
  setInterval(showWait, 250);
}

/** Another client's minute is another one. */
export function forgetMinute() {
  free = 0;
  say(by("sync-status"), "");
  showWait();
}

async function run(synced, failed) {
  busy = true;
  began = Date.now();
  showWait();
  say(by("sync-status"), "Asking the providers…");
  by("sync-progress").hidden = false;
  try {
    const answer = await finished(await ask(PATH, { method: "POST", headers: { Prefer: "respond-async" } }));
    say(by("sync-status"), told(answer, (Date.now() - began) / 1000));
    await synced();
  } catch (trouble) {
    if (trouble instanceof Over) return;
    if (!(trouble instanceof Trouble)) throw trouble;
    wrong(trouble, failed);
  } finally {
    busy = false;
    by("sync-progress").hidden = true;
    showWait();
  }
}

/** Follows a sync that was accepted until it has its answer. Every body is read, or its connection would stay taken. */
async function finished(response) {
  const reset = Number.parseInt(response.headers.get("X-RateLimit-Reset") ?? "0", 10);
  if (reset) free = Date.now() + Math.min(60_000, Math.max(0, reset * 1000 - Date.now()));
  let answer = await read(response);
  while (response.status === 202) {
    const where = response.headers.get("Location");
    await pause(LOOK);
    response = await ask(where);
    answer = await read(response);
  }
  return answer;
}

function told({ synced, failed, results }, seconds) {
  if (results.length === 0) return "There is nothing to sync: no integration is active.";
  return `${synced} read${failed ? `, ${failed} failed` : ""}, in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s.`;
}

function wrong(trouble, failed) {
  if (trouble.status === 429 && trouble.seconds !== null) {
    free = Date.now() + trouble.seconds * 1000;
    say(by("sync-status"), "One sync a minute: the last one was just now.");
  } else if (trouble.status === 503 || trouble.status === 500) {
    say(by("sync-status"), `${trouble.message}.`);
  } else {
    say(by("sync-status"), "");
    failed(trouble);
  }
}

function showWait() {
  const seconds = Math.ceil((free - Date.now()) / 1000);
  const waits = seconds > 0;
  by("sync").setAttribute("aria-disabled", String(busy || waits));
  const words = busy ? `${Math.floor((Date.now() - began) / 1000)} s` : waits ? `again in ${seconds} s` : "";
  if (by("sync-wait").textContent !== words) by("sync-wait").textContent = words;
}
