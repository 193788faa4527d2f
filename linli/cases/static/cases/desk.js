// The desk: the dialog of verbs, reply templates, bulk acts.
import { enhanceAll } from "./pick-list.js";

const dialog = () => document.getElementById("ld-deed");
const FIELDS = "input:not([type=hidden]), select, textarea";
// Whatever opened the dialog: a click by a key leaves the focus where it was.
let opener = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  const asks = event.detail.requestConfig?.verb === "get" && event.detail.target?.id === "ld-deed-box";
  if (asks && !dialog().open) opener = event.detail.elt;
});

// The first field is where somebody writes, or the first that is wrong; of a group of choices the
// chosen one.
function enter() {
  const box = document.getElementById("ld-deed-box");
  // What is wrong was given the focus already, to be read out first.
  if (box.querySelector("[data-faults]")) return;
  const fields = [...box.querySelectorAll(FIELDS)].filter((field) => field.checkVisibility?.() ?? true);
  const wrong = fields.find((field) => field.getAttribute("aria-invalid") === "true");
  const first = wrong ?? fields.find((field) => field.type !== "radio" || field.checked || !field.form.querySelector(`[name="${CSS.escape(field.name)}"]:checked`));
  (first ?? box.querySelector(".ll-form-acts .btn"))?.focus();
}

function leave() {
  // After a verb its button is drawn anew, or gone: then the page itself is where one goes on.
  const again = opener?.isConnected ? opener : document.querySelector("main");
  opener = null;
  again?.focus({ preventScroll: true });
}
document.getElementById("ld-deed")?.addEventListener("close", leave);

// A form that arrived in the box is shown; a verb that was done closes it.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "ld-deed-box" && !dialog().open) dialog().showModal();
  if (["ld-case", "ld-triage"].includes(event.detail.target.id) && dialog()?.open) dialog().close();
});

document.addEventListener("change", (event) => {
  const wanted = event.target.dataset?.templateFor;
  if (!wanted || !event.target.value) return;
  const words = document.getElementById(wanted);
  // What was typed stays; the template comes after it.
  words.value = words.value.trim() ? `${words.value.trim()}\n${event.target.value}` : event.target.value;
  words.dispatchEvent(new Event("input", { bubbles: true }));
  words.focus();
});

function countTicks() {
  const form = document.querySelector("[data-bulk]");
  if (!form) return;
  const count = document.querySelectorAll("input[name=case]:checked").length;
  form.querySelector("[data-bulk-count]").textContent = String(count);
  form.querySelector("[data-bulk-words]").hidden = count === 0;
  form.querySelector("[data-bulk-hint]").hidden = count > 0;
  for (const button of form.querySelectorAll("[data-bulk-act]")) button.disabled = count === 0;
}
document.addEventListener("change", () => setTimeout(countTicks));
window.addEventListener("pageshow", countTicks);

enhanceAll();
document.addEventListener("htmx:afterSettle", enhanceAll);
// After the lists that one can type into were put in the place of selects.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "ld-deed-box") enter();
});
