// What a map needs beyond Leaflet: German controls, layers beside the map, the keyboard, calm where it is wanted.
const operate = (map) => {
  const box = map.getContainer();
  const status = box.parentElement.querySelector(".sr-map-status");

  const label = () => {
    box.setAttribute("role", "application");
    box.setAttribute("aria-label",
      "Interaktive Karte. Pfeiltasten verschieben, Plus und Minus vergr\u00f6\u00dfern und verkleinern. " +
      "Was in der Mitte liegt, wird genannt. Alle Angaben stehen auch in der Tabelle darunter.");
    L.control.zoom({zoomInTitle: "Vergr\u00f6\u00dfern", zoomOutTitle: "Verkleinern"}).addTo(map);
    L.control.scale({imperial: false}).addTo(map);
  };

  // Layers stand above the map: they hide nothing, and the Tab key meets them first.
  const placeLayers = () => {
    const list = box.querySelector(".leaflet-control-layers-list");
    if (!list) return;
    const control = list.parentElement;
    const group = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = "Ebenen der Karte";
    group.className = "sr-map-layers";
    list.style.height = ""; // Leaflet gives a list that is longer than its map the height of the map
    list.classList.remove("leaflet-control-layers-scrollbar");
    group.append(legend, list);
    const size = map.getSize(), view = map.getBounds();
    box.before(group);
    control.remove();
    map.invalidateSize({pan: false});
    if (!map.getSize().equals(size)) map.fitBounds(view, {animate: false});
  };

  const calm = () => {
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const pan = map.panBy;
    map.panBy = (offset, options) => pan.call(map, offset, {...options, animate: false});
    map.options.inertia = false;
  };

  // Areas answer to focus, so browsers would put each of them into the tab order, before the buttons.
  const skip = ({layer}) => layer._path?.setAttribute("tabindex", "-1");

  // With the keyboard the middle of the map is the pointer: its tooltip opens and is read out.
  let pointed = null;
  const leave = () => {
    if (pointed) pointed.fire("mouseout", {latlng: map.getCenter()}, true);
    pointed = null;
    status.textContent = "";
  };
  const layerOf = (element) => {
    let found = null;
    map.eachLayer((layer) => {
      const drawn = layer._icon || layer._path;
      if (drawn && drawn.contains(element)) found = layer;
    });
    return found;
  };
  const point = () => {
    leave();
    if (!box.matches(":focus-visible")) return;
    const {left, top, width, height} = box.getBoundingClientRect();
    for (const element of document.elementsFromPoint(left + width / 2, top + height / 2)) {
      const layer = box.contains(element) ? layerOf(element) : null;
      if (!layer) continue;
      layer.fire("mouseover", {latlng: map.getCenter()}, true);
      const shown = [...box.querySelectorAll(".leaflet-tooltip")].filter((tooltip) => tooltip.style.opacity !== "0");
      const cells = shown.flatMap((tooltip) => [...tooltip.querySelectorAll("td")].map((cell) => cell.textContent.trim()));
      if (cells.length === 0) continue;
      pointed = layer;
      const words = cells.filter(Boolean).join(", ");
      status.textContent = page(layer) ? `${words}. Eingabetaste: Bericht \u00f6ffnen` : words;
      return;
    }
    status.textContent = "In der Mitte der Karte liegt nichts.";
  };

  // Areas that are links in the fixed drawing are links here: a click, or Enter on what lies in the middle.
  const page = (layer) => {
    const id = layer?.feature?.id;
    if (id === undefined) return null;
    return box.closest("figure")?.querySelector(`a[data-ziel="${CSS.escape(id)}"]`)?.getAttribute("href");
  };
  const follow = (layer) => {
    const address = page(layer);
    if (address) location.assign(address);
  };
  map.eachLayer((layer) => { if (page(layer)) layer.on("click", () => follow(layer)); });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === box) follow(pointed); });

  // Leaflet names the button in English.
  map.on("popupopen", ({popup}) => popup._closeButton?.setAttribute("aria-label", "Schlie\u00dfen"));
  map.eachLayer((layer) => layer.getPopup?.()?._closeButton?.setAttribute("aria-label", "Schlie\u00dfen"));

  label();
  placeLayers();
  calm();
  map.eachLayer((layer) => skip({layer}));
  map.on("layeradd", skip);
  map.on("moveend", point);
  box.addEventListener("focus", point);
  box.addEventListener("blur", leave);
};
