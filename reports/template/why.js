// Each figure can be asked. The panel is filled with text only.
function addWhy() {
  const dialog = document.createElement("dialog"), figuresKnown = DATA.why.figures || {};
  dialog.className = "why";
  dialog.setAttribute("aria-labelledby", "why-title");
  document.body.append(dialog);
  const say = (tag, text, parent = dialog) => { const e = document.createElement(tag); e.textContent = text; parent.append(e); return e; };
  const number = (v) => (Math.abs(v) >= 1e6 || (v !== 0 && Math.abs(v) < 1e-3) ? v.toExponential(4) : Number(v.toPrecision(6)).toString());
  function rows(head, items) {
    if (!items.length) return;
    const frame = say("div", ""), table = say("table", "", frame), line = say("tr", "", say("thead", "", table)), body = say("tbody", "", table);
    frame.className = "scroll";
    frame.tabIndex = 0;
    head.forEach((text) => { say("th", text, line).scope = "col"; });
    items.forEach((cells) => { const row = say("tr", "", body); cells.forEach((text) => say("td", text, row)); });
  }
  const list = (title, items) => { if (!items.length) return; say("h3", title); const ul = say("ul", ""); items.forEach((item) => say("li", item, ul)); };
  function open(figure) {
    const { metric, option } = figure.dataset, known = figuresKnown[metric], own = known?.options[option];
    if (!own) return;
    dialog.replaceChildren();
    const unit = known.unit === "1" ? "" : known.unit === "1 s-1" ? " /s" : ` ${known.unit}`;
    say("h2", known.label).id = "why-title";
    const shown = figure.textContent + (figure.nextElementSibling?.classList.contains("unit") ? ` ${figure.nextElementSibling.textContent}` : "");
    say("p", shown).className = "shown";
    say("p", known.definition);
    if (own.formula) {
      say("h3", "How it is made");
      say("p", own.formula.text).className = "formula";
      if (own.formula.values && own.formula.values !== own.formula.text && own.formula.terms.length > 1) say("p", `= ${own.formula.values} = ${shown}`).className = "formula";
      rows(["symbol", "what", "value", "from"], own.formula.terms.map((term) => [term.symbol, term.name, term.shown, term.from]));
    }
    say("h3", "How far it can be trusted");
    const badge = say("p", "");
    const mark = say("span", own.validity, badge);
    mark.className = "badge";
    badge.append(own.band ? ` 8 in 10 members between ${number(own.band[0])} and ${number(own.band[2])}${unit}, median ${number(own.band[1])}${unit}; this run ${number(own.value)}${unit}.` : ` No band was computed; in SI ${number(own.value)}${unit}.`);
    list("What makes its spread", own.drivers.map((d) => `${d.input}: ${Math.round(100 * d.share)} %`));
    for (const link of known.links) {
      const inputs = DATA.why.inputs[option][link];
      if (!inputs.count) continue;
      say("h3", `Inputs: ${LINKS[link] || link} (${inputs.count} set, ${inputs.assumed} of them assumptions)`);
      rows(["input", "value", "set in", "evidence", "source"], [...inputs.first, ...inputs.weakest.filter((a) => !inputs.first.some((b) => b.path === a.path))].map((a) => [a.path, a.value, a.origin, a.evidence, a.source === "scenario" ? "" : a.source]));
    }
    const table = document.querySelector(`#o${option}-assumptions input[type=search]`);
    const buttons = say("p", "");
    if (table && known.links.length) {
      const go = say("button", "Show its inputs with origin and source", buttons);
      go.addEventListener("click", () => { dialog.close(); table.value = DATA.why.inputs[option][known.links[0]].prefixes[0]; table.dispatchEvent(new Event("input")); table.scrollIntoView({ block: "center" }); table.focus(); });
    }
    say("button", "Close", buttons).addEventListener("click", () => dialog.close());
    const explain = say("p", "");
    explain.append("On the command line: ");
    say("code", `aifactory explain ${metric}`, explain);
    dialog.showModal();
  }
  for (const figure of document.querySelectorAll("data.figure")) {
    if (!figuresKnown[figure.dataset.metric]) continue;
    figure.tabIndex = 0;
    figure.setAttribute("role", "button");
    figure.setAttribute("aria-haspopup", "dialog");
    figure.addEventListener("click", () => open(figure));
    figure.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(figure); } });
  }
}
