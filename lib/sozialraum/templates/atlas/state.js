// What is chosen, in the address of the page: #indikator=…&ort=…&vergleich=…; a link or a bookmark opens it again.
const MOST_COMPARED = 2;
const state = { indikator: DATA.start, ort: CITY.id, vergleich: [], merkmale: null, filter: [], stand: null };
const renderers = [];
const indicatorNow = () => INDICATORS.get(state.indikator);
const areaNow = () => AREAS.get(state.ort);
// The chosen date, if the series has it for the Stadtteile: then map, strip, table and text show it.
const dateShown = () => (indicatorNow()?.zeit?.ebene ? state.stand : null);
const value = (id, indicator = indicatorNow()) => valueOf(indicator, id, indicator === indicatorNow() ? dateShown() : null);

const note = (...parts) => $("at-note").replaceChildren(...parts);
const render = (changed) => renderers.forEach((renderer) => renderer(changed));
const change = (wanted) => {
  const changed = Object.keys(wanted).filter((name) => JSON.stringify(state[name]) !== JSON.stringify(wanted[name]));
  if (!changed.length) return;
  Object.assign(state, wanted);
  if (changed.includes("indikator")) state.stand = null;
  state.vergleich = state.vergleich.filter((id) => id !== state.ort);
  saveAddress();
  render(changed);
};
const choose = (id) => change({ ort: id });

const saveAddress = () => {
  const words = new URLSearchParams();
  words.set("indikator", state.indikator);
  words.set("ort", state.ort);
  if (state.vergleich.length) words.set("vergleich", state.vergleich.join(","));
  if (state.merkmale) words.set("merkmale", state.merkmale.join(","));
  if (state.filter.length) words.set("filter", state.filter.map((one) => `${one.art}:${one.grenze}`).join(","));
  if (state.stand !== null) words.set("stand", indicatorNow().zeit.tage[state.stand]);
  history.replaceState(null, "", `#${words.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`);
};

const findArea = (text) => {
  prepareSearch();
  const wanted = joined(searchWords(text));
  const place = search.names.find(([name, at]) => name === wanted && search.group[at] === 0)?.[1];
  return AREAS.get(text) ?? (place === undefined ? undefined : AREAS.get(entryAt(place).areas[0]));
};
const readAddress = () => {
  const words = new URLSearchParams(location.hash.slice(1));
  const wrong = [];
  const skip = (text) => wrong.push(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  const one = (name, find, otherwise) => {
    const text = words.get(name);
    if (!text) return otherwise;
    const found = find(text);
    if (found === undefined) skip(text);
    return found ?? otherwise;
  };
  const several = (name, find, comma = ",") => (words.get(name) ?? "").split(comma).filter(Boolean).flatMap((text) => {
    const found = find(text);
    if (found === undefined) skip(text);
    return found === undefined ? [] : [found];
  });
  const indicator = (text) => (INDICATORS.has(text) ? text : undefined);
  const area = (text) => findArea(text)?.id;
  const wanted = { indikator: one("indikator", indicator, DATA.start), ort: one("ort", area, CITY.id) };
  const beside = [...new Set(several("vergleich", area))].filter((id) => id !== wanted.ort);
  wanted.vergleich = beside.slice(0, MOST_COMPARED);
  beside.slice(MOST_COMPARED).forEach((id) => skip(AREAS.get(id).name));
  const pair = several("merkmale", indicator);
  wanted.merkmale = pair.length === 2 ? pair : null;
  if (pair.length === 1) skip(`merkmale=${pair[0]}`);
  // A comma within a number is none between conditions: "ab:12,5,alle:".
  wanted.filter = several("filter", (text) => (wanted.merkmale ? readCondition(text) : undefined), /,(?=\p{L})/u).slice(0, 2);
  const days = INDICATORS.get(wanted.indikator)?.zeit?.tage ?? [];
  wanted.stand = one("stand", (text) => (days.includes(text) ? days.indexOf(text) : undefined), null);
  return { wanted, wrong };
};
const openAddress = () => {
  if (location.hash && !location.hash.includes("=")) return; // an anchor within the page
  const { wanted, wrong } = readAddress();
  Object.assign(state, wanted);
  $("at-pair").hidden ||= !wanted.merkmale; // what the address does not name is closed
  $("at-compare").hidden ||= !wanted.vergleich.length;
  $("at-time").hidden ||= wanted.stand === null;
  syncButtons();
  render(Object.keys(wanted));
  note(wrong.length ? `In der Adresse steht „${wrong.join("“, „")}“. Das lässt sich hier nicht zeigen; es wurde übergangen.` : "");
};
