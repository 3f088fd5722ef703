// Several dates of an indicator: a slider and a line per area; the map follows where the Stadtteile have the dates.
const course = $("at-course");
const dateNow = (series) => state.stand ?? series.y[lineOwner(series)].findLastIndex((y) => y !== null);
const lineOwner = (series) => [state.ort, areaNow().bezirk].find((id) => id && series.texte[id]) ?? CITY.id;
// What is missing or counted in another way parts a line; a date on its own is a dot.
const runs = (series, id) => series.y[id].reduce((parts, y, place, all) => {
  if (y === null) return parts;
  if (!place || all[place - 1] === null || series.bruch[place]) parts.push([]);
  parts.at(-1).push([series.x[place], y]);
  return parts;
}, []);
const lineOf = (frame, series, id, attributes) =>
  draw("path", { d: runs(series, id).map((run) => run.map(([x, y], place) => `${place ? "L" : "M"}${frame.x(x)} ${frame.y(y)}`).join("") + (run.length > 1 ? "" : "h0")).join(""), fill: "none", "stroke-linecap": "round", ...attributes });
const drawCourse = (series, indicator, owner) => {
  const width = Math.min(760, widthOf(course));
  const frame = frameOf(width, 300);
  const summed = indicator.zaehlung && owner === CITY.id;
  const axis = { achse: summed ? series.stadtachse : series.achse };
  const ids = Object.keys(series.y).filter((id) => summed ? id === CITY.id : !(indicator.zaehlung && id === CITY.id));
  const place = dateNow(series);
  const dot = series.y[owner][place];
  course.setAttribute("viewBox", `0 0 ${width} ${frame.height}`);
  course.setAttribute("width", width);
  course.replaceChildren(
    ...axesOf(frame, { achse: [] }, axis),
    ...[0, series.tage.length - 1].map((end) => write(series.tage[end], { x: frame.x(series.x[end]), y: frame.bottom + 18, "text-anchor": end ? "end" : "start" })),
    ...ids.filter((id) => id !== owner).map((id) => lineOf(frame, series, id, { stroke: DOT, "stroke-width": 1.4 })),
    draw("path", { d: `M${frame.x(series.x[place])} ${frame.top}V${frame.bottom}`, stroke: CITY_LINE, "stroke-dasharray": "4 3", fill: "none" }),
    lineOf(frame, series, owner, { stroke: ACCENT, "stroke-width": 2.6 }),
    ...runs(series, owner).filter((run) => run.length === 1).map(([[x, y]]) => draw("circle", { cx: frame.x(x), cy: frame.y(y), r: 3.5, fill: ACCENT })),
    dot === null ? "" : draw("circle", { cx: frame.x(series.x[place]), cy: frame.y(dot), r: 5, fill: ACCENT }));
  course.setAttribute("aria-label", `Linie: ${indicator.titel}, ${AREAS.get(owner).lang}: ${series.tage.map((day, index) => `${day} ${series.texte[owner][index]}`).join("; ")}`);
};
const drawTime = () => {
  const indicator = indicatorNow();
  const series = indicator?.zeit;
  if (!series) { $("at-time").hidden = true; syncButtons(); return; }
  if (state.stand !== null && $("at-time").hidden) openPanel("at-time", false);
  if ($("at-time").hidden) return;
  const place = dateNow(series);
  const owner = lineOwner(series);
  const slider = $("at-date");
  slider.max = series.tage.length - 1;
  slider.value = place;
  slider.setAttribute("aria-valuetext", series.tage[place]);
  $("at-time-title").textContent = `${indicator.titel} im Zeitverlauf`;
  $("at-date-now").textContent = series.tage[place];
  const text = series.texte[owner][place];
  const notHere = owner === state.ort ? "" : `Für ${areaNow().lang} liegen nicht mehrere Stände vor. `;
  $("at-time-words").textContent = `${notHere}${AREAS.get(owner).lang}, ${series.tage[place]}: ${ended(`${text}${text === MISSING ? "" : unitOf(indicator)}`)} ${place < series.tage.length - 1 && series.worte[owner].length ? `Letzter Stand: ${series.tage.at(-1)}. ` : ""}${series.worte[owner].join(" ")}`;
  drawCourse(series, indicator, owner);
  $("at-time-caption").textContent = `${indicator.titel}, ${series.tage[place]}${indicator.einheit ? `, ${indicator.einheit}` : ""}`;
  $("at-time-rows").replaceChildren(...DATA.gebiete.filter(({ id }) => series.texte[id]).map(({ id, lang }) =>
    el("tr", { class: id === owner ? "sr-this" : null }, el("th", { scope: "row" }, lang), el("td", { class: "sr-num" }, series.texte[id][place]))));
};
$("at-date").addEventListener("input", (event) => change({ stand: Number(event.target.value) }));
renderers.push(drawTime);
