// Forms: sent once, under an id of their own, and not lost by leaving the page.
import { words } from "./words.js";

const dirty = new Set();

/** A UUID of version 7, as the server makes them: time first, the rest random. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = Date.now();
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

// What was sent under an id must never change: the next change begins a new act.
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form) return;
  if (form.hasAttribute("data-guard")) {
    form.dataset.dirty = "";
    dirty.add(form);
  }
  const field = form.elements.namedItem("act_id");
  if (field instanceof HTMLInputElement && field.dataset.sent) {
    field.value = newId();
    delete field.dataset.sent;
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  dirty.delete(form);
  delete form.dataset.dirty;
  if (form.method !== "post") return;
  const field = form.elements.namedItem("act_id");
  if (field instanceof HTMLInputElement) field.dataset.sent = "yes";
  if (form.closest("[hx-post]") || form.hasAttribute("hx-boost")) return;
  form.dataset.sending = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// What is wrong is read out first, and each of its links opens the fold that its field lies in.
function showFaults(part) {
  part.querySelector?.("[data-faults]")?.focus();
}
showFaults(document);
document.addEventListener("htmx:afterSettle", (event) => showFaults(event.target));
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-faults] a");
  const id = link?.hash.slice(1);
  // A select that one can type into is hidden behind its input.
  const field = link && (document.getElementById(`${id}-typed`) ?? document.getElementById(id));
  if (!field) return;
  event.preventDefault();
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  field.focus();
});

// Coming back with the browser's button finds the form usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

window.addEventListener("beforeunload", (event) => {
  const open = [...dirty].some((form) => form.isConnected);
  if (!open) return;
  event.preventDefault();
  event.returnValue = words("leave");
});

// data-wide-open: folded on a phone, always open where there is room.
const wide = matchMedia("(min-width: 992px)");
function unfold() {
  if (!wide.matches) return;
  for (const fold of document.querySelectorAll("details[data-wide-open]")) fold.open = true;
}
unfold();
wide.addEventListener("change", unfold);

// data-submit-on-change: filters that apply at once.
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submit-on-change]")) event.target.form?.requestSubmit();
});

// data-check-all="name": one box for all boxes of that name in the form.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.checkAll;
  if (!name) return;
  for (const box of document.querySelectorAll(`input[type=checkbox][name="${name}"]`)) {
    box.checked = event.target.checked;
  }
});

// data-copy="text": put it on the clipboard.
document.addEventListener("click", async (event) => {
  const source = event.target.closest("[data-copy]");
  if (!source) return;
  await navigator.clipboard?.writeText(source.dataset.copy);
  document.dispatchEvent(new CustomEvent("linli:toast", { detail: { tone: "success", text: words("copied") } }));
});

// A focusable greyed button does nothing, and its reason stands beneath it.
document.addEventListener("click", (event) => {
  if (event.target.closest("[aria-disabled=true]")) event.preventDefault();
}, true);
