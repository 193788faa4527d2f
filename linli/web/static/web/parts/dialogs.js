// Dialogs, menus and confirmations: native elements, a little help.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    closeMenus();
    document.getElementById(opener.dataset.dialogOpen)?.showModal();
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) closer.closest("dialog")?.close();
  // A click on the backdrop lands on the dialog itself.
  if (event.target instanceof HTMLDialogElement && !event.target.querySelector("form[data-dirty]")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right
      && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]");
  closeMenus();
  menu?.querySelector("summary")?.focus();
});

function closeMenus() {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.removeAttribute("open");
}

/** Ask a yes-or-no question; resolves to true for yes. */
export function confirmed(sentence) {
  const dialog = document.getElementById("ll-confirm");
  if (!dialog) return Promise.resolve(window.confirm(sentence));
  dialog.querySelector("p").textContent = sentence;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// <form data-confirm="sentence"> or a submit button with data-confirm.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const sentence = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!sentence || form.dataset.confirmedOnce) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  confirmed(sentence).then((yes) => {
    if (!yes) return;
    form.dataset.confirmedOnce = "yes";
    form.requestSubmit(event.submitter ?? undefined);
    delete form.dataset.confirmedOnce;
  });
}, true);

// A form in a dialog that came back with errors opens again.
for (const dialog of document.querySelectorAll("dialog:has(.ll-errors)")) dialog.showModal();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-back]")) history.length > 1 ? history.back() : location.assign("/");
});
