// The strip below the map: every Stadtteil a dot in the colour of its class, the city a line, what is average shaded.
const STRIP = { width: 560, margin: 10, top: 26, middle: 64, bottom: 118, radius: 5 };
const dots = $("at-dots-of-strip");
const byValue = () => [...dots.children].map((dot) => dot.dataset.area);
const resetStrip = roving(dots, (id, key) => walk(byValue(), id, key));
const along = (x) => STRIP.margin + x * (STRIP.width - 2 * STRIP.margin);
const letter = () => (matchMedia("(max-width: 40rem)").matches ? 12 : 7); // on a phone the letters are larger
const anchored = (x, words) => {
  const half = words.length * letter() * 0.48;
  return { x: Math.min(Math.max(x, half), STRIP.width - half), "text-anchor": "middle" };
};
const groundOfStrip = (indicator) => {
  const parts = [];
  const now = dateShown() === null;
  if (indicator.band && now) {
    const [from, to] = indicator.band.map(along);
    parts.push(draw("rect", { x: from, y: STRIP.top, width: to - from, height: STRIP.bottom - STRIP.top, fill: BAND }));
  }
  parts.push(draw("path", { d: `M${STRIP.margin} ${STRIP.bottom}H${STRIP.width - STRIP.margin}`, stroke: LINE, fill: "none" }));
  const axis = now ? indicator.achse : indicator.zeit.achse;
  let free = Infinity;
  [...axis].reverse().forEach(([place, words], index) => {
    const text = index === 0 ? `${words}${unitOf(indicator)}` : words;
    const { x } = anchored(along(place), text);
    parts.push(draw("path", { d: `M${along(place)} ${STRIP.bottom}v4`, stroke: CITY_LINE, fill: "none" }));
    if (x + (text.length * letter()) / 2 > free) return;
    free = x - (text.length * letter()) / 2;
    parts.push(write(text, { x, "text-anchor": "middle", y: STRIP.bottom + 18 }));
  });
  if (indicator.stadtX !== null && now) {
    const x = along(indicator.stadtX);
    parts.push(draw("path", { d: `M${x} ${STRIP.top - 4}V${STRIP.bottom}`, stroke: CITY_LINE, "stroke-width": 1.6, fill: "none" }));
    parts.push(write(indicator.stadt, { ...anchored(x, indicator.stadt), y: STRIP.top - 10, "font-weight": 650 }));
  }
  return parts;
};
const placeOf = (indicator, id) => {
  const one = value(id);
  if (one.x === null) return null;
  const [x, y] = dateShown() === null ? indicator.punkte[id] : [along(one.x), 0];
  return [x, STRIP.middle + y, one];
};
const drawStrip = () => {
  const indicator = indicatorNow();
  if (!indicator) return;
  $("at-strip-ground").replaceChildren(...groundOfStrip(indicator));
  const found = STADTTEILE.flatMap((area) => {
    const place = placeOf(indicator, area.id);
    return place ? [[area, ...place]] : [];
  }).sort((a, b) => a[1] - b[1]);
  const near = new Set(areaNow().ebene === "stadtteil" ? areaNow().nachbarn : []);
  dots.replaceChildren(...found.map(([area, cx, cy, one]) => draw("circle", {
    cx, cy, r: STRIP.radius, "data-area": area.id, role: "option", "aria-label": described(area.id), "aria-selected": area.id === state.ort,
    fill: area.id === state.ort ? ACCENT : indicator.zaehlung ? "#2f76aa" : colourOf(indicator, one),
    stroke: near.has(area.id) ? INK : CITY_LINE, "stroke-width": near.has(area.id) ? 2 : 0.8,
    class: state.vergleich.includes(area.id) ? "is-beside" : null,
  }, draw("title", {}, described(area.id)))));
  dots.toggleAttribute("hidden", !found.length);
  markStrip();
  if (found.length) resetStrip();
};
const markStrip = () => {
  const indicator = indicatorNow();
  const area = AREAS.get(shownArea());
  const one = indicator && value(area.id);
  const over = [];
  if (one && one.x !== null && area.ebene !== "stadt" && !(indicator.zaehlung && area.ebene !== "stadtteil")) {
    const place = area.ebene === "stadtteil" ? placeOf(indicator, area.id) : [along(one.x), STRIP.middle];
    const [x, y] = place;
    over.push(area.ebene === "stadtteil"
      ? draw("circle", { cx: x, cy: y, r: STRIP.radius + 2, fill: ACCENT, stroke: PAPER, "stroke-width": 1.5 })
      : draw("path", { d: `M${x} ${y - 9}l9 9l-9 9l-9-9z`, fill: ACCENT, stroke: PAPER, "stroke-width": 1.5 }));
    const words = `${area.name} ${one.text}`;
    over.push(write(words, { ...anchored(x, words), y: STRIP.bottom - 6, fill: ACCENT, "font-weight": 650, stroke: PAPER, "stroke-width": 4, "paint-order": "stroke" }));
  }
  $("at-strip-mark").replaceChildren(...over);
};
listeners.push(markStrip);
renderers.push(drawStrip);
