// What every page does; the parts live in modules beside this one.
import "./parts/theme.js";
import "./parts/dialogs.js";
import "./parts/forms.js";
import "./parts/toasts.js";
import "./parts/requests.js";
import "./parts/keyboard.js";
import "./parts/drop.js";

if (document.querySelector("[data-map]")) import("./map.js");
else document.addEventListener("htmx:afterSettle", () => {
  if (document.querySelector("[data-map]")) import("./map.js");
});
