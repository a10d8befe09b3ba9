// A radio button cannot be un-pressed: a button beside the question takes the answer back.
const words = document.querySelector("[data-clear-answer]");
for (const group of words ? document.querySelectorAll(".pain-grid, .aids, .choices") : []) {
  const radios = [...group.querySelectorAll("input[type=radio]")];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "clear-answer";
  button.textContent = words.dataset.clearAnswer;
  const show = () => {
    button.hidden = !radios.some((radio) => radio.checked);
  };
  button.addEventListener("click", () => {
    for (const radio of radios) radio.checked = false;
    show();
    radios[0].focus();
  });
  group.addEventListener("change", show);
  group.append(button);
  show();
}
