// Draws the charts of a report from the JSON beside it, in view first; for paper, as still pictures. Reads nothing from outside.

const KINDS = { lines, duration, heat, causes, sankey, bars, stacked, fan, tornado, months, measured_fitted, gantt, waterfall, plane };
const drawn = new Map();

// A keyboard's way to zoom.
function addMonthPicker(box, instance, start) {
  const tools = document.createElement("div"), label = document.createElement("label"), select = document.createElement("select");
  tools.className = "tools";
  ["the whole year", ...MONTHS].forEach((name, i) => select.add(new Option(name, i)));
  select.addEventListener("change", () => {
    const month = Number(select.value), from = new Date(start), year = from.getUTCFullYear() + (month && month - 1 < from.getUTCMonth() ? 1 : 0);
    const first = month ? Date.UTC(year, month - 1, 1) : start, last = month ? Date.UTC(year, month, 1) : start + 8760 * HOUR;
    instance.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, startValue: first, endValue: last });
  });
  label.append("Show ", select);
  tools.append(label);
  box.before(tools);
}

function draw(box) {
  const id = box.dataset.chart, chart = DATA.charts[id];
  if (!chart) return null;
  if (box.closest("[hidden]")) return null;  // drawn when its option is shown
  const option = KINDS[chart.kind](chart, theme(), box);
  let instance = drawn.get(id);
  if (!instance) {
    instance = echarts.init(box, null, { renderer: "canvas" });
    drawn.set(id, instance);
    if (chart.kind === "lines") addMonthPicker(box, instance, startOf(chart)), followZoom(chart, instance);
  }
  instance.resize();
  return new Promise((done) => {
    instance.on("finished", done);
    instance.setOption(option, true);
  });
}

// For whoever waits for the page: `ready` when what is in view is drawn, `complete` when all is.
function tell(complete) {
  window.__report = { ready: true, complete, charts: drawn.size, ready_ms: window.__report?.ready_ms ?? performance.now() };
  document.documentElement.dataset.report = complete ? "complete" : "ready";
}

const boxes = () => [...document.querySelectorAll(".canvas")];
const drawAll = () => Promise.all(boxes().map(draw));

// The charts in view at once, the rest one by one while the page is idle, so that four options are readable at once.
async function drawInOrder() {
  const near = (box) => box.getBoundingClientRect().top < 2 * innerHeight;
  await Promise.all(boxes().filter(near).map(draw));
  tell(false);
  for (const box of boxes()) {
    if (drawn.has(box.dataset.chart)) continue;
    await new Promise((next) => { setTimeout(next, 0); });
    await draw(box);
  }
}

// For paper: in its colours and width, as one still picture of twice the resolution; the browser prints no canvas that is painted over frames.
function drawForPaper() {
  document.documentElement.dataset.paper = "";
  for (const box of boxes()) {
    draw(box);
    const instance = drawn.get(box.dataset.chart);
    if (!instance || box.querySelector(".still")) continue;
    const picture = instance.getRenderedCanvas({ pixelRatio: 2, backgroundColor: theme().paper }), still = document.createElement("canvas");
    still.className = "still";
    still.width = picture.width;
    still.height = picture.height;
    still.getContext("2d").drawImage(picture, 0, 0);
    box.append(still);
  }
}

function drawForScreen() {
  delete document.documentElement.dataset.paper;
  document.querySelectorAll(".still").forEach((still) => still.remove());
  drawAll();
}

// What depends on the options shown or the units, and what was hidden until now.
function redraw() {
  for (const box of document.querySelectorAll(".canvas")) {
    const chart = DATA.charts[box.dataset.chart], panels = chart?.data.panels || [];
    if (chart && (!drawn.has(box.dataset.chart) || chart.kind === "stacked" || chart.kind === "plane" || panels.some((p) => p.unit === "°C" || p.series?.some((s) => s.option !== undefined)))) draw(box);
  }
}

async function start() {
  startControls();
  redraws.push(() => { if (typeof echarts !== "undefined") redraw(); });
  if (typeof echarts !== "undefined") {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
    let pending = 0;
    addEventListener("resize", () => { clearTimeout(pending); pending = setTimeout(() => drawn.forEach((instance) => instance.resize()), 120); });
    addEventListener("beforeprint", drawForPaper);
    addEventListener("afterprint", drawForScreen);
  }
  if (typeof echarts !== "undefined") await drawInOrder();
  tell(true);
}

start();
