// "Yes, the same" fills in the aid and the activities of an earlier day below, where they can be
// seen and changed; a second tap puts back what stood there. Without this the form sends it whole.
const same = document.getElementById("the-same");

const isTick = (field) => ["radio", "checkbox"].includes(field.type);

function put(field, value) {
  const key = isTick(field) ? "checked" : "value";
  if (field[key] === value) return;
  field[key] = value;
  field.dispatchEvent(new Event(isTick(field) ? "change" : "input", { bubbles: true }));
  if (value) field.closest("details")?.setAttribute("open", "");
}

if (same) {
  // Ticks come before the numbers that belong to them, as in the address they stand in.
  const offered = [...new URLSearchParams(same.value)].flatMap(([name, value]) =>
    [...same.form.elements]
      .filter((field) => field.name === name)
      .map((field) => [field, isTick(field) ? field.type === "checkbox" || field.value === value : value]),
  );
  let before = offered.map(([field]) => [field, isTick(field) ? false : ""]);
  same.removeAttribute("name");
  same.addEventListener("change", () => {
    if (same.checked) before = offered.map(([field]) => [field, isTick(field) ? field.checked : field.value]);
    for (const [field, value] of same.checked ? offered : before) put(field, value);
  });
}
