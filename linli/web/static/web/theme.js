// Runs before the first paint, so that a dark room never sees a white flash.
(() => {
  const root = document.documentElement;
  const chosen = document.cookie.match(/(?:^|; )linli_theme=(light|dark)/);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    root.dataset.bsTheme = chosen ? chosen[1] : dark.matches ? "dark" : "light";
  };
  if (!root.dataset.bsTheme) {
    apply();
    dark.addEventListener("change", () => {
      if (!/linli_theme=(light|dark)/.test(document.cookie)) apply();
    });
  }
})();
