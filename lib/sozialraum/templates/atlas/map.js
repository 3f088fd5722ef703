// The map: shares colour the shapes, counts are circles, what is missing is hatched, what is unsure is dotted.
const shapes = $("at-shapes");
const readable = (colour) => {
  const [r, g, b] = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
  return r * 0.299 + g * 0.587 + b * 0.114 > 128 ? "light" : "dark";
};
const order = STADTTEILE.map((area) => area.id);
const alongMap = (id, key) => {
  const place = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].indexOf(key);
  return place < 0 ? walk(order, id, key) : AREAS.get(id).pfeile[place] || id;
};
const resetMap = roving(shapes, alongMap);
const colourOf = (indicator, one) => {
  if (one.text === MISSING) return HATCH;
  return indicator.zaehlung ? "#e3e7ea" : indicator.farben[one.farbe];
};
const paintMap = () => {
  const indicator = indicatorNow();
  if (!indicator) return;
  const dots = [], circles = [];
  for (const shape of shapes.children) {
    const id = shape.dataset.area;
    const one = value(id);
    const colour = colourOf(indicator, one);
    shape.setAttribute("fill", colour);
    shape.setAttribute("aria-label", described(id));
    shape.setAttribute("aria-selected", id === state.ort);
    if (one.unsicher) dots.push(draw("use", { href: `#at-${id}`, fill: `url(#at-dots-${readable(colour)})` }));
    if (indicator.zaehlung && one.farbe) circles.push([one.farbe, id]);
  }
  $("at-dots").replaceChildren(...dots);
  $("at-circles").replaceChildren(...circles.sort((a, b) => b[0] - a[0]).map(([radius, id]) => {
    const [cx, cy] = AREAS.get(id).mitte;
    return draw("circle", { cx, cy, r: radius });
  }));
};
const outlinesOf = (area) => {
  if (area.ebene === "stadtteil") return [{ tag: "use", place: { href: `#at-${area.id}` } }];
  return area.umriss ? [{ tag: "path", place: { d: area.umriss } }] : [];
};
const outlineMap = () => {
  const around = (area, colour, width, dash) => outlinesOf(area).flatMap(({ tag, place }) => [
    draw(tag, { ...place, fill: "none", stroke: PAPER, "stroke-width": width + 2.4 }),
    draw(tag, { ...place, fill: "none", stroke: colour, "stroke-width": width, "stroke-dasharray": dash }),
  ]);
  $("at-outlines").replaceChildren(
    ...[...foundIds].flatMap((id) => around(AREAS.get(id), INK, 1.2, null)),
    ...state.vergleich.flatMap((id) => around(AREAS.get(id), INK, 2, "5 3")),
    ...around(areaNow(), INK, 2.4, null),
  );
};
const labelMap = () => {
  const area = AREAS.get(shownArea());
  const indicator = indicatorNow();
  const over = [];
  if (area.ebene === "stadtteil" && indicator) {
    const [x, y] = area.mitte;
    const words = `${area.name} ${value(area.id).text}`;
    const size = 13 / ($("at-map").getScreenCTM()?.a || 1); // as large as the text around it, however small the map
    const half = words.length * size * 0.28;
    const middle = Math.min(Math.max(x, half), Math.max(half, 560 - half));
    if (pointedAt) over.push(draw("use", { href: `#at-${area.id}`, fill: "none", stroke: ACCENT, "stroke-width": 3 }));
    over.push(write(words, { x: middle, y: y + 4, "text-anchor": "middle", fill: INK, stroke: PAPER, "stroke-width": size * 0.3, "paint-order": "stroke", "stroke-linejoin": "round", "font-size": size, class: "at-map-label" }));
  }
  $("at-label").replaceChildren(...over);
};
listeners.push(labelMap);
renderers.push(() => { paintMap(); outlineMap(); labelMap(); resetMap(); });
