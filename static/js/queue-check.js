// Looks at a form as the server would (`EntryForm.clean` in diary/forms.py), so that a mistake is
// told at once, without a connection too. What this lets pass the server still judges.
const NO_ANSWERS = ["csrfmiddlewaretoken", "client_uuid", "day"];
const WHOLE = /^\s*[+-]?\d+(\.0*)?\s*$/;
const summaryId = "error-summary";
const words = document.getElementById("waiting")?.dataset || {};

// The form carries what it needs and the sentences (`EntryForm.limits`): [fields of which one has
// to have an answer, what to say], and no fields mean any.
function* mistakesOf(form) {
  const { needs, notANumber, tooHigh, tooLow, noneAndSome } = form.dataset;
  const given = new FormData(form);
  const isGiven = (name) => Boolean(given.get(name));
  for (const [names, sentence] of JSON.parse(needs || "[]")) {
    const asked = names.length ? names : [...given.keys()].filter((name) => !NO_ANSWERS.includes(name));
    const first = names.length ? form.elements[names[0]][0].closest("fieldset") : null;
    if (!asked.some(isGiven)) yield [first, sentence];
  }
  for (const field of form.querySelectorAll("[data-highest]")) {
    const { highest } = field.dataset;
    if (field.value.trim() === "") continue;
    if (!WHOLE.test(field.value)) yield [field, notANumber];
    else if (Number(field.value) < 0) yield [field, tooLow];
    else if (Number(field.value) > Number(highest)) yield [field, tooHigh.replace("%(limit_value)s", highest)];
  }
  const some = form.elements.painkillers;
  if (given.has("no_painkillers") && Number(some?.value) > 0) yield [some, noneAndSome];
}

function clear(form) {
  document.getElementById(summaryId)?.remove();
  for (const told of document.querySelectorAll(".invalid-feedback[data-by-script]")) told.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function tellBeside(field, sentence) {
  const told = document.createElement("p");
  told.className = "invalid-feedback";
  told.id = `${field.id}_error`;
  told.dataset.byScript = "";
  told.textContent = sentence;
  field.setAttribute("aria-invalid", "true");
  const described = new Set([...(field.getAttribute("aria-describedby") || "").split(" "), told.id]);
  field.setAttribute("aria-describedby", [...described].join(" ").trim());
  const legend = field.matches("fieldset") ? field.querySelector(".form-text, legend") : null;
  (legend || field.parentElement.lastElementChild).after(told);
}

function nameOf(field) {
  const label = field.matches("fieldset") ? field.querySelector("legend") : field.labels?.[0];
  return label ? `${label.textContent.trim()}: ` : "";
}

function summary(mistakes) {
  const box = document.createElement("div");
  Object.assign(box, { id: summaryId, className: "error-summary", tabIndex: -1 });
  box.setAttribute("role", "alert");
  box.append(Object.assign(document.createElement("h2"), { textContent: words.notSaved }));
  const list = document.createElement("ul");
  for (const [field, sentence] of mistakes) {
    const line = document.createElement("li");
    const link = field ? Object.assign(document.createElement("a"), { href: `#${field.id}` }) : line;
    link.textContent = (field ? nameOf(field) : "") + sentence;
    if (field) line.append(link);
    list.append(line);
  }
  box.append(list);
  return box;
}

// Whether a form can be saved; if not, why stands in a summary that has the focus, and beside
// each field.
hiptrack.check = (form) => {
  clear(form);
  const mistakes = [...mistakesOf(form)].filter(([, sentence]) => sentence);
  for (const [field, sentence] of mistakes) if (field) tellBeside(field, sentence);
  if (!mistakes.length) return true;
  const box = summary(mistakes);
  document.getElementById("content").prepend(box);
  const mark = `${words.error}: `;
  if (!document.title.startsWith(mark)) document.title = mark + document.title;
  box.focus();
  return false;
};
