// Sends what waits: one flusher over all tabs, one item after the other, each until its own
// receipt. What is not received stays; what is refused stays and is shown. Nothing is dropped.
const PATIENCE_MS = Number(document.getElementById("waiting")?.dataset.patience) || 8000;
const LONGEST_PAUSE = 75; // times our patience: 10 minutes
const me = document.body.dataset.person;
const tabs = window.BroadcastChannel ? new BroadcastChannel("hiptrack-queue") : null;
let queueOfTab = Promise.resolve();

function changed() {
  document.dispatchEvent(new Event("hiptrack:queue"));
  tabs?.postMessage("changed");
}
tabs?.addEventListener("message", () => document.dispatchEvent(new Event("hiptrack:queue")));

// What the server says in JSON; anything else (no answer, a page, a redirect) is status 0.
async function ask(address, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const answer = await fetch(address, { cache: "no-store", redirect: "manual", signal, ...options, headers });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return { status: 0 };
    return { status: answer.status, body: await answer.json() };
  } catch {
    return { status: 0, isSilent: true };
  }
}

const session = () => ask("/log/session/");

function post(item, csrf) {
  const { uuid, person, key, envelope } = item;
  const body = JSON.stringify({ uuid, person, key, ...envelope, sent_at: new Date().toISOString() });
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  return ask("/log/sync/", { method: "POST", headers, body });
}

// A token for the person of this page, or what came instead.
async function freshToken() {
  const { status, body } = await session();
  if (status === 200 && body.person === me) return { csrf: body.csrf };
  const isElse = status === 200 || status === 401 || status === 404;
  return isElse ? { is: "signed out" } : { is: "later", isSilent: true };
}

// Sends one item; answers with "sent" (and where to read on), "refused", "signed out" or "later".
async function deliver(item, token) {
  let answer = token.csrf ? await post(item, token.csrf) : { status: 403 };
  if (answer.status === 403) {
    const fresh = await freshToken();
    if (!fresh.csrf) return fresh;
    token.csrf = fresh.csrf;
    answer = await post(item, token.csrf);
  }
  const { status, body, isSilent } = answer;
  const isReceipt = (status === 200 || status === 201) && body.uuid === item.uuid && body.hash === item.hash;
  if (isReceipt) return { is: "sent", next: body.next };
  if (status === 401 || body?.error === "other_person") return { is: "signed out" };
  const isFinal = status >= 400 && status < 500 && ![403, 408, 429].includes(status);
  if (isFinal) return { is: "refused", error: body.error, reasons: body.reasons || [] };
  return { is: "later", isSilent };
}

async function settle(item, outcome) {
  if (outcome.is === "sent") await hiptrack.store.remove(item.uuid);
  if (outcome.is === "refused") {
    const { error, reasons } = outcome;
    await hiptrack.store.change(item.uuid, { state: "refused", error, reasons });
  }
  if (outcome.is === "later") {
    const tries = item.tries + 1;
    const pause = PATIENCE_MS * Math.min(2 ** tries, LONGEST_PAUSE) * (0.5 + Math.random() / 2);
    const isSilent = Boolean(outcome.isSilent);
    await hiptrack.store.change(item.uuid, { tries, due: Date.now() + pause, isSilent });
  }
}

// A due moment further away than the longest pause comes from a clock that was put right.
function isDue(item) {
  const pause = item.due - Date.now();
  return pause <= 0 || pause > PATIENCE_MS * LONGEST_PAUSE;
}

// A day's items go in their order, and an item that fails holds up its own day alone.
async function sendAll(items, token) {
  const held = new Set();
  let outcome = { is: "later" };
  for (const item of items) {
    if (!isDue(item)) held.add(item.day);
    if (held.has(item.day)) continue;
    outcome = await deliver(item, token);
    await settle(item, outcome);
    if (outcome.is === "later") held.add(item.day);
    if (outcome.is === "signed out") break;
  }
  return outcome;
}

const mine = async () =>
  (await hiptrack.store.all()).filter((item) => item.person === me && item.state === "waits");

// One at a time: over all tabs with Web Locks, in this tab without. There two tabs may send the
// same item; the server gives both the same receipt.
function alone(work) {
  if (navigator.locks) {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return navigator.locks.request("hiptrack-queue", { signal }, work);
  }
  queueOfTab = queueOfTab.then(work, work);
  return queueOfTab;
}

// Sends all that waits and is due, as the person of this page alone. With a connection that has
// just come back (`isBack`) what had no answer is due at once, and what somebody asks for
// (`isAsked`) always is.
async function flush({ isBack = false, isAsked = false } = {}) {
  if (!me || !hiptrack.canSeal) return;
  await alone(async () => {
    const items = await mine();
    if (!items.length) return;
    const token = await freshToken();
    hiptrack.queue.isSignedOut = token.is === "signed out";
    const now = (item) => (isAsked || (isBack && item.isSilent) ? { ...item, due: 0 } : item);
    if (token.csrf) await sendAll(items.map(now), token);
  }).catch(() => {}); // another tab is at it, or the storage is away: the next time is soon
  changed();
}

// Sends one item now, after what waits of its day; `csrf` is the page's own token, or empty.
async function sendNow(item, csrf) {
  const outcome = await alone(async () => {
    const stored = await hiptrack.store.get(item.uuid);
    if (!stored) return { is: "sent" }; // another tab did it
    if (stored.state === "refused") return { ...stored, is: "refused" };
    const ofDay = (await mine()).filter((each) => each.day === item.day && each.seq <= stored.seq);
    return sendAll(ofDay.map((each) => ({ ...each, due: 0 })), { csrf });
  }).catch(() => ({ is: "later" }));
  hiptrack.queue.isSignedOut = outcome.is === "signed out";
  changed();
  return outcome;
}

hiptrack.queue = { me, ask, session, deliver, flush, sendNow, changed, isSignedOut: false };

addEventListener("online", () => flush({ isBack: true }));
document.addEventListener("visibilitychange", () => document.hidden || flush());
setInterval(flush, 30_000);
flush({ isBack: true });
