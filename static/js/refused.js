// What the server did not take in: why, and what its owner can do with it.
const box = document.getElementById("waiting");
const dated = (day) => hiptrack.written(new Date(`${day}T12:00`));

// Which sentence says why: the server's own, or ours for what it could not read.
function reasonOf({ error, reasons }) {
  if (error === "key_gone") return box.dataset.keyGone;
  return reasons.length ? reasons.join(" ") : box.dataset.notTakenIn;
}

function lineOf(item) {
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
  const { status, body } = await hiptrack.server.session();
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

// The lines are made anew only when they are others: a button under a finger stays.
hiptrack.showRefused = (items) => {
  const list = box.querySelector("[data-refused]");
  const shown = items.map((item) => item.uuid).join(" ");
  list.hidden = !items.length;
  if (list.dataset.refused === shown) return;
  list.dataset.refused = shown;
  list.replaceChildren(...items.map(lineOf));
};
