// A field that was shown in full leaves the page when its minute is over.
const shown = document.querySelector("[data-vanish]");
const count = document.querySelector("[data-vanish-count]");

if (shown) {
  const end = Date.now() + Number(shown.dataset.vanish) * 1000;
  const step = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    if (count) count.textContent = String(left);
    if (left) return;
    clearInterval(clock);
    shown.textContent = "＊＊＊＊";
  };
  const clock = setInterval(step, 250);
  // A browser that goes back shows the page it kept: without the value.
  addEventListener("pagehide", () => { shown.textContent = "＊＊＊＊"; });
}
