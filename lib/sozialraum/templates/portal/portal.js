// The search: hides what does not match. Without scripts the list stands there in full and the form stays hidden.
(() => {
  "use strict";
  const plain = (text) =>
    text.toLowerCase()
      .replace(/ä/g, "ae").replace(/ö/g, "oe").replace(/ü/g, "ue").replace(/ß/g, "ss")
      .replace(/[^a-z0-9]+/g, " ").trim();
  const form = document.querySelector(".po-search");
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  const groups = [...document.querySelectorAll(".po-group")];
  const matches = (element, words) => {
    const known = ` ${element.dataset.search}`;
    return words.every((word) => known.includes(` ${word}`));
  };
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
    status.textContent = words.length === 0 ? "" : found === 1 ? "1 Stadtteil" : `${found} Stadtteile`;
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
