// Says in words what waits on this phone, whose it is, and what the server refused.
const box = document.getElementById("waiting");
const THREE_DAYS_MS = 3 * 24 * 3600 * 1000;
const { me } = hiptrack.queue;

const part = (name) => box.querySelector(`[data-${name}]`);

function show(name, sentence) {
  part(name).hidden = !sentence;
  const words = part(name).querySelector("span");
  if (words.textContent !== sentence) words.textContent = sentence;
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
  const isSent = hadSome && !waits.length && !refused.length;
  show("told", waits.length ? days(waits) : isSent ? box.dataset.allSent : "");
  part("see").hidden = !isSent;
  show("old", isOld ? box.dataset.since.replace("{day}", hiptrack.written(new Date(oldest))) : "");
  part("signed-out").hidden = !waits.length || !hiptrack.queue.isSignedOut;
  part("others").hidden = items.length === mine.length;
  hiptrack.showRefused(refused);
  hadSome ||= waits.length > 0;
  box.hidden = !(items.length || hadSome);
  if (waits.length) await askToKeep();
}

if (box && hiptrack.canSeal) {
  document.addEventListener("hiptrack:queue", () => update().catch(() => {}));
  document.dispatchEvent(new Event("hiptrack:queue"));
}
