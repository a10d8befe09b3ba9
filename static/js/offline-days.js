// The days on the offline log page, by this phone's clock: today, yesterday, and those before.
// The page may have been opened for one day by its address.
const choices = [...document.querySelectorAll("[data-days-back]")];
const pad = (number) => String(number).padStart(2, "0");

function fill() {
  for (const choice of choices) {
    const day = new Date();
    day.setHours(12);
    day.setDate(day.getDate() - choice.dataset.daysBack);
    choice.value = `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
    choice.labels[0].querySelector("time").textContent = hiptrack.written(day);
  }
}

function choose() {
  const asked = location.pathname.match(/\d{4}-\d\d-\d\d/)?.[0];
  const chosen = choices.find((choice) => choice.value === asked) || choices[0];
  chosen.checked = true;
  chosen.defaultChecked = true;
  const more = chosen.closest("details");
  if (more) more.open = true;
}

if (choices.length) {
  fill();
  choose();
  // Past midnight the first day is another one; what somebody has begun to fill in stays theirs.
  document.addEventListener("visibilitychange", () => {
    const { form } = choices[0];
    if (!document.hidden && !hiptrack.isChanged(form)) fill();
  });
}
