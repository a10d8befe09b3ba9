// Saving a form of the log: sealed and kept on this phone first, then sent. Without the means to
// seal it, the form is sent as any form is.
const { words, say, showKept } = hiptrack.form;
const { me, session, deliver } = hiptrack.server;

function leave(form) {
  form.dataset.isSent = "";
  form.isLeaving = true;
}

function sendAsAnyForm(form) {
  leave(form);
  form.submit();
}

const dayOf = (form) => new FormData(form).get("day") || form.action.match(/\d{4}-\d\d-\d\d/)?.[0];

// A form that mends what was refused takes its place in the queue.
async function uuidFor(form) {
  const own = form.elements.client_uuid?.value;
  const isWaiting = own && (await hiptrack.store.get(own).catch(() => null));
  return isWaiting ? own : crypto.randomUUID();
}

// Nothing can be kept on this phone: then it is sent, or nothing is pretended. A storage that
// gave no answer may have written after all: under one id both arrive as one.
async function withoutKeeping(form, item) {
  const token = form.elements.csrfmiddlewaretoken;
  const { status } = await session();
  if (item && form.elements.client_uuid) form.elements.client_uuid.value = item.uuid;
  if (token && status === 200) return sendAsAnyForm(form);
  const outcome = token || !item ? { is: "later" } : await deliver(item, {});
  if (outcome.is === "sent") return goOn(form, item, outcome);
  return say(form, outcome.is === "refused" ? outcome.reasons.join(" ") || words.notTakenIn : words.notKept);
}

function goOn(form, item, { next }) {
  leave(form);
  const isOurs = /^\/(?![/\\])/.test(next);
  location.assign(isOurs ? next : `/log/${item.day}/saved/`);
}

async function save(form) {
  const ids = { uuid: await uuidFor(form), person: me, day: dayOf(form) };
  const item = await hiptrack.seal(form, ids);
  try {
    await hiptrack.store.add(item);
  } catch {
    return withoutKeeping(form, item);
  }
  const csrf = form.elements.csrfmiddlewaretoken?.value;
  const outcome = navigator.onLine ? await hiptrack.queue.sendNow(item, csrf) : { is: "later" };
  hiptrack.queue.changed();
  if (outcome.is === "sent") return goOn(form, item, outcome);
  if (outcome.is === "refused" && csrf) {
    await hiptrack.store.remove(item.uuid).catch(() => {});
    return sendAsAnyForm(form);
  }
  const told = { refused: words.refused, "signed out": words.signedOut, later: words.kept };
  return showKept(form, told[outcome.is]);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const isOwnButton = event.submitter?.hasAttribute("formaction");
  if (!form.matches("form[data-queue][data-key]") || isOwnButton || event.defaultPrevented) return;
  if (!me || (!hiptrack.canSeal && form.elements.csrfmiddlewaretoken && navigator.onLine)) return;
  event.preventDefault();
  if (form.isBusy || !hiptrack.check(form)) return;
  form.isBusy = true;
  say(form, words.saving);
  const saving = hiptrack.canSeal ? save(form) : withoutKeeping(form);
  await saving.catch(() => say(form, words.notKept));
  form.isBusy = form.isLeaving;
});
addEventListener("pageshow", (event) => {
  for (const form of event.persisted ? document.forms : []) form.isBusy = form.isLeaving = false;
});
