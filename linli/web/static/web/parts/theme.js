// Switch the theme without a reload; without this script the form does it.
const YEAR = 365 * 24 * 3600;

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  const value = event.submitter?.value;
  if (!form || !value) return;
  event.preventDefault();
  document.cookie = `linli_theme=${value}; path=/; max-age=${YEAR}; samesite=lax`;
  const dark = value === "dark" || (value === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  for (const button of form.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
  form.closest("details")?.removeAttribute("open");
  document.dispatchEvent(new CustomEvent("linli:theme"));
});
