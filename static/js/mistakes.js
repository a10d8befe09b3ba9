// Mistakes in a form as the server's own page tells them: a summary that has the focus, the same
// words beside each field, and "Error" before the title.
const summaryId = "error-summary";
const { words } = hiptrack.form;

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

hiptrack.tellMistakes = (form, mistakes) => {
  clear(form);
  for (const [field, sentence] of mistakes) if (field) tellBeside(field, sentence);
  if (!mistakes.length) return;
  const box = summary(mistakes);
  document.getElementById("content").prepend(box);
  const mark = `${words.error}: `;
  if (!document.title.startsWith(mark)) document.title = mark + document.title;
  box.focus();
};
