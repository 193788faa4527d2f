// File fields: drop, preview, and a size check before anything is sent.
import { words } from "./words.js";

function size(bytes) {
  const [amount, unit] = bytes < 1048576 ? [Math.ceil(bytes / 1024), "KB"] : [(bytes / 1048576).toFixed(1), "MB"];
  return `${String(amount).replace(/\.0$/, "")} ${unit}`;
}

function draw(box, input) {
  const list = box.querySelector("[data-drop-list]");
  const error = box.querySelector("[data-drop-error]");
  const limit = Number(box.dataset.maxBytes ?? 0);
  const tooLarge = [...input.files].filter((file) => limit && file.size > limit);
  if (tooLarge.length) {
    const names = tooLarge.map((file) => `${file.name} (${size(file.size)})`).join(", ");
    error.textContent = `${words("tooLarge")} ${names}; ≤ ${size(limit)}`;
    const kept = new DataTransfer();
    for (const file of input.files) if (!tooLarge.includes(file)) kept.items.add(file);
    input.files = kept.files;
  }
  error.hidden = tooLarge.length === 0;
  list.replaceChildren(...[...input.files].map((file) => item(file, box, input)));
}

function item(file, box, input) {
  const row = document.createElement("li");
  if (file.type.startsWith("image/")) {
    const picture = row.appendChild(document.createElement("img"));
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
  }
  row.append(`${file.name} (${size(file.size)})`);
  const remove = row.appendChild(document.createElement("button"));
  remove.type = "button";
  remove.className = "btn";
  remove.textContent = words("remove");
  remove.addEventListener("click", () => {
    const kept = new DataTransfer();
    for (const other of input.files) if (other !== file) kept.items.add(other);
    input.files = kept.files;
    draw(box, input);
  });
  return row;
}

for (const box of document.querySelectorAll("[data-drop]")) {
  const input = box.querySelector("input[type=file]");
  if (!input) continue;
  input.addEventListener("change", () => draw(box, input));
  box.addEventListener("dragover", () => box.classList.add("is-over"));
  for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("is-over"));
}
