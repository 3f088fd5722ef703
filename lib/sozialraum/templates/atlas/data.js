// What Python has written into the page, and how it is looked up. Texts come printed; the scripts put them in place.
const DATA = JSON.parse(document.getElementById("at-data").textContent);
const AREAS = new Map(DATA.gebiete.map((area) => [area.id, area]));
const INDICATORS = new Map(DATA.kennzahlen.map((one) => [one.id, one]));
const STADTTEILE = DATA.gebiete.filter((area) => area.ebene === "stadtteil");
const CITY = AREAS.get(DATA.stadt);
const [FAR_ABOVE, ABOVE, AVERAGE, BELOW, FAR_BELOW, UNCLEAR, UNCLASSED] = DATA.klassen.keys();
const MISSING = "keine Angabe";
const INK = "#1f2328", MUTED = "#57606a", CITY_LINE = "#6e7781", DOT = "#a8b0b8", BAND = "#e4e8ec", LINE = "#d0d5da";
const PAPER = "#ffffff", ACCENT = "#a3161f", HATCH = "url(#at-hatch)";
const ABSENT = { text: MISSING, spanne: "", anzahl: "", klasse: -1, grund: 0, farbe: null, x: null, wert: null, von: null, bis: null, menschen: null, unsicher: 0, stand: "", art: "" };

const $ = (id) => document.getElementById(id);
const fill = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.startsWith("aria-") && value !== null) element.setAttribute(name, String(value));
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== ""));
  return element;
};
const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const draw = (tag, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
const write = (content, attributes) => draw("text", { "font-size": 12, fill: MUTED, ...attributes }, content);

// A value by names; at an earlier date if one is chosen and the series has it for the Stadtteile.
const valueOf = (indicator, id, date = null) => {
  const series = indicator.zeit;
  if (date !== null && series?.ebene) {
    const at = (table) => table[id]?.[date] ?? null;
    const text = at(series.texte);
    if (text === null || text === MISSING) return ABSENT;
    return { ...ABSENT, text, farbe: at(series.farben), x: at(series.y), stand: "" };
  }
  const row = indicator.werte[id];
  return row ? Object.fromEntries(DATA.spalten.map((name, place) => [name, row[place]])) : ABSENT;
};
const unitOf = (indicator) => (indicator.einheit ? `\u00a0${indicator.einheit}` : "");
const printed = (indicator, value) =>
  value.text === MISSING ? MISSING : `${value.text}${unitOf(indicator)}${value.stand ? ` ${value.stand}` : ""}`;
const spanned = (indicator, value) => (value.spanne ? `${value.spanne}${unitOf(indicator)}` : "");
const classOf = (value) => (value.klasse < 0 ? "" : DATA.klassen[value.klasse]);
const ended = (text) => (text.endsWith(".") ? text : `${text}.`); // a unit may end with a full stop: "40 Einw."
const listed = (names) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} und ${names.at(-1)}`);
const counted = (count, one, many) => (count === 1 ? `1\u00a0${one}` : `${count === 0 ? "kein" : count}\u00a0${count === 0 ? one : many}`);
// German form of a number that is a difference of two printed ones; a test compares it with Python.
const number = (value, digits) => {
  const text = new Intl.NumberFormat("de-DE", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(Math.abs(value));
  return /[1-9]/.test(text) && value < 0 ? `\u2212${text}` : text;
};
// An estimated count to three digits, at most to tens, halves away from zero.
const coarse = (value) => {
  const size = 10 ** Math.max(Math.abs(value) >= 20 ? 1 : 0, Math.floor(Math.log10(Math.abs(value) || 1)) - 2);
  return Math.sign(value) * Math.floor(Math.abs(value) / size + 0.5) * size;
};
const signed = (value, digits) => {
  const text = number(value, digits);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
};
