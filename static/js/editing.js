// Editing a line in its place: the focus goes where the work is and comes back, and a text that
// is not saved yet is not lost by leaving the page.
document.addEventListener("htmx:afterSettle", (event) => {
  const line = event.detail.elt.closest?.(".line");
  if (!line) return;
  const first = line.querySelector("textarea, input:not([type=hidden]), select");
  const isForm = line.classList.contains("line-editing");
  (isForm ? first : line.querySelector(".line-actions a"))?.focus();
});

const changed = new Set();
document.addEventListener("input", (event) => {
  if (event.target.form?.method === "post") changed.add(event.target.form);
});
document.addEventListener("submit", (event) => changed.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});
