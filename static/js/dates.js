// A day in words, as the pages of the server write it: Sunday 22 November, zondag 22 november.
const { lang } = document.documentElement;
const format = { weekday: "long", day: "numeric", month: "long" };
const written = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, format);
hiptrack.written = (day) => written.format(day).replace(",", "");
