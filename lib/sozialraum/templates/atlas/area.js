// The chosen area: its key figures by topic with small strips, its neighbours, similar Stadtteile, its report.
const knownFor = (id) => DATA.kennzahlen.filter((indicator) => valueOf(indicator, id).text !== MISSING || AREAS.get(id).ebene === "stadtteil");
const topicsOf = (indicators) =>
  Object.entries(DATA.kapitel).map(([key, title]) => [title, indicators.filter((one) => one.kapitel === key)]).filter(([, ones]) => ones.length);
const smallStrip = (indicator, one) => {
  const parts = [draw("path", { d: indicator.reihe, transform: "translate(0 10)", class: "at-row-dots" })];
  if (indicator.stadtX !== null) parts.push(draw("path", { d: `M${indicator.stadtX * 100} 2V18`, class: "at-row-city" }));
  if (one.x !== null) parts.push(draw("path", { d: `M${one.x * 100} 10h0`, class: "at-row-here" }));
  return draw("svg", { viewBox: "-4 0 108 20", class: "at-row", "aria-hidden": "true" }, ...parts);
};
const pickIndicator = (indicator) => el("button", { type: "button", class: "at-link", onclick: () => change({ indikator: indicator.id }) }, `${indicator.titel}${indicator.einheit ? ` (${indicator.einheit})` : ""}`);
const figureRow = (indicator, id) => {
  const one = valueOf(indicator, id);
  const city = indicator.zaehlung ? "" : valueOf(indicator, CITY.id).text;
  const stand = `${one.stand.replace(/[()]/g, "") || indicator.stand}, ${one.art || indicator.art}`;
  return el("tr", {},
    el("th", { scope: "row" }, pickIndicator(indicator), el("span", { class: "at-detail" }, stand)),
    el("td", { class: `sr-num${one.text === MISSING ? " sr-missing" : ""}` }, one.text, one.anzahl ? el("span", { class: "at-detail" }, one.anzahl) : "", city ? el("span", { class: "at-detail at-narrow" }, `${CITY.name} ${city}`) : ""),
    el("td", { class: "sr-num at-wide" }, one.spanne),
    el("td", { class: "sr-num at-wide" }, city),
    el("td", { class: "at-wide" }, smallStrip(indicator, one)),
    el("td", {}, indicator.zaehlung ? "" : classOf(one)));
};
const areaButtons = (ids) => listedNodes(ids.map((id) => el("button", { type: "button", class: "at-link", onclick: () => choose(id) }, AREAS.get(id).name)));
const listedNodes = (nodes) => nodes.flatMap((node, place) => [place === 0 ? "" : place === nodes.length - 1 ? " und " : ", ", node]);
const line = (words, ...nodes) => el("p", {}, el("strong", {}, `${words}: `), ...nodes);
const around = (area) => {
  const lines = [];
  if (area.bezirk) lines.push(line("Stadtbezirk", ...areaButtons([area.bezirk])));
  if (area.teile?.length) lines.push(line("Stadtteile darin", ...areaButtons(area.teile)));
  if (area.nachbarn.length) lines.push(line("Grenzt an", ...areaButtons(area.nachbarn)));
  if (area.aehnlich?.worte.length) {
    lines.push(el("p", {}, area.aehnlich.worte.join(" ")));
    if (area.aehnlich.orte.length) lines.push(line("Die nächsten ansehen", ...areaButtons(area.aehnlich.orte)));
  }
  if (area.ebene !== "stadtteil") area.hinweise.forEach((words) => lines.unshift(el("p", {}, words)));
  return lines;
};
const drawOffers = (area) => {
  const { spalten, zeilen } = DATA.angebote;
  $("at-offers").hidden = !area.angebote.length;
  $("at-offers-caption").textContent = `Angebote und Ansprechstellen, die ${area.lang} betreffen; die Liste ist unvollständig`;
  $("at-offers-heads").replaceChildren(...spalten.map((head) => el("th", { scope: "col" }, head)));
  $("at-offers-rows").replaceChildren(...area.angebote.map((place) => el("tr", {},
    ...zeilen[place].map((text, column) => (column ? el("td", {}, text) : el("th", { scope: "row" }, text))))));
};
const drawArea = (changed) => {
  if (!changed.includes("ort")) return;
  const area = areaNow();
  $("at-area-title").textContent = `${area.lang}: Kennzahlen nach Themen`;
  $("at-around").replaceChildren(...around(area));
  drawOffers(area);
  $("at-area-caption").textContent = `${area.lang} im Vergleich mit ${CITY.name}`;
  $("at-area-city").textContent = CITY.name;
  $("at-figures").querySelectorAll("tbody").forEach((body) => body.remove());
  $("at-figures").append(...topicsOf(knownFor(area.id)).map(([title, indicators]) => el("tbody", {},
    el("tr", {}, el("th", { scope: "rowgroup", colspan: 6, class: "at-topic" }, title)),
    ...indicators.map((indicator) => figureRow(indicator, area.id)))));
};
renderers.push(drawArea);
