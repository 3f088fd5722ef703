// What can be taken along: a table for a German spreadsheet, the picture as SVG and PNG, a sheet of paper.
const FORMULA = /^[ \u00a0]*[=+\-@\t\r\n＝＋－＠]/;
const cell = (text) => {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[;"\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const plainNumber = (value) => (value === null ? "" : String(value).replace(".", ","));
const csvRow = (area, indicator) => {
  const one = value(area.id, indicator);
  const words = [area.id, area.name, area.art, area.bezirk, indicator.titel].map(cell);
  const reason = one.text === MISSING ? DATA.gruende[one.grund] : "";
  const at = dateShown() === null ? (one.stand.replace(/[()]/g, "") || indicator.stand) : dateOf(indicator);
  const amount = one.text === MISSING ? MISSING : one.wert === null ? one.text.replaceAll(".", "").replace("\u2212", "-") : plainNumber(one.wert);
  const numbers = [amount, plainNumber(one.von), plainNumber(one.bis), cell(indicator.masseinheit), plainNumber(one.menschen)];
  return [...words, ...numbers, ...[at, one.art || indicator.art, classOf(one), reason, indicator.vermerk].map(cell)].join(";");
};
const csvText = () => {
  const indicator = indicatorNow();
  const heads = ["Nummer", "Ort", "Ebene", "Stadtbezirk", "Kennzahl", "Wert", "von", "bis", "Einheit", "Anzahl", "Stand", "Art", "Einordnung", "Hinweis", "Quelle"];
  const notes = [`${DATA.entwurf}.`, DATA.weitergabe, indicator.definition, "„keine Angabe“ heißt nie null."].filter(Boolean).map(cell);
  return `\ufeff${[heads.join(";"), ...DATA.gebiete.map((area) => csvRow(area, indicator)), "", ...notes].join("\r\n")}\r\n`;
};
const save = (name, content, kind) => {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: kind }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};
const fileName = (ending) => `atlas_${state.indikator}${state.ort === CITY.id ? "" : `_${plain(areaNow().name).replaceAll(" ", "-")}`}.${ending}`;

const PICTURE = { width: 640, margin: 24 };
const measure = document.createElement("canvas").getContext("2d");
const wrapped = (text, size, width, bold) => {
  measure.font = `${bold ? "bold " : ""}${size * 1.06}px sans-serif`;
  return text.split(/ /).reduce((lines, word) => {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && measure.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
    return lines;
  }, []);
};
const picture = () => {
  const indicator = indicatorNow();
  const whole = draw("svg", { xmlns: "http://www.w3.org/2000/svg", "font-family": "system-ui, 'Segoe UI', Roboto, Arial, sans-serif" });
  let y = PICTURE.margin;
  const room = PICTURE.width - 2 * PICTURE.margin;
  const lines = (text, size, colour, bold) => wrapped(text, size, room, bold).forEach((words) => {
    y += size * 1.35;
    whole.append(draw("text", { x: PICTURE.margin, y, "font-size": size, fill: colour, "font-weight": bold ? 650 : null }, words));
  });
  const part = (source, width, gap) => {
    const copy = source.cloneNode(true);
    const [, , wide, high] = source.getAttribute("viewBox").split(" ").map(Number);
    const height = (width / wide) * high;
    ["class", "style", "id", "role", "aria-label"].forEach((name) => copy.removeAttribute(name));
    copy.querySelectorAll("[tabindex]").forEach((element) => ["tabindex", "role", "aria-label", "aria-selected"].forEach((name) => element.removeAttribute(name)));
    copy.querySelectorAll(".at-map-label").forEach((label) => fill(label, { "font-size": 13, "stroke-width": 4 }, []));
    y += gap;
    fill(copy, { x: PICTURE.margin, y, width, height }, []);
    whole.append(copy);
    y += height;
  };
  lines(`${CITY.name}: ${indicator.titel}`, 19, INK, true);
  lines($("at-signs").textContent, 12, MUTED);
  const shown = areaNow();
  if (shown !== CITY) lines(`${shown.lang}: ${sentenceOf(shown.id, indicator)}`, 12, INK);
  part($("at-map"), room, 12);
  const legend = [...document.querySelectorAll(".at-legend svg")].find((one) => !one.parentElement.hidden);
  if (legend) part(legend, 360, 8);
  part($("at-strip"), room, 12);
  lines(indicator.quelle, 11, MUTED);
  lines([DATA.entwurf, DATA.weitergabe].filter(Boolean).join(" · "), 11, INK, true);
  y += PICTURE.margin;
  whole.prepend(draw("title", {}, `${indicator.titel}, ${CITY.name}`), draw("rect", { width: PICTURE.width, height: y, fill: PAPER }));
  return fill(whole, { width: PICTURE.width, height: Math.ceil(y), viewBox: `0 0 ${PICTURE.width} ${Math.ceil(y)}` }, []);
};
const pictureText = () => new XMLSerializer().serializeToString(picture());
const savePng = () => {
  const text = pictureText();
  const image = new Image();
  image.onload = () => {
    const scale = 2;
    const paper = el("canvas", { width: image.width * scale, height: image.height * scale });
    const context = paper.getContext("2d");
    context.scale(scale, scale);
    context.drawImage(image, 0, 0);
    paper.toBlob((blob) => (blob ? save(fileName("png"), blob) : note("Das Bild ließ sich nicht als PNG sichern. Bitte SVG wählen.")), "image/png");
  };
  image.onerror = () => note("Das Bild ließ sich nicht als PNG sichern. Bitte SVG wählen.");
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
};
$("at-csv").addEventListener("click", () => save(fileName("csv"), csvText(), "text/csv;charset=utf-8"));
$("at-svg").addEventListener("click", () => save(fileName("svg"), pictureText(), "image/svg+xml"));
$("at-png").addEventListener("click", savePng);
$("at-print").addEventListener("click", () => window.print());
