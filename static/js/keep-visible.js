// What has the focus is never left behind the bar with the save button (WCAG 2.4.11).
document.addEventListener("focusin", (event) => {
  const bar = document.querySelector(".sticky-save");
  if (!bar || bar.compareDocumentPosition(event.target) !== Node.DOCUMENT_POSITION_PRECEDING) {
    return;
  }
  const hidden = event.target.getBoundingClientRect().bottom - bar.getBoundingClientRect().top;
  if (hidden > 0) {
    window.scrollBy(0, hidden + 16);
  }
});
