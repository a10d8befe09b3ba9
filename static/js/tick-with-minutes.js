// Filling in minutes ticks the activity they belong to.
document.addEventListener("input", (event) => {
  const name = event.target.name || "";
  if (!name.startsWith("minutes_") || event.target.value.trim() === "") return;
  const box = document.getElementsByName(name.replace("minutes_", "did_"))[0];
  if (box) box.checked = true;
});
