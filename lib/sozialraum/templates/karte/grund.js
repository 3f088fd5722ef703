// Houses as dots and names on a canvas below the symbols: decoration. The dots are the paths of the fixed drawing.
const ground = (map, {id, at, span, streets, places}) => {
  const part = (name) => new Path2D(document.getElementById(`${id}-${name}`)?.getAttribute("d") ?? "");
  const dots = [[part("u"), "#b4bbc2"], [part("h"), "#99a2aa"]];
  const pane = map.createPane("grund");
  Object.assign(pane.style, {zIndex: 450, pointerEvents: "none"});
  const canvas = L.DomUtil.create("canvas", "sr-map-ground", pane);
  canvas.setAttribute("aria-hidden", "true");

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
    L.DomUtil.setPosition(canvas, corner);
    Object.assign(canvas, {width: size.x * ratio, height: size.y * ratio});
    Object.assign(canvas.style, {width: `${size.x}px`, height: `${size.y}px`, visibility: ""});
    const [o, e, s] = at.map((place) => exact(place, corner));
    const [a, b, c, d] = [(e.x - o.x) / span, (e.y - o.y) / span, (s.x - o.x) / span, (s.y - o.y) / span];
    const scale = Math.hypot(a, b);
    pen.setTransform(ratio * a, ratio * b, ratio * c, ratio * d, ratio * o.x, ratio * o.y);
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
  map.on("zoomstart", () => { canvas.style.visibility = "hidden"; });
  draw();
};
