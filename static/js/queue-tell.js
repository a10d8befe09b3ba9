// What a form says about its own saving, beside the button.
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
