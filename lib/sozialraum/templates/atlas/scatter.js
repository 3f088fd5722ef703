// Two indicators against each other: every Stadtteil a dot with its name where there is room, the city a cross.
const firstPair = () => {
  const others = DATA.kennzahlen.filter((one) => one.id !== state.indikator && !one.zaehlung && one.bekannt);
  return [state.indikator, others[0]?.id ?? state.indikator];
};
const cloud = $("at-cloud");
const pairNow = () => state.merkmale.map((id) => INDICATORS.get(id));
const resetCloud = roving($("at-cloud-dots"), (id, key) => walk([...$("at-cloud-dots").children].map((dot) => dot.dataset.area), id, key));
const WORD = 6.7; // width of a letter of 12 units, at most
const box = (x, y, words, end) => ({ left: end ? x - words.length * WORD : x, right: end ? x : x + words.length * WORD, top: y - 11, bottom: y + 3 });
const free = (one, taken) => taken.every((other) => one.left > other.right + 1 || other.left > one.right + 1 || one.top > other.bottom || other.top > one.bottom);
const axesOf = (frame, horizontal, vertical) => {
  const parts = [];
  horizontal.achse.forEach(([place, words], index) => {
    if (frame.width < 500 && index % 2) return;
    parts.push(draw("path", { d: `M${frame.x(place)} ${frame.top}V${frame.bottom}`, stroke: LINE, fill: "none" }));
    parts.push(write(words, { x: frame.x(place), y: frame.bottom + 16, "text-anchor": "middle" }));
  });
  vertical.achse.forEach(([place, words]) => {
    parts.push(draw("path", { d: `M${frame.left} ${frame.y(place)}H${frame.right}`, stroke: LINE, fill: "none" }));
    parts.push(write(words, { x: frame.left - 6, y: frame.y(place) + 4, "text-anchor": "end" }));
  });
  return parts;
};
const cityCross = (frame, horizontal, vertical) => {
  const parts = [];
  const cross = { stroke: CITY_LINE, "stroke-width": 1.6, fill: "none" };
  if (horizontal.stadtX !== null) parts.push(draw("path", { d: `M${frame.x(horizontal.stadtX)} ${frame.top}V${frame.bottom}`, ...cross }));
  if (vertical.stadtX !== null) parts.push(draw("path", { d: `M${frame.left} ${frame.y(vertical.stadtX)}H${frame.right}`, ...cross }));
  const place = horizontal.stadtX !== null ? { x: frame.x(horizontal.stadtX) + 4, y: frame.top + 12 }
    : vertical.stadtX !== null ? { x: frame.left + 8, y: frame.y(vertical.stadtX) - 5 } : null;
  if (place) parts.push(write(CITY.name, { ...place, "font-weight": 650 }));
  return parts;
};
const frameOf = (width, height) => {
  const frame = { width, height, left: 64, right: width - 14, top: 24, bottom: height - 42 };
  frame.x = (place) => frame.left + 6 + place * (frame.right - frame.left - 12);
  frame.y = (place) => frame.bottom - 6 - place * (frame.bottom - frame.top - 12);
  return frame;
};
const widthOf = (element) => Math.max(280, Math.min(1100, Math.floor(element.parentElement.clientWidth)));
const named = (indicator) => `${indicator.kurz}${indicator.einheit ? ` (${indicator.einheit})` : ""}`;
const pairWords = (area, pair) => `${area.name}: ${pair.map((indicator) => `${indicator.kurz} ${printed(indicator, valueOf(indicator, area.id))}`).join(", ")}`;
const namesOf = (points, found, cityX) => {
  const taken = [box(cityX + 4, 36, CITY.name), ...points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }))];
  const important = (area) => (area.id === state.ort ? 0 : state.vergleich.includes(area.id) ? 1 : found.has(area.id) ? 2 : 3);
  return [...points].sort((a, b) => important(a.area) - important(b.area)).flatMap(({ area, x, y }) => {
    for (const [place, end] of [[x + 7, false], [x - 7, true]]) {
      const room = box(place, y + 4, area.name, end);
      if (!free(room, taken) || room.right > widthOf(cloud) - 4 || room.left < 66) continue;
      taken.push(room);
      const here = area.id === state.ort;
      return [write(area.name, { x: place, y: y + 4, "text-anchor": end ? "end" : "start", fill: here ? ACCENT : MUTED, "font-weight": here ? 650 : null })];
    }
    return [];
  });
};
const drawCloud = (changed) => {
  if (state.merkmale && $("at-pair").hidden) openPanel("at-pair", false);
  if (!state.merkmale) showFound(new Set());
  if ($("at-pair").hidden || !state.merkmale || !["merkmale", "filter", "ort", "vergleich", "panel"].some((name) => changed.includes(name))) return;
  const pair = pairNow();
  const [horizontal, vertical] = pair;
  $("at-across").value = horizontal.id;
  $("at-up").value = vertical.id;
  const width = widthOf(cloud);
  const frame = frameOf(width, Math.min(520, Math.max(340, width * 0.55)));
  const found = drawFilter();
  showFound(found);
  const points = STADTTEILE.flatMap((area) => {
    const [x, y] = pair.map((indicator) => valueOf(indicator, area.id).x);
    return x === null || y === null ? [] : [{ area, x: frame.x(x), y: frame.y(y) }];
  });
  cloud.setAttribute("viewBox", `0 0 ${width} ${frame.height}`);
  cloud.setAttribute("width", width);
  $("at-cloud-ground").replaceChildren(...axesOf(frame, horizontal, vertical), ...cityCross(frame, horizontal, vertical),
    write(`${named(horizontal)} →`, { x: frame.right, y: frame.height - 6, "text-anchor": "end", fill: INK }),
    write(`↑ ${named(vertical)}`, { x: 2, y: 13, fill: INK }));
  $("at-cloud-dots").replaceChildren(...points.map(({ area, x, y }) => draw("circle", {
    cx: x, cy: y, r: area.id === state.ort ? 6.5 : 5, "data-area": area.id, role: "option", "aria-label": pairWords(area, pair), "aria-selected": area.id === state.ort,
    fill: area.id === state.ort ? ACCENT : found.has(area.id) ? "#2f76aa" : DOT, stroke: found.has(area.id) || state.vergleich.includes(area.id) ? INK : PAPER,
  }, draw("title", {}, pairWords(area, pair)))));
  $("at-cloud-names").replaceChildren(...namesOf(points, found, horizontal.stadtX === null ? -99 : frame.x(horizontal.stadtX)));
  $("at-cloud-dots").toggleAttribute("hidden", !points.length);
  if (points.length) resetCloud();
  const absent = STADTTEILE.length - points.length;
  const lines = pair.filter((one) => one.stadtX !== null).length; // counts of the city stand beyond the axis
  const city = ["", `; die Linie zeigt den Wert von ${CITY.name}`, `; das Kreuz zeigt den Wert von ${CITY.name}`][lines];
  const basis = pair.map((one) => `${one.titel}: ${one.stand}, ${one.art}.`);
  $("at-pair-words").textContent = [`${counted(points.length, "Stadtteil", "Stadtteile")}${city}.`.replace(/^k/, "K"), absent ? `Ohne Angabe: ${absent}.` : "",
    "Ein gemeinsames Muster sagt nichts über Ursachen.", ...new Set(basis)].filter(Boolean).join(" ");
};
["at-across", "at-up"].forEach((id) => $(id).addEventListener("change", () => change({ merkmale: [$("at-across").value, $("at-up").value] })));
renderers.push(drawCloud);
