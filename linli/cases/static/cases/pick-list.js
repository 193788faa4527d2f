// A long select that one can type into: <select data-pick-list data-pick-hint="…">.
// The select stays the truth and works alone where this script does not run.
const SHOWN = 40;
let made = 0;

function optionsOf(select) {
  return [...select.options].filter((option) => option.value).map((option) => ({
    option,
    label: option.textContent.trim(),
    group: option.parentElement.tagName === "OPTGROUP" ? option.parentElement.label : "",
  }));
}

function fits(entry, words) {
  const text = `${entry.group} ${entry.label}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function draw(state) {
  const words = state.input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = state.select.selectedOptions[0]?.textContent.trim().toLowerCase();
  const all = words.join(" ") === chosen ? state.entries : state.entries.filter((entry) => fits(entry, words));
  state.list.replaceChildren(...all.slice(0, SHOWN).map((entry, index) => item(state, entry, index)));
  state.active = -1;
  state.list.hidden = all.length === 0;
  state.input.setAttribute("aria-expanded", String(all.length > 0));
}

function item(state, entry, index) {
  const row = document.createElement("li");
  row.id = `${state.list.id}-${index}`;
  row.setAttribute("role", "option");
  row.textContent = entry.label;
  if (entry.group) {
    const group = row.appendChild(document.createElement("span"));
    group.textContent = entry.group;
  }
  row.addEventListener("mousedown", (event) => {
    event.preventDefault();
    choose(state, entry);
  });
  row.linliEntry = entry;
  return row;
}

function choose(state, entry) {
  state.select.value = entry.option.value;
  state.input.value = entry.label;
  close(state);
  for (const name of ["input", "change"]) state.select.dispatchEvent(new Event(name, { bubbles: true }));
}

function close(state) {
  state.list.hidden = true;
  state.input.setAttribute("aria-expanded", "false");
  state.input.removeAttribute("aria-activedescendant");
}

function move(state, step) {
  const rows = [...state.list.children];
  if (state.list.hidden || !rows.length) return draw(state);
  rows[state.active]?.removeAttribute("aria-selected");
  state.active = (state.active + step + rows.length) % rows.length;
  rows[state.active].setAttribute("aria-selected", "true");
  rows[state.active].scrollIntoView({ block: "nearest" });
  state.input.setAttribute("aria-activedescendant", rows[state.active].id);
}

function key(state, event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(state, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && !state.list.hidden) {
    const row = state.list.children[Math.max(0, state.active)];
    if (row) {
      event.preventDefault();
      choose(state, row.linliEntry);
    }
  } else if (event.key === "Escape" && !state.list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    close(state);
  }
}

function enhance(select) {
  if (select.dataset.pickReady) return;
  select.dataset.pickReady = "yes";
  made += 1;
  const box = document.createElement("div");
  box.className = "ld-pick";
  const input = document.createElement("input");
  const list = document.createElement("ul");
  Object.assign(input, { type: "text", className: select.className.replace("form-select", "form-control"), autocomplete: "off" });
  list.id = `ld-pick-${made}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  const facts = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(facts)) input.setAttribute(name, value);
  input.placeholder = select.dataset.pickHint ?? "";
  const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  input.id = `${select.id}-typed`;
  if (label) label.htmlFor = input.id;
  const described = select.getAttribute("aria-describedby");
  if (described) input.setAttribute("aria-describedby", described);
  const state = { select, input, list, entries: optionsOf(select), active: -1 };
  if (select.value) input.value = select.selectedOptions[0].textContent.trim();
  select.hidden = true;
  select.before(box);
  box.append(input, list, select);
  input.addEventListener("input", () => {
    select.value = "";
    draw(state);
  });
  input.addEventListener("focus", () => {
    input.select();
    draw(state);
  });
  input.addEventListener("keydown", (event) => key(state, event));
  input.addEventListener("blur", () => close(state));
}

export function enhanceAll() {
  document.querySelectorAll("select[data-pick-list]").forEach(enhance);
}
