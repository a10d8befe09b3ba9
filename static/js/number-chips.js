// Minutes and painkillers by tap: a row of numbers below the field, which stays for any other.
// Of an activity the row shows when it is ticked; whatever gives it minutes ticks it.
const form = document.querySelector("[data-minutes]");
const fields = form ? form.querySelectorAll("[name^=minutes_], [name=painkillers]") : [];

const rows = new Map();
const boxOf = (field) =>
  form.elements[field.name === "painkillers" ? "no_painkillers" : field.name.replace("minutes_", "did_")];

function addRow(field, isMinutes) {
  const label = form.querySelector(`label[for="${field.id}"]`).textContent.trim();
  const row = document.createElement("div");
  row.className = "chips";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", label);
  for (const number of form.dataset[isMinutes ? "minutes" : "painkillers"].split(" ")) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "btn chip";
    chip.textContent = number;
    chip.addEventListener("click", () => {
      field.value = field.value === number ? "" : number;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    row.append(chip);
  }
  field.closest(".activity, .short-number").append(row);
  rows.set(field, row);
}

function show(field) {
  const isMinutes = field.name !== "painkillers";
  const isWanted = !isMinutes || boxOf(field).checked;
  field.closest(".minutes")?.toggleAttribute("hidden", !isWanted);
  if (isWanted && !rows.has(field)) addRow(field, isMinutes);
  if (!rows.has(field)) return;
  rows.get(field).hidden = !isWanted;
  for (const chip of rows.get(field).children) {
    chip.setAttribute("aria-pressed", String(chip.textContent === field.value.trim()));
  }
}

for (const field of fields) {
  const isMinutes = field.name !== "painkillers";
  const box = boxOf(field);
  field.addEventListener("input", () => {
    if (field.value.trim() !== "") box.checked = isMinutes;
    show(field);
  });
  box.addEventListener("change", () => {
    if (box.checked !== isMinutes) field.value = "";
    show(field);
  });
  show(field);
}
