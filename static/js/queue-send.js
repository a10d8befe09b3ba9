// Sends what waits: one flusher over all tabs, one item after the other, each until its own
// receipt. What is not received stays; what is refused stays and is shown. Nothing is dropped.
const { me, freshToken, patience } = hiptrack.server;
const tabs = window.BroadcastChannel ? new BroadcastChannel("hiptrack-queue") : null;
let queueOfTab = Promise.resolve();

function changed() {
  document.dispatchEvent(new Event("hiptrack:queue"));
  tabs?.postMessage("changed");
}
tabs?.addEventListener("message", () => document.dispatchEvent(new Event("hiptrack:queue")));

const mine = async () =>
  (await hiptrack.store.all()).filter((item) => item.person === me && item.state === "waits");

// One at a time: over all tabs with Web Locks, in this tab without. There two tabs may send the
// same item; the server gives both the same receipt.
function alone(work) {
  if (navigator.locks) {
    const signal = AbortSignal.timeout(patience);
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
  const did = await alone(async () => {
    const items = await mine();
    if (!items.length) return false;
    const token = await freshToken();
    hiptrack.queue.isSignedOut = token.is === "signed out";
    const now = (item) => (isAsked || (isBack && item.isSilent) ? { ...item, due: 0 } : item);
    if (token.csrf) await hiptrack.sendInOrder(items.map(now), token);
    return true;
  }).catch(() => true); // another tab is at it, or the storage is away: the next time is soon
  if (did) changed();
}

// Sends one item now, after what waits of its day; `csrf` is the page's own token, or empty.
async function sendNow(item, csrf) {
  const outcome = await alone(async () => {
    const stored = await hiptrack.store.get(item.uuid);
    if (!stored) return { is: "sent" }; // another tab did it
    if (stored.state === "refused") return { ...stored, is: "refused" };
    const ofDay = (await mine()).filter((each) => each.day === item.day && each.seq <= stored.seq);
    return hiptrack.sendInOrder(ofDay.map((each) => ({ ...each, due: 0 })), { csrf });
  }).catch(() => ({ is: "later" }));
  hiptrack.queue.isSignedOut = outcome.is === "signed out";
  changed();
  return outcome;
}

hiptrack.queue = { me, flush, sendNow, changed, isSignedOut: false };

addEventListener("online", () => flush({ isBack: true }));
document.addEventListener("visibilitychange", () => document.hidden || flush());
setInterval(flush, 30_000);
flush({ isBack: true });
