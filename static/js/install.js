// How HipTrack comes on the home screen: with a button where the browser offers one, and on an
// iPhone in words, because Safari offers none. It can be waved away, and never stands in between.
const box = document.getElementById("install");
const onSettings = location.pathname === "/settings/";
const show = (name) => {
  box.hidden = false;
  box.querySelector(`[data-${name}]`).hidden = false;
};

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  if (!box || !onSettings) return;
  show("button");
  box.querySelector("[data-button] button").onclick = async () => {
    await event.prompt();
    box.hidden = true;
  };
});

// Only Safari on iOS knows this word; true is the app on the home screen.
const isSafari = navigator.standalone === false;
const isWavedAway = () => localStorage.getItem("no-install-help") === "1";
if (box && isSafari && (onSettings || (location.pathname === "/" && !isWavedAway()))) {
  show("safari");
  box.querySelector("[data-safari] button").onclick = () => {
    localStorage.setItem("no-install-help", "1");
    box.hidden = true;
  };
}
