// Makes the app open without a connection: registers the worker, and gives it the offline log
// page of who is signed in. That page is theirs alone: what another person had here goes.
const OWN_PAGE = "/log/offline/";
const ONE_DAY_MS = 24 * 3600 * 1000;
const me = document.body.dataset.person;
const mine = `person-${me}`;

async function forget(isToGo) {
  const names = (await caches.keys()).filter((name) => name.startsWith("person-"));
  await Promise.all(names.filter(isToGo).map((name) => caches.delete(name)));
}

// Older than a day, of another version of the program, or with other questions than the plan's.
async function isStale(kept) {
  const age = Date.now() - Number(kept.headers.get("X-Kept-At"));
  const text = await kept.text();
  const script = document.querySelector("script[src*='bundles/patient']")?.getAttribute("src");
  const version = document.querySelector("[data-offline-version]")?.dataset.offlineVersion;
  const isSame = text.includes(`"${script}"`) && (!version || text.includes(`data-offline-version="${version}"`));
  return !(age >= 0 && age < ONE_DAY_MS && isSame);
}

async function keepOwnPage() {
  const cache = await caches.open(mine);
  const kept = await cache.match(OWN_PAGE, { ignoreVary: true });
  if (kept && !(await isStale(kept))) return;
  const answer = await fetch(OWN_PAGE, { cache: "no-store", redirect: "manual" });
  const text = await answer.text();
  if (answer.ok && text.includes(`data-person="${me}"`)) {
    const headers = new Headers(answer.headers);
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
    headers.set("X-Kept-At", Date.now());
    await cache.put(OWN_PAGE, new Response(text, { headers }));
  } else if (answer.type === "opaqueredirect") {
    await cache.delete(OWN_PAGE); // there is no plan to ask about
  }
}

hiptrack.beforeSignOut ||= [];
if (me && window.caches && navigator.serviceWorker) {
  hiptrack.beforeSignOut.push(() => forget(() => true));
  forget((name) => name !== mine).catch(() => {});
  addEventListener("load", () => {
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
    keepOwnPage().catch(() => {}); // without a connection the page that is kept stays
  });
}
