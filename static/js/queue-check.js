// Looks at a form as the server would (`EntryForm.clean` in diary/forms.py), so that a mistake is
// told at once, without a connection too. What this lets pass the server still judges.
const NO_ANSWERS = ["csrfmiddlewaretoken", "client_uuid", "day"];
const WHOLE = /^\s*[+-]?\d+(\.0*)?\s*$/;

// The form carries what it needs and the sentences (`EntryForm.limits`): [fields of which one has
// to have an answer, what to say], and no fields mean any.
function* mistakesOf(form) {
  const { needs, notANumber, tooHigh, tooLow, noneAndSome } = form.dataset;
  const given = new FormData(form);
  const isGiven = (name) => Boolean(given.get(name));
  for (const [names, sentence] of JSON.parse(needs || "[]")) {
    const asked = names.length ? names : [...given.keys()].filter((name) => !NO_ANSWERS.includes(name));
    const first = names.length ? form.querySelector(`[name="${names[0]}"]`) : null;
    if (!asked.some(isGiven)) yield [first?.closest("fieldset") || first, sentence];
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

// Whether a form can be saved; if not, the page says why.
hiptrack.check = (form) => {
  const mistakes = [...mistakesOf(form)].filter(([, sentence]) => sentence);
  hiptrack.tellMistakes(form, mistakes);
  return !mistakes.length;
};
