// Push messages: shown as they come, answered without opening the app where that is enough.
self.addEventListener("push", (event) => {
  const sent = read(event.data);
  if (sent) event.waitUntil(display(sent));
});

function read(data) {
  try {
    return data.json().notification;
  } catch {
    return undefined;
  }
}

function display({ title, navigate, actions = [], data = {}, ...options }) {
  const pages = Object.fromEntries(actions.map((each) => [each.action, each.navigate]));
  const buttons = actions.map(({ action, title: words }) => ({ action, title: words }));
  return self.registration.showNotification(title, {
    ...options,
    actions: buttons,
    data: { ...data, title, lang: options.lang, tag: options.tag, navigate, pages },
  });
}

self.addEventListener("notificationclick", (event) => {
  const { action, notification } = event;
  const { data } = notification;
  notification.close();
  const minutes = /^snooze-(\d+)$/.exec(action)?.[1];
  event.waitUntil(minutes ? snooze(data, minutes) : open(data.pages?.[action] || data.navigate));
});

// A page with something half filled in is never led elsewhere: another one opens beside it.
async function open(address) {
  const pages = await self.clients.matchAll({ type: "window" });
  const there = pages.find((page) => page.url === address);
  return there ? there.focus() : self.clients.openWindow(address);
}

async function snooze(data, minutes) {
  const fields = { wait: minutes, day: data.day, number: data.number };
  const said = await post(data.snooze, fields).catch(() => undefined);
  return self.registration.showNotification(data.title, {
    body: said?.said || data.failed,
    lang: data.lang,
    tag: data.tag,
    silent: true,
    data: { ...data, pages: {} },
  });
}

async function post(address, fields) {
  const session = await fetch("/log/session/", { cache: "no-store", redirect: "manual" });
  if (!session.ok) throw new Error(`session: ${session.status}`);
  const { csrf } = await session.json();
  const answer = await fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": csrf, Accept: "application/json" },
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect") return {};
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAgain(event)));

async function subscribeAgain({ oldSubscription, newSubscription }) {
  const options = oldSubscription?.options;
  const fresh = newSubscription || (options && (await self.registration.pushManager.subscribe(options)));
  if (!fresh) return;
  const { endpoint, keys } = fresh.toJSON();
  await post("/push/", { endpoint, ...keys, old: oldSubscription?.endpoint || "" });
}
