// The administration's pages: rows of a form that are added and removed without a round trip.
const box = document.querySelector("[data-rows]");

function dress(row) {
  const remove = row.querySelector("[data-row-remove]");
  const tick = row.querySelector("input[name$=-DELETE]");
  if (!remove || !tick) return;
  remove.hidden = false;
  tick.closest(".ll-field").hidden = true;
  // A row that was removed before the preview stays removed.
  row.hidden = tick.checked;
  remove.addEventListener("click", () => {
    tick.checked = true;
    tick.dispatchEvent(new Event("input", { bubbles: true }));
    row.hidden = true;
    // Nothing in a removed row may hold the form back.
    for (const field of row.querySelectorAll("[required]")) field.required = false;
    box.querySelector("[data-row]:not([hidden]) input:not([type=hidden])")?.focus();
  });
}

// Limits of one stage have one name: the heading says for which kinds each of them is.
function call(row, partly) {
  const value = (name) => row.querySelector(`[name$="-${name}"]`)?.value.trim() ?? "";
  const kinds = [...row.querySelectorAll("input[name$=-kinds]:checked")].map((tick) => tick.closest("label").textContent.trim());
  const called = row.querySelector("[data-row-called]");
  const name = (document.documentElement.lang === "en" && value("name_en")) || value("name");
  const rest = partly.has(value("stage")) ? called.dataset.rest : "";
  called.textContent = [name, kinds.join("、") || rest].filter(Boolean).join(" · ");
  if (kinds.length) partly.add(value("stage"));
}

box?.addEventListener("input", () => {
  const partly = new Set();
  for (const row of box.querySelectorAll("[data-row]:not([hidden])")) call(row, partly);
});

if (box) {
  const total = document.querySelector(`input[name="${box.dataset.rows}-TOTAL_FORMS"]`);
  const template = document.querySelector("[data-row-template]");
  for (const row of box.querySelectorAll("[data-row]")) dress(row);
  document.querySelector("[data-row-add]")?.addEventListener("click", (event) => {
    const number = Number(total.value);
    if (number >= Number(box.dataset.most)) return;
    event.preventDefault();
    const holder = document.createElement("div");
    holder.append(template.content.cloneNode(true));
    holder.innerHTML = holder.innerHTML.replaceAll("__prefix__", String(number));
    const row = holder.firstElementChild;
    total.value = String(number + 1);
    box.append(row);
    dress(row);
    row.querySelector("input:not([type=hidden])")?.focus();
    total.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
