// Houses as dots and names on a canvas below the symbols: decoration. The dots are the paths of the fixed drawing.
const ground = (map, {id, at, span, streets, places, shapes = [], unit = 1}) => {
  const part = (name) => new Path2D(document.getElementById(`${id}-${name}`)?.getAttribute("d") ?? "");
  const dots = [[part("u"), "#b4bbc2"], [part("h"), "#99a2aa"]];
  const sheet = (name, style) => {
    const pane = map.createPane(name), made = L.DomUtil.create("canvas", "sr-map-ground", pane);
    Object.assign(pane.style, {pointerEvents: "none", ...style});
    made.setAttribute("aria-hidden", "true");
    return made;
  };
  const canvas = sheet("grund", {zIndex: 450});
  // Parks and water lie over the land, which is a layer of its own: multiplied, they let its lines through.
  const colours = shapes.length ? [sheet("farben", {zIndex: 440, mixBlendMode: "multiply"})] : [];
  const painted = shapes.map(([name, colour, width]) => [part(name), colour, width]);

  // Project without rounding: Leaflet's own layer points are whole pixels.
  const exact = (place, corner) => map.project(place).subtract(map.getPixelOrigin()).subtract(corner);

  const write = (pen, names, font, colour, apart, taken, put, size) => {
    Object.assign(pen, {font, fillStyle: colour, strokeStyle: "#fff", lineWidth: 3, lineJoin: "round", textAlign: "center"});
    for (const [name, x, y] of names) {
      const [left, top] = put(x, y), half = pen.measureText(name).width / 2;
      if (left < half || top < 12 || left > size.x - half || top > size.y - 4) continue;
      if (taken.some(([a, b, c, d]) => Math.abs(a - left) < half + c + apart && Math.abs(b - top) < d)) continue;
      taken.push([left, top, half + 4, 15]);
      pen.strokeText(name, left, top);
      pen.fillText(name, left, top);
    }
  };

  const draw = () => {
    const size = map.getSize(), ratio = window.devicePixelRatio || 1, pen = canvas.getContext("2d");
    const corner = map.containerPointToLayerPoint([0, 0]);
    for (const one of [canvas, ...colours]) {
      L.DomUtil.setPosition(one, corner);
      Object.assign(one, {width: size.x * ratio, height: size.y * ratio});
      Object.assign(one.style, {width: `${size.x}px`, height: `${size.y}px`, visibility: ""});
    }
    const [o, e, s] = at.map((place) => exact(place, corner));
    const [a, b, c, d] = [(e.x - o.x) / span, (e.y - o.y) / span, (s.x - o.x) / span, (s.y - o.y) / span];
    const scale = Math.hypot(a, b);
    const place = (one, step) =>
      one.setTransform(...[a * step, b * step, c * step, d * step, o.x, o.y].map((value) => value * ratio));
    for (const one of colours) {
      const brush = one.getContext("2d");
      place(brush, unit);
      for (const [path, colour, width] of painted) {
        Object.assign(brush, {fillStyle: colour, strokeStyle: colour, lineWidth: width / (scale * unit), lineJoin: "round"});
        if (width) brush.stroke(path); else brush.fill(path);
      }
    }
    place(pen, 1);
    Object.assign(pen, {lineCap: "round", lineWidth: Math.min(Math.max(1.4, 1.6 * scale), 6) / scale});
    for (const [path, colour] of dots) {
      pen.strokeStyle = colour;
      pen.stroke(path);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const taken = [], put = (x, y) => [o.x + a * x + c * y, o.y + b * x + d * y];
    map.eachLayer((layer) => {
      if (!(layer instanceof L.Marker)) return;
      const spot = exact(layer.getLatLng(), corner);
      taken.push([spot.x, spot.y + 4, 6, 10]);
    });
    write(pen, places, "12px sans-serif", "#57606a", 2, taken, put, size);
    write(pen, streets, "11px sans-serif", "#3d444b", 2, taken, put, size);
  };

  map.on("moveend zoomend resize viewreset", draw);
  map.on("zoomstart", () => { for (const one of [canvas, ...colours]) one.style.visibility = "hidden"; });
  draw();
};
