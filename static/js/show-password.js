/* A button under each password field that shows what is typed. Without it the field still works. */
for (const field of document.querySelectorAll("input[type=password][data-show]")) {
  const button = document.createElement("button");
  const show = (isShown) => {
    field.type = isShown ? "text" : "password";
    button.textContent = isShown ? field.dataset.hide : field.dataset.show;
  };
  button.type = "button";
  button.className = "btn btn-link show-password";
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => show(field.type === "password"));
  // A field that is sent as text ends up in the browser's list of earlier answers.
  field.form.addEventListener("submit", () => show(false));
  show(false);
  field.after(button);
}
