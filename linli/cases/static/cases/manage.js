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
