// The choice of an indicator, and what is said of it: definition, date, kind, source, what the map shows.
const dateOf = (indicator) => (dateShown() === null ? indicator.stand : indicator.zeit.tage[dateShown()]);
const signsOf = (indicator) => {
  const signs = [];
  if (indicator.unsicher && dateShown() === null) signs.push(`gepunktet: Die Spanne reicht über eine Farbklasse hinaus (${indicator.unsicher} von ${STADTTEILE.length})`);
  if (indicator.zaehlung) signs.push("Die Fläche eines Kreises entspricht der Zahl");
  const absent = STADTTEILE.filter((area) => value(area.id, indicator).text === MISSING).length;
  if (absent) signs.push(`schraffiert: keine Angabe (${absent} von ${STADTTEILE.length})`);
  const grounds = [];
  if (indicator.band && dateShown() === null) grounds.push("grau hinterlegt: durchschnittlich");
  if (areaNow().ebene === "stadtteil" && areaNow().nachbarn.length) grounds.push(`mit Ring: grenzt an ${areaNow().name}`);
  if (grounds.length) signs.push(`in der Punktreihe ${grounds.join(", ")}`);
  return signs;
};
renderers.push(() => {
  const indicator = indicatorNow();
  if (!indicator) return;
  $("at-indicator").value = indicator.id;
  $("at-title").textContent = indicator.titel;
  $("at-definition").textContent = `${indicator.definition} ${dateOf(indicator)}, ${indicator.art}.`;
  $("at-signs").textContent = [`${indicator.einheit ? `Angaben in ${indicator.einheit}`.replace("in je", "je") : "Anzahl"}`, `${dateOf(indicator)}, ${indicator.art}`, ...signsOf(indicator)].join(" · ");
  $("at-method").href = DATA.methode ? `${DATA.methode}#methode-${indicator.id}` : "#methode";
  $("at-source").textContent = indicator.quelle;
  document.querySelectorAll(".at-legend").forEach((legend) => { legend.hidden = legend.dataset.indicator !== indicator.id; });
  // The city's value in the legend is that of the latest date.
  document.querySelectorAll(".sr-city-now").forEach((mark) => mark.setAttribute("visibility", dateShown() === null ? "visible" : "hidden"));
  $("at-open-time").hidden = !indicator.zeit;
});
$("at-indicator").addEventListener("change", (event) => change({ indikator: event.target.value }));
