// What a reader can set on the page: which options are shown and against which they are measured, units, tables as CSV.
// The state stands in the address after `~`, so that a view can be quoted.
const DATA = JSON.parse(document.getElementById("report-data").textContent);
const STATE = { units: "SI", hidden: new Set(), base: 0 };
const redraws = [];  // called when what charts show has changed

// Display units by SI unit, customary in the United States; the conversion starts from SI, so nothing is rounded twice.
const CUSTOMARY = {
  degC: (v) => [v * 1.8 + 32, "°F"], K: (v) => [v * 1.8, "°F"],
  m3: (v) => (Math.abs(v) >= 3785.4 ? [v / 3785.411784, "Mgal"] : Math.abs(v) >= 3.785411784 ? [v / 3.785411784, "kgal"] : [v / 0.003785411784, "gal"]),
  "m3 s-1": (v) => [v / 6.30901964e-5, "gal/min"], "m3 J-1": (v) => [v * 3.6e6 / 0.003785411784, "gal/kWh"], Pa: (v) => [v / 6894.757293, "psi"],
  kg: (v) => (Math.abs(v) >= 907.18474 ? [v / 907.18474, "short tons"] : Math.abs(v) >= 0.45359237 ? [v / 0.45359237, "lb"] : [v / 0.028349523125, "oz"]), m: (v) => [v / 0.3048, "ft"], "kg J-1": (v) => [v * 3.6e6 / 0.45359237, "lb/kWh"],
};

const LINKS = { rate: "tokens a second", watts: "watts of the racks", plant: "power and cooling plant", money: "prices and capital" };
const YEARLY = /\/(token|Mtok|h|year)$/;

function threeDigits(value) {
  if (value === 0) return "0";
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))) - 1);
  return value.toLocaleString("en", { minimumFractionDigits: Math.min(decimals, 12), maximumFractionDigits: Math.min(decimals, 12) });
}

function showUnits() {
  for (const item of document.querySelectorAll("data[data-unit]")) {
    const convert = CUSTOMARY[item.dataset.unit], unit = item.nextElementSibling;
    if (!convert || !unit || !unit.classList.contains("unit")) continue;
    item.dataset.si ??= item.textContent;
    unit.dataset.si ??= unit.textContent;
    if (STATE.units === "SI") { item.textContent = item.dataset.si; unit.textContent = unit.dataset.si; continue; }
    const [value, name] = convert(Number(item.value)), per = unit.dataset.si.match(YEARLY);
    item.textContent = threeDigits(value);
    unit.textContent = name + (per ? per[0] : "");
  }
}

function showOptions() {
  for (const item of document.querySelectorAll("[data-of]")) item.hidden = STATE.hidden.has(Number(item.dataset.of));
}

// Changes of the table side by side, against the chosen option.
function showChanges() {
  const letter = String.fromCharCode(65 + STATE.base);
  for (const row of document.querySelectorAll("tr:has(td.change)")) {
    const values = new Map([...row.querySelectorAll("data.figure")].map((d) => [Number(d.dataset.option), Number(d.value)])), base = values.get(STATE.base);
    let before = 0;
    for (const cell of row.cells) {
      if (!cell.classList.contains("change")) { const own = cell.querySelector("data.figure"); if (own) before = Number(own.dataset.option); continue; }
      cell.dataset.first ??= cell.innerHTML;
      if (STATE.base === 0) { cell.innerHTML = cell.dataset.first; continue; }
      const own = values.get(before), change = 100 * (own / base - 1);
      cell.textContent = before === STATE.base || !Number.isFinite(change) ? "—" : Math.abs(change) < 0.05 ? "same" : `${change > 0 ? "+" : ""}${change.toFixed(1)} %`;
    }
    const caption = row.closest("table").caption;
    caption.dataset.first ??= caption.textContent;
    caption.textContent = caption.dataset.first.replace("option A", `option ${letter}`);
  }
}

