// Up to three areas side by side, with their differences and whether these are larger than the uncertainty.
const EXACT = ["amtlich", "berechnet"];
const compareWith = (id) => change({ vergleich: [...new Set([...state.vergleich, id])].slice(-MOST_COMPARED) });
const basisOf = (indicator, one) => ({ stand: one.stand || indicator.stand, art: one.art || indicator.art });
// "ja" only where both intervals are known, or the values are exact counts, and nothing overlaps.
const reliable = (indicator, a, b) => {
  if (a.text === MISSING || b.text === MISSING) return "keine Angabe";
  const [one, other] = [basisOf(indicator, a), basisOf(indicator, b)];
  if (one.stand !== other.stand) return "keine Aussage: verschiedene Stände";
  if (one.art !== other.art) return "keine Aussage: verschieden ermittelt";
  if (one.art === DATA.stellvertreter) return "keine Aussage: Stellvertreter";
  const known = (value, basis) => (value.von !== null && value.bis !== null) || EXACT.includes(basis.art);
  if (!known(a, one) || !known(b, other)) return "keine Aussage: Spanne nicht bekannt";
  const ends = (value) => [value.von ?? value.wert, value.bis ?? value.wert];
  const [[lowA, highA], [lowB, highB]] = [ends(a), ends(b)];
  if (highA < lowB || highB < lowA) return "ja";
  return lowA === highA && lowB === highB ? "kein Unterschied" : "nein: Spannen überschneiden sich";
};
const differenceOf = (indicator, a, b) => {
  if (a.wert === null || b.wert === null) return "";
  const text = signed(b.wert - a.wert, indicator.stellen);
  return /[1-9]/.test(text) ? text : number(0, indicator.stellen);
};
const valueCell = (indicator, id) => {
  const one = valueOf(indicator, id);
  const below = [one.spanne, one.stand].filter(Boolean).join(" ");
  return el("td", { class: `sr-num${one.text === MISSING ? " sr-missing" : ""}` }, one.text, below ? el("span", { class: "at-detail" }, below) : "");
};
const compareRow = (indicator, first, others) => {
  const a = valueOf(indicator, first);
  return el("tr", {}, el("th", { scope: "row" }, pickIndicator(indicator)), valueCell(indicator, first),
    ...others.flatMap((id) => {
      const b = valueOf(indicator, id);
      return [valueCell(indicator, id), el("td", { class: "sr-num" }, differenceOf(indicator, a, b)), el("td", {}, reliable(indicator, a, b))];
    }));
};
const areaOptions = (chosen) => {
  const levels = Map.groupBy ? Map.groupBy(DATA.gebiete, (area) => area.art) : DATA.gebiete.reduce((map, area) => map.set(area.art, [...(map.get(area.art) ?? []), area]), new Map());
  return [el("option", { value: "" }, "– kein Ort –"), ...[...levels].map(([art, areas]) => el("optgroup", { label: art },
    ...areas.map((area) => el("option", { value: area.id, selected: area.id === chosen }, area.lang))))];
};
const drawCompare = (changed) => {
  const open = !$("at-compare").hidden;
  if (state.vergleich.length && !open) openPanel("at-compare", false);
  if ($("at-compare").hidden || !["ort", "vergleich", "panel"].some((name) => changed.includes(name))) return;
  const choosers = [$("at-second"), $("at-third")];
  choosers.forEach((chooser, place) => chooser.replaceChildren(...areaOptions(state.vergleich[place] ?? "")));
  const [first, others] = [state.ort, state.vergleich];
  $("at-compared").hidden = !others.length;
  if (!others.length) return;
  const head = (words, number) => el("th", { scope: "col", class: number ? "sr-num" : null }, words);
  $("at-compare-heads").replaceChildren(head("Kennzahl"), head(AREAS.get(first).name, true),
    ...others.flatMap((id) => [head(AREAS.get(id).name, true), head("Unterschied", true), head("Unterschied belastbar")]));
  $("at-compare-caption").textContent = `${listed([first, ...others].map((id) => AREAS.get(id).lang))} nebeneinander`;
  const table = $("at-compare-table");
  table.querySelectorAll("tbody").forEach((body) => body.remove());
  const columns = 2 + 3 * others.length;
  table.append(...topicsOf(DATA.kennzahlen).map(([title, indicators]) => el("tbody", {},
    el("tr", {}, el("th", { scope: "rowgroup", colspan: columns, class: "at-topic" }, title)),
    ...indicators.map((indicator) => compareRow(indicator, first, others)))));
};
["at-second", "at-third"].forEach((id) => $(id).addEventListener("change", () =>
  change({ vergleich: [$("at-second").value, $("at-third").value].filter(Boolean) })));
renderers.push(drawCompare);

// Panels that come on request, one button each.
const PANELS = { "at-open-compare": "at-compare", "at-open-pair": "at-pair", "at-open-time": "at-time" };
const openPanel = (id, focus = true) => {
  $(id).hidden = false;
  syncButtons();
  if (focus) {
    $(id).scrollIntoView({ block: "start" });
    $(id).querySelector("h2").focus();
  }
};
const closePanel = (id) => {
  $(id).hidden = true;
  syncButtons();
  if (id === "at-compare") change({ vergleich: [] });
  if (id === "at-pair") change({ merkmale: null, filter: [] });
  if (id === "at-time") change({ stand: null });
};
const syncButtons = () => Object.entries(PANELS).forEach(([button, panel]) => $(button).setAttribute("aria-expanded", !$(panel).hidden));
Object.entries(PANELS).forEach(([button, panel]) => $(button).addEventListener("click", () => {
  if (!$(panel).hidden) return closePanel(panel);
  openPanel(panel);
  if (panel === "at-pair" && !state.merkmale) return change({ merkmale: firstPair() });
  return render(["panel"]);
}));
