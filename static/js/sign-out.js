// Signing out: first what is this person's goes from the phone; with a full queue one is asked.
const { me } = hiptrack.queue;
const ADDRESS = "/sign-out/";
const PATIENCE_MS = 3000;
const question = document.getElementById("full-queue");

const isMine = (item) => item.person === me;
const mine = async () => (await hiptrack.store.all().catch(() => [])).filter(isMine);

async function leave(form) {
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); });
  const all = Promise.allSettled(hiptrack.beforeSignOut.map(async (each) => each()));
  await Promise.race([all, late]);
  form.submit();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!me || form.getAttribute("action") !== ADDRESS) return;
  event.preventDefault();
  if (!navigator.onLine) return hiptrack.tell("noSignOut");
  const items = await mine();
  return items.length && !question ? location.assign(ADDRESS) : leave(form);
});

const choices = {
  keep: async () => true,
  delete: async () => {
    if (!confirm(question.dataset.sure)) return false;
    for (const item of await mine()) await hiptrack.store.remove(item.uuid);
    return true;
  },
  send: async () => {
    await hiptrack.queue.flush({ isAsked: true });
    const left = await mine();
    question.querySelector("[role=status]").textContent = left.length ? question.dataset.notSent : "";
    return !left.length;
  },
};

if (question && me) {
  const form = document.querySelector(`main form[action="${ADDRESS}"]`);
  mine().then((items) => {
    question.hidden = !items.length;
    if (items.length) form.querySelector("button").hidden = true;
  });
  question.addEventListener("click", async ({ target }) => {
    if (target.value && (await choices[target.value]())) await leave(form);
  });
}
