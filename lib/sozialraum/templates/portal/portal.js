// The search: the exact name first, then what begins so, then the Stadtbezirk, then what holds the words inside. Enter opens
// what is said to be opened, and never another report because that one is missing. Without scripts the list stands
// there in full and the form stays hidden.
(() => {
  "use strict";
  const NONE = 9;
  // Case, punctuation and the spelling of umlauts do not count: "Überruhr", "ueberruhr" and "uberruhr" are the same.
  const plain = (text) =>
    text.toLowerCase().replace(/ß/g, "ss").normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
      .replace(/([aou])e/g, "$1").replace(/[^a-z0-9]+/g, " ").trim();
  const form = document.querySelector(".po-search");
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  const best = form.querySelector(".po-best");
  const list = document.querySelector(".po-groups");
  const prefix = new RegExp(`^(stadtteil|quartier|${plain(form.dataset.city)}) (?=.)`);

  const entry = (element, kind, link) => {
    const { names, variants = "", search, bezirk = "", label } = element.dataset;
    const list = (text) => text.split("|").map(plain);
    return { element, kind, link, label, names: list(names), variants: list(variants), all: plain(search), bezirk: plain(bezirk) };
  };
  const groups = [...document.querySelectorAll(".po-group")].map((element) => ({
    element,
    head: entry(element, 1, element.querySelector("h3 a")),
    items: [...element.querySelectorAll("li")].map((item) => entry(item, 0, item.querySelector("a"))),
  }));
  const elsewhere = [...document.querySelectorAll(".po-city > li")];
  const entries = [
    ...groups.flatMap((group) => [...group.items, group.head]),
    ...elsewhere.map((item) => entry(item, 2, item.querySelector("a"))),
  ].sort((a, b) => a.kind - b.kind);

  const rankOf = ({ names, variants, all, bezirk }, query) => {
    const words = query.split(" ");
    const begun = (text) => words.every((word) => ` ${text}`.includes(` ${word}`));
    // A short word has to begin a name or be its number; a longer one may stand inside.
    const inside = (text) => words.every((word) => ` ${text}`.includes(word.length < 3 ? ` ${word}` : word));
    if (names.includes(query)) return 0;
    if (variants.includes(query)) return 0.5;
    if (names.some((name) => name.startsWith(query))) return 1;
    if (names.some(begun)) return 2;
    if (begun(`${names.join(" ")} ${bezirk}`)) return 3;
    if (names.some(inside)) return 4;
    return inside(all) ? 5 : NONE;
  };
  const rank = (one, query) => Math.min(rankOf(one, query), rankOf(one, query.replace(prefix, "")));

  const said = (count) =>
    count === 0 ? "Kein Stadtteil gefunden" : count === 1 ? "1 Stadtteil" : `${count} Stadtteile`;
  const linkTo = ({ link, label }) => {
    const copy = document.createElement("a");
    copy.href = link.getAttribute("href");
    copy.textContent = label;
    return copy;
  };
  let target = null;
  const choose = (query) => {
    const found = query ? entries.filter((one) => one.rank < NONE).sort((a, b) => a.rank - b.rank) : [];
    const first = found.filter((one) => one.rank === found[0].rank);
    target = first.find((one) => one.link) ?? null;
    best.replaceChildren();
    if (target) {
      const near = found.filter((one) => one !== target && one.link && one.rank < 3).slice(0, 3);
      best.append("Die Eingabetaste öffnet: ", linkTo(target));
      near.forEach((one, place) => best.append(place ? ", " : ". Auch: ", linkTo(one)));
    } else if (first.length) {
      best.append(`Für „${first[0].label}“ liegt noch kein Bericht vor.`);
    }
  };
  const sorted = (parent, ones, rankOfOne) =>
    parent.append(...[...ones].sort((a, b) => rankOfOne(a) - rankOfOne(b)).map((one) => one.element));
  const update = () => {
    const query = plain(input.value);
    for (const one of entries) one.rank = query ? rank(one, query) : 0;
    let found = 0;
    for (const { element, head, items } of groups) {
      for (const item of items) item.element.hidden = item.rank === NONE && head.rank > 2;
      const shown = items.filter((item) => !item.element.hidden).length;
      element.hidden = head.rank === NONE && shown === 0;
      found += shown;
      sorted(element.querySelector("ul"), items, (item) => item.rank);
    }
    sorted(list, groups, ({ head, items }) => Math.min(head.rank, ...items.map((item) => item.rank)));
    status.textContent = query ? said(found) : "";
    choose(query);
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    target?.link.click();
  });
  input.addEventListener("input", update);
  update();
})();
