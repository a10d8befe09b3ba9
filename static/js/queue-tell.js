// What a form says about its own saving, beside the button.
const words = document.getElementById("waiting")?.dataset || {};

// There from the start, and empty: what is put in later is read out.
for (const form of document.querySelectorAll("form[data-queue]")) {
  const told = Object.assign(document.createElement("p"), { className: "queue-told" });
  told.setAttribute("role", "status");
  (form.querySelector(".sticky-save") || form).prepend(told);
}

function say(form, ...words) {
  form.querySelector(".queue-told").replaceChildren(...words);
}

function link(address, text) {
  return Object.assign(document.createElement("a"), { href: address, textContent: text });
}

// The form is done: emptied for a next day, or put away where it is for one day only.
function showKept(form, sentence) {
  form.dataset.isSent = "";
  const isFixed = !form.elements.day;
  form.reset();
  // What other scripts show of the answers follows; nothing here counts as filled in.
  for (const group of form.querySelectorAll("fieldset")) group.dispatchEvent(new Event("change"));
  for (const field of form.querySelectorAll("[data-highest]")) field.dispatchEvent(new Event("input"));
  form.classList.toggle("is-kept", isFixed);
  const more = isFixed ? [" ", link("/log/offline/", words.another)] : [];
  const signIn = hiptrack.queue.isSignedOut ? [" ", link(words.signIn, words.signInText)] : [];
  say(form, sentence, ...signIn, ...more);
  scrollTo(0, 0);
}

hiptrack.form = { words, say, showKept };
