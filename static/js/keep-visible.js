// What a keyboard moves the focus to is never left behind the bar with the save button
// (WCAG 2.4.11). A page that moved under a finger would lose the tap, so pointers are left alone.
let isPointing = false;
document.addEventListener("pointerdown", () => { isPointing = true; }, true);
document.addEventListener("keydown", () => { isPointing = false; }, true);
document.addEventListener("focusin", (event) => {
  const bar = document.querySelector(".sticky-save");
  if (isPointing || !bar) {
    return;
  }
  const isBefore = bar.compareDocumentPosition(event.target) === Node.DOCUMENT_POSITION_PRECEDING;
  // A choice of the grid is seen as its label.
  const seen = event.target.matches(".btn-check") ? event.target.nextElementSibling : event.target;
  const hidden = seen.getBoundingClientRect().bottom - bar.getBoundingClientRect().top;
  if (isBefore && hidden > 0) {
    window.scrollBy(0, hidden + 16);
  }
});
