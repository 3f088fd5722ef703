// The search of sozialraum.city.finder over the same entries; a test compares both on a list of queries.
const LETTERS = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", æ: "ae", œ: "oe", ø: "o", å: "a", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };
const [EXACT_NAME, BEGINNING, WORD_BEGINS, EVERY_WORD, INSIDE, FORGIVING] = [0, 1, 2, 3, 4, 5];
const STREETS = 1, SHORTEST_INSIDE = 3, SHORTEST_BEGINNING = 5, FORGIVEN = [[10, 2], [4, 1]];
const fold = (text) =>
  text.toLowerCase().normalize("NFC").replace(/[äöüßæœøåłđðþı]/g, (letter) => LETTERS[letter]).normalize("NFKD")
    .replace(/[^\x00-\x7f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();
const plain = fold;
const searchWords = (text) => fold(text).split(" ").filter(Boolean)
  .map((word) => (word === "sankt" ? "st" : word.replace(/str$/, "strasse")).replace(/sss+/g, "ss"));
const joined = (words) => words.join("").replace(/sss+/g, "ss");

const search = { names: [], endings: [], words: [], length: [], group: [] };
const entryAt = (place) => {
  const table = DATA.suche;
  const ids = table.orte[table.ort[place]];
  return { label: table.label[place], kind: table.arten[table.art[place]], detail: table.wos[table.wo[place]],
    areas: ids ? ids.split("|") : [], point: table.punkt[2 * place] < 0 ? null : table.punkt.slice(2 * place, 2 * place + 2) };
};
const prepareSearch = () => {
  if (search.length.length) return;
  const table = DATA.suche;
  table.label.forEach((label, place) => {
    const names = [...new Set([label, ...(table.namen[place] ?? [])])];
    const group = table.gruppe.filter((start) => start <= place).length - 1;
    names.forEach((name, index) => {
      const words = searchWords(name);
      const text = joined(words);
      search.names.push([text, place]);
      for (let at = 1; at < words.length; at += 1) search.endings.push([joined(words.slice(at)), place]);
      if (index === 0) search.length.push(text.length);
    });
    const kind = table.arten[table.art[place]];
    const own = searchWords([...names, ...(group > STREETS ? [kind] : [])].join(" "));
    search.words.push([` ${own.join(" ")}`, ` ${[...own, ...searchWords(`${kind} ${table.wos[table.wo[place]]}`)].join(" ")}`]);
    search.group.push(group);
  });
};
const withEvery = (parts, rank, found) => search.words.forEach(([own, every], place) => {
  if (!found.has(place) && parts.every((part) => every.includes(part)) && parts.some((part) => own.includes(part))) found.set(place, rank);
});
// Typing errors (changed, missing, further, exchanged letters) between a text and every beginning of a name.
const errorsToBeginnings = (text, name, length) => {
  let before = [], last = Array.from({ length: length + 1 }, (_, place) => place);
  for (let row = 1; row <= text.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= length; column += 1) {
      const same = text[row - 1] === name[column - 1];
      let least = Math.min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
      if (row > 1 && column > 1 && text[row - 1] === name[column - 2] && text[row - 2] === name[column - 1]) least = Math.min(least, before[column - 2] + 1);
      now.push(least);
    }
    [before, last] = [last, now];
  }
  return last;
};
const forgiven = (text) => {
  const found = new Map();
  const allowed = FORGIVEN.find(([letters]) => text.length >= letters)?.[1] ?? 0;
  if (!allowed) return found;
  const beginnings = text.length >= SHORTEST_BEGINNING;
  const attempt = ([name, place], whole) => {
    if (name.length < text.length - allowed) return;
    const length = Math.min(name.length, text.length + allowed);
    const errors = errorsToBeginnings(text, name, length);
    for (let end = text.length - allowed; end <= length; end += 1) {
      if (!(beginnings || (whole && end === name.length)) || errors[end] > allowed) continue;
      found.set(place, Math.min(found.get(place) ?? Infinity, FORGIVING + errors[end]));
    }
  };
  search.names.forEach((one) => attempt(one, true));
  if (beginnings) search.endings.forEach((one) => attempt(one, false));
  return found;
};
const ranked = (words) => {
  const text = joined(words);
  const found = new Map();
  for (const [name, place] of search.names) {
    if (name.startsWith(text)) found.set(place, Math.min(found.get(place) ?? INSIDE, name === text ? EXACT_NAME : BEGINNING));
  }
  for (const [name, place] of search.endings) if (!found.has(place) && name.startsWith(text)) found.set(place, WORD_BEGINS);
  withEvery(words.map((word) => ` ${word}`), EVERY_WORD, found);
  if (Math.min(...words.map((word) => word.length)) >= SHORTEST_INSIDE) {
    withEvery(words, INSIDE, found);
    for (const [name, place] of search.names) if (!found.has(place) && name.includes(text)) found.set(place, INSIDE);
  }
  const ranks = found.size ? found : forgiven(text);
  const order = (a, b) => ranks.get(a) - ranks.get(b) || search.group[a] - search.group[b] || search.length[a] - search.length[b] || a - b;
  return [...ranks.keys()].sort(order);
};
// House numbers are not in the page: an address leads to its street.
const streetsOf = (text) => {
  const city = CITY.name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const short = text.trim().replace(/\s+/g, " ").replace(new RegExp(`,?\\s*(?:\\d{5}\\s+)?(?<![\\p{L}\\d])${city}\\s*$`, "iu"), "").replace(/[ ,]+$/, "");
  const match = /^(.*?\D) *\d+\s*[a-zA-Z]?(?:\s*[-–]\s*\d+\s*[a-zA-Z]?)?$/.exec(short);
  if (!match) return [];
  const key = joined(searchWords(match[1]));
  return [...new Set(search.names.filter(([name, place]) => name === key && search.group[place] === STREETS).map(([, place]) => place))];
};
const findEntries = (text, limit = 10) => {
  prepareSearch();
  const words = searchWords(text);
  if (!words.length) return [];
  const streets = streetsOf(text);
  return (streets.length ? streets : ranked(words)).slice(0, limit).map(entryAt);
};
