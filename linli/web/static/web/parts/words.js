// Sentences come from the page, in its language; none is written in a script.
export function words(name) {
  return document.querySelector("[data-words]")?.dataset[name] ?? "";
}
