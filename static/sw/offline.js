// What a phone shows without a connection. Kept in caches: static files with a hash in their name
// and the offline pages, and nothing else; no page with data, no token, no answer of the queue.
// A new worker waits until the last page of the old one is closed: nothing is loaded anew
// while a form is half filled in.
const KEPT = `files-${hiptrack.version}`;
const SHELL = "/offline/";
const OWN_PAGE = "/log/offline/";
const GATEWAY_IS_SILENT = [502, 503, 504];

self.addEventListener("install", (event) => event.waitUntil(keepFiles()));
self.addEventListener("activate", (event) =>
  event.waitUntil(dropOldFiles().then(() => self.clients.claim())),
);
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/static/")) {
    event.respondWith(fromCache(request));
    return;
  }
  if (request.mode !== "navigate") return;
  const isIn = (paths) => paths.some((path) => pathname.startsWith(path));
  if (isIn(hiptrack.staff)) event.waitUntil(forgetPatients());
  if (!isIn(hiptrack.leaves)) event.respondWith(fromServer(request));
});

async function keepFiles() {
  const cache = await caches.open(KEPT);
  await cache.addAll(hiptrack.files);
  // Without cookies: this page is the same for everybody.
  await cache.put(SHELL, await whole(await fetch(SHELL, { credentials: "omit", cache: "no-cache" })));
}

function whole(response) {
  if (!response.ok || response.redirected) throw new Error(`${response.url}: ${response.status}`);
  return response;
}

// Files of an earlier version stay for as long as somebody's offline page names them.
async function dropOldFiles() {
  const names = await caches.keys();
  const pages = await Promise.all(
    names.filter((name) => name.startsWith("person-")).map(async (name) => {
      const page = await (await caches.open(name)).match(OWN_PAGE);
      return page ? page.text() : "";
    }),
  );
  for (const name of names.filter((each) => each.startsWith("files-") && each !== KEPT)) {
    const files = (await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname);
    const isNamed = (file) => pages.some((page) => page.includes(`"${file}"`));
    if (!files.some((file) => !hiptrack.files.includes(file) && isNamed(file))) await caches.delete(name);
  }
}

async function forgetPatients() {
  const names = (await caches.keys()).filter((name) => name.startsWith("person-"));
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function fromCache(request) {
  return (await caches.match(request, { ignoreVary: true })) || fetch(request);
}

async function fromServer(request) {
  try {
    const response = await Promise.race([fetch(request), noAnswer()]);
    if (!GATEWAY_IS_SILENT.includes(response.status)) return response;
  } catch {
    // Offline, or a network that does not answer.
  }
  return (await caches.match(OWN_PAGE, { ignoreVary: true })) || caches.match(SHELL, { ignoreVary: true });
}

function noAnswer() {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error("no answer")), hiptrack.patience);
  });
}
