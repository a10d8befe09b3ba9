// Saving a form of the log: sealed and kept on this phone first, then sent. Without the means to
// seal it, the form is sent as any form is.
const words = document.getElementById("waiting")?.dataset || {};

function say(form, sentence, ...more) {
  let told = form.querySelector(".queue-told");
  if (!told) {
    told = document.createElement("p");
    told.className = "queue-told";
    told.setAttribute("role", "status");
    (form.querySelector(".sticky-save") || form).prepend(told);
  }
  told.replaceChildren(sentence, ...more);
}

function link(address, text) {
  return Object.assign(document.createElement("a"), { href: address, textContent: text });
}

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

function showKept(form, sentence) {
  form.dataset.isSent = "";
  const isFixed = !form.elements.day;
  form.reset();
  for (const group of form.querySelectorAll("fieldset")) group.dispatchEvent(new Event("change"));
  form.classList.toggle("is-kept", isFixed);
  const more = isFixed ? [" ", link("/log/offline/", words.another)] : [];
  const signIn = hiptrack.queue.isSignedOut ? [" ", link(words.signIn, words.signInText)] : [];
  say(form, sentence, ...signIn, ...more);
  scrollTo(0, 0);
}

// Nothing can be kept on this phone: then it is sent, or nothing is pretended.
async function withoutKeeping(form, item) {
  const token = form.elements.csrfmiddlewaretoken;
  const { status } = await hiptrack.queue.session();
  if (token && status === 200) return sendAsAnyForm(form);
  const outcome = token || !item ? { is: "later" } : await hiptrack.queue.deliver(item, {});
  if (outcome.is === "sent") return goOn(form, item, outcome);
  return say(form, outcome.is === "refused" ? outcome.reasons.join(" ") : words.notKept);
}

function goOn(form, item, { next }) {
  leave(form);
  const isOurs = next?.startsWith("/") && !next.startsWith("//");
  location.assign(isOurs ? next : `/log/${item.day}/saved/`);
}

async function save(form) {
  const { me } = hiptrack.queue;
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
  const isForServer = outcome.is === "refused" && csrf && outcome.error !== "key_gone";
  if (isForServer) {
    await hiptrack.store.remove(item.uuid);
    return sendAsAnyForm(form);
  }
  const told = { refused: words.refused, "signed out": words.signedOut, later: words.kept };
  return showKept(form, told[outcome.is]);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const isOwnButton = event.submitter?.hasAttribute("formaction");
  if (!form.matches("form[data-queue][data-key]") || isOwnButton || event.defaultPrevented) return;
  if (!hiptrack.queue.me || (!hiptrack.canSeal && form.elements.csrfmiddlewaretoken && navigator.onLine)) return;
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
