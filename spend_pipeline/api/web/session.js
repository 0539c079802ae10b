// The client's token, in this module's memory only, and every request that bears it: to this endpoint, to no other host.

let token = null;
let visit = 0;

/** A request that did not work: what happened, what to do, and after how many seconds it may be tried again. */
export class Trouble extends Error {
  constructor(status, sentence, seconds = null) {
    super(sentence);
    this.status = status;
    this.seconds = seconds;
  }
}

/** What was asked for somebody who has left since: of no use to anybody, and nobody's trouble. */
export class Over extends Error {}

const GONE = "The endpoint does not answer. See that “spend up” is running and that this machine is connected.";

export const signIn = (given) => { token = given; visit += 1; };
export const signOut = () => { token = null; visit += 1; };
export const isSignedIn = () => token !== null;

/** The answer as it came. Throws Trouble for whatever is not 2xx, and where nobody answers; Over where it comes too late. */
export async function ask(path, { method = "GET", headers = {} } = {}) {
  const mine = visit;
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: { ...headers, Authorization: `Bearer ${token}` },
      cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer",
    });
  } catch {
    throw mine === visit ? new Trouble(0, GONE) : new Over();
  }
  if (mine !== visit) throw new Over();
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  throw new Trouble(response.status, body.error ?? `The endpoint answered ${response.status}.`, Number.isNaN(seconds) ? null : seconds);
}

/** The answer's body. Throws as `ask` does, also where the connection breaks half-way. */
export async function read(response) {
  const mine = visit;
  const body = await response.json().catch(() => { throw mine === visit ? new Trouble(0, GONE) : new Over(); });
  if (mine !== visit) throw new Over();
  return body;
}

export const askJson = async (path) => read(await ask(path));

/** Saves what a route answers as a file. The token travels in a header, so a plain link could not. */
export async function download(path, name) {
  const address = URL.createObjectURL(await (await ask(path)).blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
