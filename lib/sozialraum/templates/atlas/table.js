// The table beside the map: the same values, sortable by name, Bezirk and value; the city stands above, fixed.
const sorting = { column: "name", down: false };
const rowsBox = $("at-rows");
const COLLATOR = new Intl.Collator("de");
const bezirke = DATA.gebiete.filter((area) => area.ebene === "stadtbezirk").map((area) => area.id);
const columnsOf = (indicator) => [
  { key: "name", head: "Stadtteil", sort: (area) => area.name },
  ...(bezirke.length ? [{ key: "bezirk", head: "Bezirk", cell: (area) => area.bezirk, sort: (area) => bezirke.indexOf(area.bezirk) }] : []),
  { key: "wert", head: indicator.einheit || "Anzahl", cell: (area, one) => (one.stand ? `${one.text} ${one.stand}` : one.text), sort: (area, one) => one.wert ?? one.x, number: true },
  ...(STADTTEILE.some((area) => value(area.id, indicator).spanne) ? [{ key: "spanne", head: "Spanne", cell: (area, one) => one.spanne, number: true }] : []),
  ...(indicator.zaehlt && dateShown() === null ? [{ key: "anzahl", head: indicator.zaehlt, cell: (area, one) => (one.menschen === null ? "" : number(one.menschen, 0)), sort: (area, one) => one.menschen, number: true }] : []),
  ...(indicator.zaehlung || dateShown() !== null ? [] : [{ key: "klasse", head: "Einordnung", cell: (area, one) => classOf(one) }]),
];
const compared = (a, b) => (typeof a === "string" ? COLLATOR.compare(a, b) : a - b);
const sorted = (indicator, column) => {
  const keyed = STADTTEILE.map((area) => [column.sort(area, value(area.id)), area]);
  const known = keyed.filter(([key]) => key !== null).sort((a, b) => compared(a[0], b[0]) || COLLATOR.compare(a[1].name, b[1].name));
  if (sorting.down) known.reverse();
  return [...known, ...keyed.filter(([key]) => key === null)].map(([, area]) => area);
};
const headOf = (column) => {
  const attributes = { scope: "col", class: `at-col-${column.key}${column.number ? " sr-num" : ""}` };
  if (!column.sort) return el("th", attributes, column.head);
  const now = sorting.column === column.key;
  const sign = now ? (sorting.down ? " ▼" : " ▲") : "";
  attributes["aria-sort"] = now ? (sorting.down ? "descending" : "ascending") : null;
  const press = () => {
    Object.assign(sorting, { column: column.key, down: now ? !sorting.down : column.key === "wert" || column.key === "anzahl" });
    drawTable();
    $("at-table").querySelector(`.at-col-${column.key} button`).focus();
  };
  return el("th", attributes, el("button", { type: "button", class: "at-sort", onclick: press }, column.head, el("span", { "aria-hidden": "true" }, sign)));
};
const rowOf = (area, columns, name) => {
  const one = value(area.id);
  const cells = columns.slice(1).map((column) =>
    el("td", { class: `at-col-${column.key}${column.number ? " sr-num" : ""}${column.key === "wert" && one.text === MISSING ? " sr-missing" : ""}` }, column.cell(area, one)));
  return el("tr", { class: area.id === state.ort ? "sr-this" : null }, el("th", { scope: "row" }, name), ...cells);
};
const drawTable = () => {
  const indicator = indicatorNow();
  if (!indicator) return;
  const columns = columnsOf(indicator);
  const column = columns.find((one) => one.key === sorting.column && one.sort) ?? columns[0];
  $("at-caption").textContent = `${indicator.titel}, ${dateOf(indicator)}`;
  const button = (area) => el("button", { type: "button", class: "at-name", "data-area": area.id, tabindex: -1, "aria-pressed": area.id === state.ort }, area.name);
  $("at-heads").replaceChildren(...columns.map(headOf));
  $("at-city-row").replaceChildren(rowOf(CITY, columns, CITY.name));
  rowsBox.replaceChildren(...sorted(indicator, column).map((area) => rowOf(area, columns, button(area))));
  resetTable();
};
const resetTable = roving(rowsBox, (id, key) => walk([...rowsBox.querySelectorAll("[data-area]")].map((one) => one.dataset.area), id, key));
rowsBox.addEventListener("pointerover", (event) => {
  const row = event.target.closest("tr");
  if (row && event.pointerType !== "touch") point(row.querySelector("[data-area]").dataset.area);
});
// What is pointed at on the map is moved into view here, without moving the page.
listeners.push(() => {
  const row = [...elementsOf(shownArea())].find((element) => rowsBox.contains(element))?.closest("tr");
  const box = $("at-table-box");
  if (!row || box.contains(document.activeElement) || box.matches(":hover") || box.scrollHeight <= box.clientHeight) return;
  box.scrollTop = row.offsetTop - box.clientHeight / 2;
});
renderers.push(drawTable);
