// The desk: the dialog of verbs, reply templates, bulk acts.
import { enhanceAll } from "./pick-list.js";

const dialog = () => document.getElementById("ld-deed");

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
