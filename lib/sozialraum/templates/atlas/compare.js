// Up to three areas side by side: every difference, and whether the intervals bear it out.
const compareWith = (id) => change({ vergleich: [...new Set([...state.vergleich, id])].slice(-MOST_COMPARED) });
const basisOf = (indicator, one) => ({ stand: one.stand.replace(/[()]/g, "") || indicator.stand, art: one.art || indicator.art });
const differenceOf = (indicator, here, there) => {
  if (here.wert === null || there.wert === null) return null;
  const apart = Number((here.wert - there.wert).toFixed(9));
  const estimated = indicator.anzahl && [here, there].some((one) => basisOf(indicator, one).art === DATA.geschaetzt);
  return estimated ? coarse(apart) : apart;
};
// The rule of sozialraum.compare.side_by_side, null if nothing stands against it; a test compares both.
const objection = (indicator, here, there) => {
  const missing = [here, there].find((one) => one.text === MISSING);
  if (missing) return DATA.gruende[missing.grund];
  const [one, other] = [basisOf(indicator, here), basisOf(indicator, there)];
  if (one.stand !== other.stand) return `Die Stände sind verschieden: ${one.stand} und ${other.stand}.`;
  if (one.art !== other.art) return `Die Arten sind verschieden: ${one.art} und ${other.art}.`;
  const barred = [here, there].map((value) => DATA.gruende[value.grund]).find(Boolean);
  if (!indicator.anzahl && barred) return barred;
  const open = [here, there].some((value) => value.von === null || value.bis === null);
  return one.art === DATA.geschaetzt && open ? DATA.urteile.spanne : null;
};
const verdict = (indicator, here, there) => {
  const reason = objection(indicator, here, there);
  if (reason !== null) return [DATA.urteile.offen, reason];
  const [[low, high], [otherLow, otherHigh]] = [here, there].map((value) => [value.von ?? value.wert, value.bis ?? value.wert]);
  if (low > otherHigh || high < otherLow) return [DATA.urteile.ja, ""];
  return [low === otherLow && high === otherHigh && low === high ? DATA.urteile.gleich : DATA.urteile.nein, ""];
};
const valueCell = (indicator, id) => {
  const one = valueOf(indicator, id);
  const below = [one.spanne, one.stand].filter(Boolean).join(" ");
  return el("td", { class: `sr-num${one.text === MISSING ? " sr-missing" : ""}` }, one.text, below ? el("span", { class: "at-detail" }, below) : "");
};
const pairsOf = (ids) => ids.flatMap((there, place) => ids.slice(place + 1).map((here) => [here, there]));
const pairCell = (indicator, [here, there]) => {
  const both = [valueOf(indicator, here), valueOf(indicator, there)];
  const apart = differenceOf(indicator, ...both);
  const [words, reason] = verdict(indicator, ...both);
  return el("td", { class: "at-pair-cell" }, apart === null ? "" : el("span", { class: "at-difference" }, signed(apart, indicator.stellen)),
    el("span", { class: `at-detail${words === DATA.urteile.ja ? " at-sure" : ""}` }, words, reason ? el("span", { class: "at-reason" }, `: ${reason}`) : ""));
};
const compareRow = (indicator, ids) => el("tr", {}, el("th", { scope: "row" }, pickIndicator(indicator)),
  ...ids.map((id) => valueCell(indicator, id)), ...pairsOf(ids).map((pair) => pairCell(indicator, pair)));
const areaOptions = (chosen, taken) => {
  const levels = new Map();
  DATA.gebiete.filter((area) => area.id !== state.ort && area.id !== taken).forEach((area) => levels.set(area.art, [...(levels.get(area.art) ?? []), area]));
  return [el("option", { value: "" }, "– kein Ort –"), ...[...levels].map(([art, areas]) => el("optgroup", { label: art },
    ...areas.map((area) => el("option", { value: area.id, selected: area.id === chosen }, area.lang))))];
};
const drawCompare = (changed) => {
  const open = !$("at-compare").hidden;
  if (state.vergleich.length && !open) openPanel("at-compare", false);
  if ($("at-compare").hidden || !["ort", "vergleich", "panel"].some((name) => changed.includes(name))) return;
  const choosers = [$("at-second"), $("at-third")];
  choosers.forEach((chooser, place) => chooser.replaceChildren(...areaOptions(state.vergleich[place] ?? "", state.vergleich[1 - place])));
  $("at-compared").hidden = !state.vergleich.length;
  if (!state.vergleich.length) return;
  const ids = [state.ort, ...state.vergleich];
  const head = (words, number) => el("th", { scope: "col", class: number ? "sr-num" : null }, words);
  $("at-compare-heads").replaceChildren(head("Kennzahl"), ...ids.map((id) => head(AREAS.get(id).name, true)),
    ...pairsOf(ids).map(([here, there]) => head(`${AREAS.get(here).name} gegenüber ${AREAS.get(there).name}`)));
  $("at-compare-caption").textContent = `${listed(ids.map((id) => AREAS.get(id).lang))} nebeneinander`;
  const table = $("at-compare-table");
  table.querySelectorAll("tbody").forEach((body) => body.remove());
  table.append(...topicsOf(DATA.kennzahlen).map(([title, indicators]) => el("tbody", {},
    el("tr", {}, el("th", { scope: "rowgroup", colspan: 1 + ids.length + pairsOf(ids).length, class: "at-topic" }, title)),
    ...indicators.map((indicator) => compareRow(indicator, ids)))));
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
