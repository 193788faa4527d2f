// Grids that lead somewhere: a click names the grid and links to its page.
import { pointAt, popup } from "./popup.js";

/** `pattern` is an address with CODE where the code of the grid belongs. */
export function linkGrids(library, map, pattern) {
  map.on("click", "grid-fill", ({ features, lngLat }) => {
    const { code, label } = features[0].properties;
    popup(library, map, lngLat, [{ url: pattern.replace("CODE", encodeURIComponent(code)), label }]);
  });
  pointAt(map, "grid-fill");
}
