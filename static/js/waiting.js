// Says in words what waits on this phone, whose it is, and what the server refused.
const box = document.getElementById("waiting");
const THREE_DAYS_MS = 3 * 24 * 3600 * 1000;
const { me } = hiptrack.queue;

const part = (name) => box.querySelector(`[data-${name}]`);
const dated = (day) => hiptrack.written(new Date(`${day}T12:00`));

function show(name, sentence) {
  part(name).hidden = !sentence;
  part(name).querySelector("span").textContent = sentence || "";
}

function days(items) {
  const { size } = new Set(items.map((item) => item.day));
  return size === 1 ? box.dataset.oneDay : box.dataset.days.replace("{n}", size);
}

async function isSafe() {
  const isInstalled = navigator.standalone || matchMedia("(display-mode: standalone)").matches;
  return isInstalled || (await navigator.storage?.persisted?.());
}

// Asked once, when there is something to lose.
async function askToKeep() {
  if (localStorage.getItem("asked-to-keep") || (await isSafe())) return;
  localStorage.setItem("asked-to-keep", "1");
  await navigator.storage?.persist?.();
}

// Which sentence says why: the server's own, or ours for what it could not read.
function reasonOf({ error, reasons }) {
  if (error === "key_gone") return box.dataset.keyGone;
  return reasons.length ? reasons.join(" ") : box.dataset.notTakenIn;
}

function refusedLine(item) {
  const line = box.querySelector("template").content.cloneNode(true).firstElementChild;
  line.querySelector("[data-day]").textContent = dated(item.day);
  line.querySelector("[data-reason]").textContent = reasonOf(item);
  const acts = { mend, again, away };
  for (const button of line.querySelectorAll("button")) {
    button.hidden = item.error === "key_gone" && button.value !== "away";
    button.addEventListener("click", () => acts[button.value](item));
  }
  return line;
}

// The server opens the envelope and shows the form with every answer in it.
async function mend({ uuid, person, key, envelope }) {
  const { status, body } = await hiptrack.queue.session();
  if (status !== 200) return hiptrack.tell("notNow");
  const form = Object.assign(document.createElement("form"), { method: "post", action: "/log/mend/" });
  const sent_at = new Date().toISOString();
  const sent = { csrfmiddlewaretoken: body.csrf, envelope: JSON.stringify({ uuid, person, key, ...envelope, sent_at }) };
  for (const [name, value] of Object.entries(sent)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  return form.submit();
}

async function again(item) {
  await hiptrack.store.change(item.uuid, { state: "waits", due: 0, tries: 0 });
  await hiptrack.queue.flush({ isAsked: true });
}

async function away(item) {
  if (!confirm(box.dataset.away.replace("{day}", dated(item.day)))) return;
  await hiptrack.store.remove(item.uuid);
  hiptrack.queue.changed();
}

// Says one thing of the page's words at once.
hiptrack.tell = (name) => {
  box.hidden = false;
  show("told", box.dataset[name]);
};

let hadSome = false;
async function update() {
  const items = await hiptrack.store.all().catch(() => []);
  const mine = items.filter((item) => item.person === me);
  const waits = mine.filter((item) => item.state === "waits");
  const refused = mine.filter((item) => item.state === "refused");
  const oldest = Math.min(...waits.map((item) => item.made_at));
  const isOld = Date.now() - oldest > THREE_DAYS_MS && !(await isSafe());
  show("told", waits.length ? days(waits) : hadSome && !refused.length ? box.dataset.allSent : "");
  show("old", isOld ? box.dataset.since.replace("{day}", dated(new Date(oldest).toISOString().slice(0, 10))) : "");
  part("signed-out").hidden = !waits.length || !hiptrack.queue.isSignedOut;
  part("others").hidden = items.length === mine.length;
  part("refused").replaceChildren(...refused.map(refusedLine));
  part("refused").hidden = !refused.length;
  hadSome ||= waits.length > 0;
  box.hidden = !(items.length || hadSome);
  if (waits.length) await askToKeep();
}

if (box && hiptrack.canSeal) {
  document.addEventListener("hiptrack:queue", () => update().catch(() => {}));
  document.dispatchEvent(new Event("hiptrack:queue"));
}
