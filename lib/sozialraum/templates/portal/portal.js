// The search: hides what does not match. Without scripts the list stands there in full and the form stays hidden.
(() => {
  "use strict";
  // Case, punctuation and the spelling of umlauts do not count: "Überruhr", "ueberruhr" and "uberruhr" are the same.
  const plain = (text) =>
    text.toLowerCase().replace(/ß/g, "ss").normalize("NFD").replace(/[\u0300-\u036f]/g, "")
      .replace(/([aou])e/g, "$1").replace(/[^a-z0-9]+/g, " ").trim();
  const form = document.querySelector(".po-search");
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  const groups = [...document.querySelectorAll(".po-group")];
  const matches = (element, words) => {
    const known = ` ${plain(element.dataset.search)}`;
    // A short word has to begin a name or be its number; a longer one may stand inside.
    return words.every((word) => known.includes(word.length < 3 ? ` ${word}` : word));
  };
  const said = (count) =>
    count === 0 ? "Kein Stadtteil gefunden" : count === 1 ? "1 Stadtteil" : `${count} Stadtteile`;
  const update = () => {
    const words = plain(input.value).split(" ").filter(Boolean);
    let found = 0;
    for (const group of groups) {
      const whole = matches(group, words);
      let inside = 0;
      for (const item of group.querySelectorAll("li")) {
        item.hidden = !(whole || matches(item, words));
        inside += item.hidden ? 0 : 1;
      }
      group.hidden = !whole && inside === 0;
      found += inside;
    }
    status.textContent = words.length === 0 ? "" : said(found);
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = document.querySelector(".po-group:not([hidden]) li:not([hidden]) a");
    if (first && input.value.trim()) first.click();
  });
  input.addEventListener("input", update);
  update();
})();
