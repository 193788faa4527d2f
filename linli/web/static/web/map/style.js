// How the district's own grids and the cases look; no tiles, fonts or pictures of another host.
const LIGHT = {
  ground: "#edf3f1", grid: "#ffffff", line: "#9db8b3", label: "#46605c", halo: "#ffffff",
  cluster: "#0f766e", clusterText: "#ffffff", ring: "#ffffff",
  blue: "#1d62c4", yellow: "#b97a00", red: "#c8202c", other: "#5b6f72", mark: "#ffffff",
};
const DARK = {
  ground: "#121b1c", grid: "#1b2829", line: "#40595a", label: "#a5b9b7", halo: "#182325",
  cluster: "#4cc9b4", clusterText: "#04211d", ring: "#10191a",
  blue: "#6aa8ff", yellow: "#f0c04a", red: "#ff7b78", other: "#93a5a4", mark: "#10191a",
};
export const EMPTY = { type: "FeatureCollection", features: [] };
const FONT = ["PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"];

export function palette() {
  return document.documentElement.dataset.bsTheme === "dark" ? DARK : LIGHT;
}

function byColour(colours) {
  return ["match", ["get", "colour"], "blue", colours.blue, "yellow", colours.yellow, "red", colours.red, "home", colours.cluster, colours.other];
}

function clusterSize() {
  return ["step", ["get", "point_count"], 15, 10, 18, 100, 23, 1000, 29];
}

/** A MapLibre style from the data already fetched. */
export function styleOf({ grids, cases, tileUrl }) {
  const colours = palette();
  const style = {
    version: 8,
    sources: {
      // Cut no finer than this: a grid that is cut into many tiles would be labelled once a tile.
      grids: { type: "geojson", data: grids ?? EMPTY, maxzoom: 12 },
      cases: { type: "geojson", data: cases ?? EMPTY, cluster: true, clusterRadius: 46, clusterMaxZoom: 17,
        clusterProperties: { red: ["+", ["case", ["==", ["get", "colour"], "red"], 1, 0]] } },
    },
    layers: [{ id: "ground", type: "background", paint: { "background-color": colours.ground } }],
  };
  if (tileUrl) {
    style.sources.tiles = { type: "raster", tiles: [tileUrl], tileSize: 256 };
    style.layers.push({ id: "tiles", type: "raster", source: "tiles" });
  }
  style.layers.push(...gridLayers(colours, Boolean(tileUrl)), ...caseLayers(colours));
  return style;
}

function gridLayers(colours, overTiles) {
  return [
    { id: "grid-fill", type: "fill", source: "grids",
      paint: { "fill-color": colours.grid, "fill-opacity": overTiles ? 0.15 : 1 } },
    { id: "grid-line", type: "line", source: "grids",
      paint: { "line-color": colours.line, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.6, 15, 1.5] } },
    { id: "grid-label", type: "symbol", source: "grids", minzoom: 13,
      layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-padding": 6 },
      paint: { "text-color": colours.label, "text-halo-color": colours.halo, "text-halo-width": 1.5 } },
  ];
}

function caseLayers(colours) {
  const cluster = ["has", "point_count"];
  return [
    // A ring tells that something overdue is inside, before anyone zooms in.
    { id: "clusters", type: "circle", source: "cases", filter: cluster,
      paint: { "circle-color": colours.cluster, "circle-radius": clusterSize(),
        "circle-stroke-color": ["case", [">", ["get", "red"], 0], colours.red, colours.ring], "circle-stroke-width": 3 } },
    { id: "cluster-count", type: "symbol", source: "cases", filter: cluster,
      layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONT, "text-size": 13, "text-allow-overlap": true },
      paint: { "text-color": colours.clusterText } },
    { id: "points", type: "circle", source: "cases", filter: ["!", cluster],
      paint: { "circle-color": byColour(colours), "circle-radius": 9, "circle-stroke-color": colours.ring, "circle-stroke-width": 2 } },
    // A sign as well as a colour, for those who do not see the difference.
    { id: "point-sign", type: "symbol", source: "cases", filter: ["!", cluster],
      layout: { "text-field": ["match", ["get", "colour"], "red", "!", "yellow", "▲", "blue", "◔", ""],
        "text-font": FONT, "text-size": ["match", ["get", "colour"], "red", 14, 9], "text-allow-overlap": true },
      paint: { "text-color": colours.mark } },
  ];
}

/** The box around all coordinates of a collection: [[west, south], [east, north]], or null. */
export function boundsOf(collection) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (value) => {
    if (typeof value[0] === "number") {
      box[0] = Math.min(box[0], value[0]);
      box[1] = Math.min(box[1], value[1]);
      box[2] = Math.max(box[2], value[0]);
      box[3] = Math.max(box[3], value[1]);
    } else value.forEach(visit);
  };
  for (const feature of collection?.features ?? []) if (feature.geometry) visit(feature.geometry.coordinates);
  return Number.isFinite(box[0]) ? [[box[0], box[1]], [box[2], box[3]]] : null;
}
