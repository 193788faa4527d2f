// htmx: the CSRF header, a progress line, a word when it takes long or fails, and offline.
import { confirmed } from "./dialogs.js";
import { toast } from "./toasts.js";
import { words } from "./words.js";

const SLOW = 2500;
let open = 0;
let timer = 0;

function show(selector, on) {
  const element = document.querySelector(selector);
  if (element) element.hidden = !on;
}

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  confirmed(event.detail.question).then((yes) => yes && event.detail.issueRequest(true));
});

document.addEventListener("htmx:beforeRequest", () => {
  open += 1;
  document.querySelector("[data-loading]")?.classList.add("is-on");
  clearTimeout(timer);
  timer = setTimeout(() => show("[data-slow]", true), SLOW);
});

document.addEventListener("htmx:afterRequest", () => {
  open = Math.max(0, open - 1);
  if (open) return;
  clearTimeout(timer);
  show("[data-slow]", false);
  document.querySelector("[data-loading]")?.classList.remove("is-on");
});

// A refusal comes as a page for people or as JSON; either way its sentence is shown.
document.addEventListener("htmx:responseError", (event) => {
  let text = words("requestFailed");
  try {
    text = JSON.parse(event.detail.xhr.responseText).sentence ?? text;
  } catch { /* a page, not JSON: the general sentence does */ }
  toast(text, "error");
});
document.addEventListener("htmx:sendError", () => toast(words("requestFailed"), "error"));

function network() {
  show("[data-offline]", !navigator.onLine);
}
window.addEventListener("online", network);
window.addEventListener("offline", network);
network();
