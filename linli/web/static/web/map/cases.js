// Cases on the map: a point leads to its case, a cluster opens or lists what is inside.
const LISTED = 12;

function listing(features) {
  const list = document.createElement("ul");
  list.className = "ll-map-popup";
  for (const { properties } of features) {
    const link = list.appendChild(document.createElement("li")).appendChild(document.createElement("a"));
    link.href = properties.url || "#";
    link.textContent = properties.label;
  }
  return list;
}

function popup(library, map, at, features) {
  new library.Popup({ offset: 12, maxWidth: "18rem" }).setLngLat(at).setDOMContent(listing(features)).addTo(map);
}

export function showCases(library, map) {
  map.on("click", "points", ({ features }) => {
    popup(library, map, features[0].geometry.coordinates, features.slice(0, LISTED));
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
      popup(library, map, at, await source.getClusterLeaves(cluster.properties.cluster_id, LISTED, 0));
    }
  });
  for (const layer of ["points", "clusters"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
}
