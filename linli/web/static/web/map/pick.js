// Choose a place: click, drag, type, or ask the device; the inputs stay the truth.
import { words } from "../parts/words.js";
import { palette } from "./style.js";

const DIGITS = 6;

function say(box, text) {
  const place = document.querySelector(`[data-map-words="${box.id}"]`);
  if (place) place.textContent = text;
}

export function pickPoint(library, map, box) {
  const lon = document.getElementById(box.dataset.lonInput);
  const lat = document.getElementById(box.dataset.latInput);
  if (!lon || !lat) return;
  let marker = null;

  const write = ({ lng, lat: north }) => {
    lon.value = lng.toFixed(DIGITS);
    lat.value = north.toFixed(DIGITS);
    for (const input of [lon, lat]) {
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    say(box, words("picked"));
    box.dispatchEvent(new CustomEvent("linli:picked", { bubbles: true, detail: { lon: lng, lat: north } }));
  };
  const place = (at) => {
    if (!marker) {
      marker = new library.Marker({ draggable: true, color: palette().red }).setLngLat(at).addTo(map);
      marker.on("dragend", () => write(marker.getLngLat()));
    }
    marker.setLngLat(at);
  };
  const read = () => {
    const at = [Number.parseFloat(lon.value), Number.parseFloat(lat.value)];
    if (!at.every(Number.isFinite) || Math.abs(at[0]) > 180 || Math.abs(at[1]) > 90) return;
    place(at);
    if (!map.getBounds().contains(at)) map.easeTo({ center: at });
  };

  map.getCanvas().style.cursor = "crosshair";
  map.on("click", ({ lngLat }) => {
    place(lngLat);
    write(lngLat);
  });
  for (const input of [lon, lat]) {
    input.addEventListener("change", (event) => {
      if (event.isTrusted) read();
    });
  }
  if (lon.value && lat.value) read();
  box.addEventListener("linli:located", ({ detail }) => {
    place(detail);
    map.easeTo({ center: detail, zoom: Math.max(map.getZoom(), 16) });
  });
}

/** "Use my location": works without a map too, and asks the device only when pressed. */
export function locateButton(box) {
  const button = document.querySelector(`[data-locate="${box.id}"]`);
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.removeAttribute("aria-busy");
        const lon = document.getElementById(box.dataset.lonInput);
        const lat = document.getElementById(box.dataset.latInput);
        lon.value = coords.longitude.toFixed(DIGITS);
        lat.value = coords.latitude.toFixed(DIGITS);
        lon.dispatchEvent(new Event("change", { bubbles: true }));
        box.dispatchEvent(new CustomEvent("linli:located", { detail: [coords.longitude, coords.latitude] }));
        say(box, words("picked"));
      },
      () => {
        button.removeAttribute("aria-busy");
        say(box, words("locateFailed"));
      },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}
