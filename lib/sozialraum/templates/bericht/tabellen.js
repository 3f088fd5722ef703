// Tables: each header of a table.sr-sortable becomes a button, and what is copied from a table pastes as numbers.
// A cell sorts by data-value (a number; empty = missing, always last) or by its text; the foot stays where it is.
// Without scripts a table stays as it is.
(() => {
  "use strict";
  const compare = new Intl.Collator("de", { numeric: true }).compare;
  const key = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.value === undefined) return cell.textContent.trim();
    return cell.dataset.value === "" ? null : Number(cell.dataset.value);
  };
  const order = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b)));
  const sort = (table, column, direction) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [key(row, column), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return direction * order(a, b);
    });
    body.append(...rows.map(([, row]) => row));
  };
  for (const table of document.querySelectorAll("table.sr-sortable")) {
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = "Nach dieser Spalte sortieren";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const ascending = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        sort(table, column, ascending ? 1 : -1);
      });
    });
  }

  // "rund 4.250" and its unseen unit become 4250, "\u22124,7" becomes -4,7; ranges and words stay as they are printed.
  const FIGURE = /^(?:rund |± ?)?([\u2212-]?)(\d{1,3}(?:\.\d{3})*|\d+)(,\d+)?(?: \(.*\))?$/;
  const plain = (cell) => {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll(".sr-vh, svg").forEach((part) => part.remove());
    const text = copy.textContent.replace(/\s+/g, " ").trim();
    const found = cell.classList.contains("sr-num") && FIGURE.exec(text);
    return found ? `${found[1] && "-"}${found[2].replaceAll(".", "")}${found[3] ?? ""}` : text;
  };
  document.addEventListener("copy", (event) => {
    const chosen = getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return;
    const range = chosen.getRangeAt(0);
    const inside = range.commonAncestorContainer;
    const table = (inside.closest ? inside : inside.parentElement).closest("table.sr-table");
    if (!table) return;
    const rows = [...table.rows]
      .map((row) => [...row.cells].filter((cell) => range.intersectsNode(cell)).map(plain))
      .filter((cells) => cells.length);
    if (rows.flat().length < 2) return;
    const copied = document.createElement("table");
    rows.forEach((cells) => {
      const line = copied.insertRow();
      cells.forEach((text) => { line.insertCell().textContent = text; });
    });
    event.clipboardData.setData("text/plain", rows.map((cells) => cells.join("\t")).join("\n"));
    event.clipboardData.setData("text/html", copied.outerHTML);
    event.preventDefault();
  });
})();
