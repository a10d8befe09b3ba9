// The server's side of the queue: asks who is signed in, and sends one item.
const PATIENCE_MS = Number(document.getElementById("waiting")?.dataset.patience) || 8000;
const me = document.body.dataset.person;

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

hiptrack.server = { me, session, freshToken, deliver, patience: PATIENCE_MS };
