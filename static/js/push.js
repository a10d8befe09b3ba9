// Push messages: chosen on the device itself, after a tap. The server lists and sends.
const me = document.body.dataset.person;
const worker = navigator.serviceWorker;
const registered = async () => (worker ? worker.getRegistration("/") : undefined);
const held = async () => (await registered())?.pushManager?.getSubscription();
const giveUp = async () => (await held())?.unsubscribe();

hiptrack.beforeSignOut ||= [];
if (me && worker) {
  hiptrack.beforeSignOut.push(giveUp);
  // Before offline.js tidies up after somebody else: messages for them end here too.
  window.caches?.keys().then((names) => {
    if (names.some((name) => /^person-/.test(name) && name !== `person-${me}`)) giveUp();
  });
}

// What is filled in need not be asked for.
const filledIn = location.pathname.match(/^\/log\/([\d-]{10})\/saved\/$/)?.[1];
if (filledIn) {
  registered().then(async (registration) => {
    const shown = (await registration?.getNotifications?.({ tag: "diary" })) || [];
    for (const each of shown) if (each.data?.day === filledIn) each.close();
  });
}

const section = document.querySelector("[data-push]");
const form = section?.querySelector("form[data-push-when]");
const show = (state) => {
  for (const each of section.querySelectorAll("[data-push-when]")) each.hidden = each.dataset.pushWhen !== state;
};

async function subscribe() {
  const { pushManager } = await worker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: section.dataset.push };
  // With another key than the browser has from before it refuses: that one is of no use any more.
  return pushManager.subscribe(options).catch(async () => {
    await giveUp();
    return pushManager.subscribe(options);
  });
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    if ((await Notification.requestPermission()) !== "granted") return show("denied");
    const { endpoint, keys } = (await subscribe()).toJSON();
    for (const [name, value] of Object.entries({ endpoint, ...keys })) form.elements[name].value = value;
    return form.submit();
  } catch {
    return show("failed");
  }
});

if (form) {
  const isApple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.maxTouchPoints > 1 && /Mac/.test(navigator.userAgent));
  if (worker && window.PushManager && window.Notification) show(Notification.permission === "denied" ? "denied" : "offer");
  else if (isApple && !matchMedia("(display-mode: standalone)").matches) show("install");
}
