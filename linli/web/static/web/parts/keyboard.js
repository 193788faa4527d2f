// Shortcuts are data: data-key="c" on a link, button or field; data-key-label says it in words.
const PREFIX_WAIT = 1200;
let prefix = "";
let timer = 0;

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable], .ll-map");
}

const visible = (element) => element.checkVisibility?.() ?? true;

function list() {
  const place = document.querySelector("[data-key-list]");
  if (!place) return;
  // Parts of the page may have changed since: the list is made anew.
  for (const row of place.querySelectorAll("[data-key-row]")) row.remove();
  const said = new Set([...place.querySelectorAll("kbd")].map((key) => key.textContent));
  for (const element of document.querySelectorAll("[data-key]")) {
    // A key stands here once: what is hidden does not answer to it, and the first one does.
    if (said.has(element.dataset.key) || !visible(element)) continue;
    said.add(element.dataset.key);
    const row = document.createElement("div");
    row.dataset.keyRow = "";
    const term = row.appendChild(document.createElement("dt"));
    for (const key of element.dataset.key.split(" ")) {
      term.appendChild(document.createElement("kbd")).textContent = key;
      term.append(" ");
    }
    const words = element.dataset.keyLabel ?? element.querySelector("span")?.textContent ?? element.textContent;
    row.appendChild(document.createElement("dd")).textContent = words.trim();
    place.append(row);
  }
}

function find(keys) {
  return [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)].find(visible);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    list();
    document.getElementById("ll-keys")?.showModal();
    return;
  }
  if (event.key === "/") {
    const search = document.querySelector("[data-key='/'], input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
    return;
  }
  const keys = prefix ? `${prefix} ${event.key}` : event.key;
  clearTimeout(timer);
  prefix = "";
  const element = find(keys);
  if (element) {
    event.preventDefault();
    if (element.matches("input, select, textarea")) element.focus();
    else element.click();
  } else if (document.querySelector(`[data-key^="${CSS.escape(keys)} "]`)) {
    prefix = keys;
    timer = setTimeout(() => { prefix = ""; }, PREFIX_WAIT);
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dialog-open=ll-keys]")) list();
}, true);
