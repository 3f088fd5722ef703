// Pointing at or focusing an area shows it everywhere: map, strip, table, scatter and text mark what is pointed at.
let pointedAt = null;
const shownArea = () => pointedAt ?? state.ort;
const listeners = [];
const elementsOf = (id) => document.querySelectorAll(`[data-area="${CSS.escape(id)}"]`);
const point = (id) => {
  if (id === pointedAt) return;
  if (pointedAt !== null) elementsOf(pointedAt).forEach((element) => element.classList.remove("is-pointed"));
  pointedAt = id;
  if (id !== null) elementsOf(id).forEach((element) => element.classList.add("is-pointed"));
  listeners.forEach((listener) => listener());
};
const areaOf = (event) => event.target.closest?.("[data-area]")?.dataset.area ?? null;

// A group of areas with one place in the order of the Tab key; arrow keys walk, Enter chooses, Shift+Enter compares.
const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];
const walk = (order, id, key) => {
  const place = order.indexOf(id);
  const step = { ArrowLeft: -1, ArrowUp: -1, PageUp: -1, ArrowRight: 1, ArrowDown: 1, PageDown: 1 }[key];
  if (key === "Home") return order[0];
  return key === "End" ? order.at(-1) : order[Math.min(order.length - 1, Math.max(0, place + step))];
};
const roving = (box, next) => {
  const items = () => [...box.querySelectorAll("[data-area]")];
  const only = (element) => items().forEach((item) => item.setAttribute("tabindex", item === element ? 0 : -1));
  // Choosing draws the items anew; the focus stays with the area.
  const taken = (id, beside) => {
    take(id, beside);
    items().find((item) => item.dataset.area === id)?.focus({ preventScroll: true });
  };
  box.addEventListener("keydown", (event) => {
    const id = areaOf(event);
    if (id === null || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      taken(id, event.shiftKey);
    } else if (KEYS.includes(event.key)) {
      event.preventDefault();
      const target = items().find((item) => item.dataset.area === next(id, event.key));
      target?.focus();
    }
  });
  box.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-area]");
    if (!item) return;
    only(item);
    point(item.dataset.area);
  });
  box.addEventListener("focusout", () => point(null));
  box.addEventListener("pointerover", (event) => event.pointerType !== "touch" && point(areaOf(event)));
  box.addEventListener("pointerleave", () => point(null));
  box.addEventListener("click", (event) => {
    const id = areaOf(event);
    if (id !== null) taken(id, event.shiftKey);
  });
  // Which item the Tab key reaches: the chosen area, or the first.
  return () => only(items().find((item) => item.dataset.area === state.ort) ?? items()[0]);
};
const take = (id, beside) => {
  if (beside && id !== state.ort) compareWith(id);
  else choose(id);
};
const described = (id, indicator = indicatorNow()) => {
  const one = value(id, indicator);
  const parts = [one.anzahl, one.spanne && `Spanne ${spanned(indicator, one)}`, classOf(one)];
  return `${AREAS.get(id).name}: ${[printed(indicator, one), ...parts].filter(Boolean).join(", ")}`;
};
