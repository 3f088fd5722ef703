// The sentence beside the map: the area that is pointed at, otherwise the chosen one, and the way to its report.
const classSentence = (one) => {
  const words = DATA.saetze[classOf(one)];
  const reason = classOf(one) === DATA.klassen[UNCLASSED] ? DATA.gruende[one.grund] : "";
  if (words) return reason ? `${words}: ${reason}` : words;
  return "";
};
const sentenceOf = (id, indicator) => {
  const area = AREAS.get(id);
  const one = value(id, indicator);
  if (one.text === MISSING) return `${MISSING}. ${DATA.gruende[one.grund]}`.trim();
  const people = one.anzahl ? ` (${one.anzahl})` : "";
  const between = one.spanne ? `, Spanne ${spanned(indicator, one)}` : "";
  const first = ended(`${printed(indicator, one)}${people}${between}`);
  if (dateShown() !== null) return first;
  if (area.ebene === "stadt") return `${first} ${indicator.reichweite}`;
  const said = indicator.zaehlung ? "" : classSentence(one);
  const city = indicator.stadt && area.ebene !== "stadt" ? indicator.stadt : "";
  if (!said) return city ? `${first} Zum Vergleich: ${ended(city)}` : first;
  if (/[.!]$/.test(said)) return `${first} ${said}${city ? ` Zum Vergleich: ${ended(city)}` : ""}`;
  return `${first} ${said}${city ? ` (${city})` : ""}.`;
};
const linksOf = (area) => {
  const links = area.bericht
    ? [el("a", { class: "at-button at-button--first", href: area.bericht }, "Bericht öffnen", el("span", { class: "sr-vh" }, ` ${area.lang}`))]
    : [el("span", { class: "at-off" }, `Bericht ${area.zustand}`)];
  if (area.bericht && area.zustand !== "erstellt") links.push(el("span", { class: "at-off" }, area.zustand));
  const prints = area.pdf.map(([path, name]) => el("a", { class: "at-button", href: path }, name, el("span", { class: "sr-vh" }, ` ${area.lang}`)));
  return [...links, ...prints, area.bericht ? el("span", { class: "at-off" }, area.freigabe || DATA.entwurf) : ""];
};
let room = 0; // the tallest sentence so far: the table below keeps its place while one points at its rows
const readout = () => {
  const id = shownArea();
  const area = AREAS.get(id);
  $("at-sentence").replaceChildren(el("strong", {}, area.lang), ` · ${indicatorNow().titel}${dateShown() === null ? "" : `, ${dateOf(indicatorNow())}`}: ${sentenceOf(id, indicatorNow())}`);
  room = Math.max(room, $("at-sentence").offsetHeight);
  $("at-sentence").style.minHeight = `${room}px`;
};
listeners.push(readout);
renderers.push(() => {
  room = 0;
  $("at-sentence").style.minHeight = "";
  readout();
  // Of the chosen area only: what moves while one points would move away from under the pointer.
  $("at-remark").textContent = areaNow().ebene === "stadtteil" ? areaNow().hinweise.join(" ") : "";
  $("at-links").replaceChildren(...linksOf(areaNow()));
});
