// Short messages: good news goes away by itself, bad news waits to be read.
const STAY = 6000;

function arm(toast) {
  toast.querySelector("[data-toast-close]")?.addEventListener("click", () => toast.remove());
  if (!/ll-toast-(error|warning)/.test(toast.className)) setTimeout(() => toast.remove(), STAY);
}

/** Show a sentence; tone is success, info, warning or error. */
export function toast(text, tone = "info") {
  const shape = document.getElementById("ll-toast-shape");
  const place = document.querySelector("[data-toasts]");
  if (!shape || !place || !text) return;
  const made = shape.content.firstElementChild.cloneNode(true);
  made.classList.add(`ll-toast-${tone}`);
  made.querySelector("p").textContent = text;
  place.append(made);
  arm(made);
}

document.querySelectorAll("[data-toast]").forEach(arm);
document.addEventListener("linli:toast", (event) => toast(event.detail.text, event.detail.tone));
