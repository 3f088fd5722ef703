// Two conditions, by class or by value; which Stadtteile meet both for sure, and of how many that is not clear.
const KINDS = { ueber: [FAR_ABOVE, ABOVE], mittel: [AVERAGE], unter: [BELOW, FAR_BELOW] };
const YES = 2, PERHAPS = 1, NO = 0, UNKNOWN = -1;
// A point before three digits parts thousands, but not in 0.125; a comma may just have been typed.
const readNumber = (text) => {
  const plainText = text.replace(/\s|%/g, "").replace(/(?<=[1-9]\d*)\.(?=\d{3}(\D|$))/g, "").replace(/,$/, "").replace(",", ".").replace("\u2212", "-");
  return /^-?\d+(\.\d+)?$/.test(plainText) ? Number(plainText) : null;
};
const readCondition = (text) => {
  const [art, grenze = ""] = text.split(":");
  if (Object.hasOwn(KINDS, art) || art === "alle") return { art, grenze: "" };
  return ["ab", "bis"].includes(art) && (grenze === "" || readNumber(grenze) !== null) ? { art, grenze } : undefined;
};
const meets = (indicator, id, { art, grenze }) => {
  const one = valueOf(indicator, id);
  if (art === "alle") return YES;
  if (one.text === MISSING) return UNKNOWN;
  if (art in KINDS) {
    if (one.klasse < 0 || one.klasse === UNCLASSED) return UNKNOWN;
    if (one.klasse === UNCLEAR) return PERHAPS;
    return KINDS[art].includes(one.klasse) ? YES : NO;
  }
  const limit = readNumber(grenze);
  if (limit === null) return YES;
  const inside = (number) => (art === "ab" ? number >= limit : number <= limit);
  const ends = [one.von ?? one.wert, one.bis ?? one.wert].map(inside);
  return ends.every(Boolean) ? YES : ends.some(Boolean) ? PERHAPS : NO;
};
const filtered = () => {
  const groups = { found: [], perhaps: [], unknown: [] };
  for (const area of STADTTEILE) {
    const results = pairNow().map((indicator, place) => meets(indicator, area.id, state.filter[place] ?? { art: "alle" }));
    if (results.includes(NO)) continue;
    if (results.includes(UNKNOWN)) groups.unknown.push(area);
    else if (results.includes(PERHAPS)) groups.perhaps.push(area);
    else groups.found.push(area);
  }
  return groups;
};
let foundIds = new Set(); // what meets both conditions for sure; outlined on the map too
const active = () => state.filter.some((one) => one.art in KINDS || (one.grenze && one.art !== "alle"));
const showFound = (found) => {
  foundIds = found;
  outlineMap();
};
const drawFilter = () => {
  pairNow().forEach((indicator, place) => {
    const one = state.filter[place] ?? { art: "alle", grenze: "" };
    $(`at-kind-${place}`).value = one.art;
    $(`at-kind-label-${place}`).textContent = named(indicator);
    const byValue = ["ab", "bis"].includes(one.art);
    $(`at-limit-box-${place}`).hidden = !byValue;
    if (document.activeElement !== $(`at-limit-${place}`)) $(`at-limit-${place}`).value = one.grenze;
  });
  const result = $("at-found");
  if (!active()) {
    result.replaceChildren();
    return new Set();
  }
  const { found, perhaps, unknown } = filtered();
  const lines = [el("p", {}, el("strong", {}, `${counted(found.length, "Stadtteil erfüllt", "Stadtteile erfüllen")} die Bedingungen${found.length ? ", auf der Karte umrandet: " : "."}`.replace(/^k/, "K")), ...areaButtons(found.map((area) => area.id)))];
  if (perhaps.length) lines.push(el("p", {}, `Nicht eindeutig bei ${perhaps.length}: `, ...areaButtons(perhaps.map((area) => area.id))));
  if (unknown.length) lines.push(el("p", {}, `Ohne Angabe oder ohne Einstufung: ${unknown.length}.`));
  result.replaceChildren(...lines);
  return new Set(found.map((area) => area.id));
};
[0, 1].forEach((place) => {
  const update = () => {
    const limit = $(`at-limit-${place}`);
    const wrong = limit.value.trim() !== "" && readNumber(limit.value) === null;
    limit.setAttribute("aria-invalid", wrong);
    $(`at-limit-note-${place}`).textContent = wrong ? `„${limit.value}“ ist keine Zahl. Bitte eine Zahl eingeben, zum Beispiel 12,5.` : "";
    if (wrong) {
      $("at-found").replaceChildren();
      return showFound(new Set());
    }
    const filter = [0, 1].map((one) => state.filter[one] ?? { art: "alle", grenze: "" });
    filter[place] = { art: $(`at-kind-${place}`).value, grenze: limit.value.replace(/\s|%/g, "") };
    if (["alle", ...Object.keys(KINDS)].includes(filter[place].art)) filter[place].grenze = "";
    change({ filter: filter.some((one) => one.art !== "alle") ? filter : [] });
  };
  $(`at-kind-${place}`).addEventListener("change", update);
  $(`at-limit-${place}`).addEventListener("input", update);
});
