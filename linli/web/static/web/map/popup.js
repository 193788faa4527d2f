// A small window on a map: links, the same for points and for grids.
export function popup(library, map, at, links) {
  const list = document.createElement("ul");
  list.className = "ll-map-popup";
  for (const { url, label } of links) {
    const link = list.appendChild(document.createElement("li")).appendChild(document.createElement("a"));
    link.href = url || "#";
    link.textContent = label;
  }
  new library.Popup({ offset: 12, maxWidth: "18rem" }).setLngLat(at).setDOMContent(list).addTo(map);
}

/** Let the pointer say that a layer can be clicked. */
export function pointAt(map, layer) {
  map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
}
