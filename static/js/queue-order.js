// Which item goes when, and what becomes of it: each has its own retry, and a day keeps its order.
const { deliver, patience: PATIENCE_MS } = hiptrack.server;
const LONGEST_PAUSE = 75; // times our patience: 10 minutes

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
hiptrack.sendInOrder = async (items, token) => {
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
};
