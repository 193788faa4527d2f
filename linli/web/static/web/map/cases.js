// Cases on the map: a point leads to its case, a cluster opens or lists what is inside.
import { pointAt, popup } from "./popup.js";

const LISTED = 12;

function show(library, map, at, features) {
  popup(library, map, at, features.map(({ properties }) => properties));
}

export function showCases(library, map) {
  map.on("click", "points", ({ features }) => {
    show(library, map, features[0].geometry.coordinates, features.slice(0, LISTED));
  });
  map.on("click", "clusters", async ({ features }) => {
    const [cluster] = features;
    const source = map.getSource("cases");
    const zoom = await source.getClusterExpansionZoom(cluster.properties.cluster_id);
    const at = cluster.geometry.coordinates;
    if (zoom <= 17) {
      map.easeTo({ center: at, zoom: zoom + 0.2 });
    } else {
      // Several cases at one spot never come apart: list them.
      show(library, map, at, await source.getClusterLeaves(cluster.properties.cluster_id, LISTED, 0));
    }
  });
  for (const layer of ["points", "clusters"]) pointAt(map, layer);
}