function writeState() {
  const parts = [];
  if (STATE.units !== "SI") parts.push("units=IP");
  if (STATE.hidden.size) parts.push(`without=${[...STATE.hidden].sort().join(".")}`);
  if (STATE.base) parts.push(`base=${STATE.base}`);
  const section = decodeURIComponent(location.hash.slice(1)).split("~")[0];
  history.replaceState(null, "", parts.length ? `#${section}~${parts.join("&")}` : section ? `#${section}` : location.pathname);
}

function readState() {
  const [section, text] = decodeURIComponent(location.hash.slice(1)).split("~");
  for (const part of (text || "").split("&")) {
    const [name, value] = part.split("=");
    if (name === "units" && value === "IP") STATE.units = "IP";
    if (name === "without") value.split(".").map(Number).filter((i) => i < DATA.options.length).forEach((i) => STATE.hidden.add(i));
    if (name === "base" && Number(value) < DATA.options.length) STATE.base = Number(value);
  }
  if (text && section) document.getElementById(section)?.scrollIntoView();
}

function applyState(alsoCharts = true) {
  showUnits();
  showOptions();
  showChanges();
  writeState();
  if (alsoCharts) redraws.forEach((redraw) => redraw());
}

function labelled(text, control) {
  const label = document.createElement("label");
  label.append(text, control);
  return label;
}

function picker(values, chosen, apply) {
  const select = document.createElement("select");
  values.forEach((name, i) => select.add(new Option(name, i, i === chosen, i === chosen)));
  select.addEventListener("change", () => { apply(Number(select.value)); applyState(); });
  return select;
}

function addControls() {
  const bar = document.getElementById("controls");
  if (DATA.options.length > 1) {
    const set = document.createElement("fieldset"), legend = document.createElement("legend");
    legend.textContent = "Options shown";
    set.append(legend);
    DATA.options.forEach((name, i) => {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = !STATE.hidden.has(i);
      box.dataset.picks = i;
      box.addEventListener("change", () => { if (box.checked) STATE.hidden.delete(i); else STATE.hidden.add(i); applyState(); });
      const label = document.createElement("label");
      label.append(box, ` ${name}`);
      set.append(label);
    });
    bar.append(set, labelled("Changes against ", picker(DATA.options.map((_, i) => `option ${String.fromCharCode(65 + i)}`), STATE.base, (i) => { STATE.base = i; })));
  }
  if ([...document.querySelectorAll("data[data-unit]")].some((item) => CUSTOMARY[item.dataset.unit])) bar.append(labelled("Units ", picker(["SI", "US customary"], STATE.units === "IP" ? 1 : 0, (i) => { STATE.units = i ? "IP" : "SI"; })));
}

function csvOf(table) {
  const quote = (text) => `"${text.replace(/\s+/g, " ").trim().replace(/^[=+@]/, "'$&").replace(/"/g, '""')}"`;
  return [...table.rows].map((row) => [...row.cells].filter((cell) => !cell.hidden).map((cell) => quote(cell.innerText ?? cell.textContent)).join(",")).join("\r\n");
}

function addTableTools(table) {
  const tools = document.createElement("div"), name = table.caption.textContent;
  tools.className = "tools";
  if (table.hasAttribute("data-filter")) {
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = "Filter rows";
    field.setAttribute("aria-label", `Filter the rows of: ${name}`);
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase();
      for (const row of table.tBodies[0].rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
    tools.append(field);
  }
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Save as CSV";
  button.setAttribute("aria-label", `Save as CSV: ${name}`);
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", csvOf(table)], { type: "text/csv" }));
    link.download = `${name.toLowerCase().replace(/[^a-z0-9]+/g, "_").slice(0, 60)}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  tools.append(button);
  table.closest(".table").prepend(tools);
}

function startControls() {
  for (const table of document.querySelectorAll("table")) addTableTools(table);
  addWhy();
  readState();
  addControls();
  applyState(false);
  addEventListener("hashchange", () => { if (!location.hash.includes("~")) writeState(); });
}
