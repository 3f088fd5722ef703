// The search field: a combobox; arrow keys choose, Enter opens the chosen entry or the first one, Escape closes.
const input = $("at-search");
const hits = $("at-hits");
const MOST_HITS = 8;
let found = [];
let at = -1;
const reportsFor = (text) => {
  const words = searchWords(text);
  return DATA.berichte.filter(([title]) => words.length && words.every((word) => ` ${searchWords(title).join(" ")}`.includes(` ${word}`)))
    .map(([label, path]) => ({ label, kind: "Bericht", detail: "", areas: [], point: null, path }));
};
const closeHits = () => {
  hits.hidden = true;
  at = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
};
const showHits = () => {
  hits.replaceChildren(...found.map((entry, place) => el("li", {
    id: `at-hit-${place}`, role: "option", "aria-selected": place === at, onpointerdown: (event) => { event.preventDefault(); openEntry(entry); },
  }, el("span", {}, entry.label), el("span", { class: "at-detail" }, [entry.kind, entry.detail].filter(Boolean).join(" · ")))));
  hits.hidden = !found.length;
  input.setAttribute("aria-expanded", String(!hits.hidden));
  if (at >= 0) {
    input.setAttribute("aria-activedescendant", `at-hit-${at}`);
    hits.children[at].scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
};
const openEntry = (entry) => {
  if (entry.path) { location.href = entry.path; return; }
  closeHits();
  input.value = entry.label;
  const known = entry.areas.filter((id) => AREAS.has(id));
  if (!known.length) { note(`${entry.label} (${entry.kind}): ${entry.detail}.`); return; }
  choose(known[0]);
  markPoint(entry);
  const own = known.length === 1 && AREAS.get(known[0]).name === entry.label;
  note(...(own ? [`Gewählt: ${AREAS.get(known[0]).lang}.`] : [`${entry.label} (${entry.kind}) liegt in: `, ...areaButtons(known), "."]));
};
const markPoint = ({ point, label }) => {
  const parts = [];
  if (point) {
    const [x, y] = point.map((part, place) => part + DATA.suche.null[place]);
    const { west, north, massstab } = DATA.rahmen;
    const [cx, cy] = [(x - west) * massstab, (north - y) * massstab];
    parts.push(draw("circle", { cx, cy, r: 6, fill: ACCENT, stroke: PAPER, "stroke-width": 2 }, draw("title", {}, label)));
  }
  $("at-point").replaceChildren(...parts);
};
const searchNow = () => {
  at = -1;
  const entries = findEntries(input.value, MOST_HITS + 1);
  found = [...entries.slice(0, MOST_HITS), ...reportsFor(input.value).slice(0, 3)];
  showHits();
  const typed = input.value.trim().slice(0, 80);
  note(typed && !found.length ? `Zu „${typed}“ ist nichts bekannt. Gesucht wird in Orten, Straßen und Einrichtungen von ${CITY.name}.` : typed ? `${entries.length > MOST_HITS ? "Die ersten " : ""}${counted(found.length, "Treffer", "Treffer")}` : "");
};
input.addEventListener("input", searchNow);
input.addEventListener("focus", () => { prepareSearch(); input.select(); });
input.addEventListener("blur", closeHits);
input.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeHits();
  if (event.key === "Enter") {
    event.preventDefault();
    if (hits.hidden) searchNow();
    if (found.length) openEntry(found[Math.max(at, 0)]);
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    at = (at + step + found.length) % found.length;
    if (at === -1 || (step < 0 && at === found.length)) at = found.length - 1;
    showHits();
  }
});
$("at-controls").addEventListener("submit", (event) => event.preventDefault());
renderers.push((changed) => { if (changed.includes("ort")) markPoint({ point: null }); });
