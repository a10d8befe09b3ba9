// Leaving a filled-in form asks first. A draft is kept nowhere: on this phone it would be a diary
// that anybody can read (docs/offline.md).
const changed = new Set();
hiptrack.isChanged = (form) => changed.has(form) && form.isConnected && !("isSent" in form.dataset);

document.addEventListener("input", ({ target: { form } }) => {
  if (!form?.matches("form[data-queue]")) return;
  changed.add(form);
  delete form.dataset.isSent;
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) event.target.dataset.isSent = "";
});
addEventListener("beforeunload", (event) => {
  if ([...changed].some(hiptrack.isChanged)) event.preventDefault();
});
