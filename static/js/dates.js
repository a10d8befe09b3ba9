// A day in words, as the pages of the server write it: Sunday 22 November, zondag 22 november.
const { lang } = document.documentElement;
const format = { weekday: "long", day: "numeric", month: "long" };
let written; // only where a day is written: a phone needs 60 ms to load the words for it
hiptrack.written = (day) => {
  written ||= new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, format);
  return written.format(day).replace(",", "");
};
