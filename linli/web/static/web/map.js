// Maps: the library is fetched only on pages that have one, and only where it can draw.
import { showCases } from "./map/cases.js";
import { linkGrids } from "./map/grids.js";
import { locateButton, pickPoint } from "./map/pick.js";
import { boundsOf, palette, styleOf } from "./map/style.js";
import { words } from "./parts/words.js";

function canDraw() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

function pair(text) {
  const parts = (text ?? "").split(",").map(Number);
  return parts.length === 2 && parts.every(Number.isFinite) ? parts : null;
}

async function fetched(url) {
  if (!url) return null;
  const response = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

async function library(box) {
  if (!document.querySelector("link[data-map-style]")) {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = box.dataset.styleUrl;
    sheet.dataset.mapStyle = "";
    document.head.append(sheet);
  }
  const loaded = await import(box.dataset.libraryUrl);
  loaded.setWorkerUrl(new URL(box.dataset.workerUrl, location.href).href);
  return loaded;
}

/** The library's own words, in the language of the page. */
function locale(box) {
  return {
    "Map.Title": box.getAttribute("aria-label"),
    "Marker.Title": words("mapMarker"),
    "NavigationControl.ZoomIn": words("zoomIn"),
    "NavigationControl.ZoomOut": words("zoomOut"),
  };
}

function frame(box, data) {
  const centre = pair(box.dataset.point) ?? pair(box.dataset.centre);
  const zoom = Number(box.dataset.zoom ?? 0);
  if (centre) return { center: centre, zoom: zoom || 14 };
  const bounds = boundsOf(data.grids) ?? boundsOf(data.cases);
  return bounds ? { bounds, fitBoundsOptions: { padding: 24, maxZoom: 16 } } : { center: [105, 35], zoom: 3 };
}

async function draw(box) {
  const [maplibre, grids, cases] = await Promise.all([
    library(box), fetched(box.dataset.gridsUrl), fetched(box.dataset.casesUrl),
  ]);
  const data = { grids, cases, tileUrl: box.dataset.tileUrl };
  box.hidden = false;
  const legend = box.parentElement.querySelector("[data-map-legend]");
  if (legend) legend.hidden = false;
  const map = new maplibre.Map({
    container: box, style: styleOf(data), attributionControl: false, dragRotate: false,
    cooperativeGestures: box.hasAttribute("data-cooperative"), maxZoom: 19, locale: locale(box),
    ...frame(box, data),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.getCanvas().setAttribute("aria-label", box.getAttribute("aria-label"));
  box.linliMap = map;
  const point = pair(box.dataset.point);
  if (point) new maplibre.Marker({ color: palette().red }).setLngLat(point).addTo(map);
  if (cases || box.dataset.casesUrl) showCases(maplibre, map);
  if (box.dataset.gridPage) linkGrids(maplibre, map, box.dataset.gridPage);
  if (box.hasAttribute("data-pick")) pickPoint(maplibre, map, box);
  document.addEventListener("linli:theme", () => map.setStyle(styleOf(data)));
  // A page with filters sends new points without drawing the map again.
  box.addEventListener("linli:map-cases", async ({ detail }) => {
    data.cases = await fetched(detail.url);
    map.getSource("cases").setData(data.cases);
  });
}

/** Say that the map is on its way, for as long as it is. */
function waiting(box) {
  const note = document.createElement("p");
  note.className = "form-hint";
  note.setAttribute("role", "status");
  note.textContent = words("mapWaits");
  box.after(note);
  return () => note.remove();
}

function failed(box) {
  box.hidden = true;
  const note = document.createElement("p");
  note.className = "form-hint";
  note.textContent = words("noMap");
  box.after(note);
}

/** Bring one map to life; its list or fields work without it. */
function start(box) {
  if (box.dataset.started) return;
  box.dataset.started = "yes";
  if (box.hasAttribute("data-pick")) locateButton(box);
  if (!canDraw()) failed(box);
  else {
    const arrived = waiting(box);
    draw(box).catch(() => failed(box)).finally(arrived);
  }
}

document.querySelectorAll("[data-map]").forEach(start);
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-map]").forEach(start));
