// What every chart uses: packed columns, colours of the page, numbers as text, axes. DATA and STATE: controls.js.

const YEAR_START = Date.UTC(2027, 0, 1);  // the year of a run has 365 days and no date; labels show month and day only
const HOUR = 3600e3;
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const CAUSE_COLOURS = ["#98a3ad", "#f0e442", "#8c7d00", "#e69f00", "#56b4e9", "#cc79a7", "#7b5aa6", "#009e73", "#0072b2", "#d55e00", "#5b4636", "#16202a"];
const VIRIDIS = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725"];

const columns = new Map();

// A packed column as numbers in SI; NaN where there is no value.
function column(key) {
  if (!columns.has(key)) {
    const packed = DATA.series[key], text = atob(packed.data), values = new Float64Array(text.length / 2);
    for (let i = 0; i < values.length; i++) {
      const code = text.charCodeAt(2 * i) | (text.charCodeAt(2 * i + 1) << 8);
      values[i] = code === 65535 ? NaN : packed.least + packed.step * code;
    }
    columns.set(key, values);
  }
  return columns.get(key);
}

function theme() {
  const style = getComputedStyle(document.documentElement), read = (name) => style.getPropertyValue(name).trim();
  return { ink: read("--ink"), soft: read("--soft"), line: read("--line"), grid: read("--grid"), paper: read("--paper"), colours: [0, 1, 2, 3, 4, 5, 6, 7].map((i) => read("--c" + i)) };
}

function figures(value, digits = 3) {
  if (!Number.isFinite(value)) return "no value";
  return Math.abs(value) >= 10 ** digits ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(digits)).toString();
}

// Display unit of a chart's axis: temperatures follow the reader's choice.
const isFahrenheit = (unit) => unit === "°C" && STATE.units === "IP";
const unitText = (unit) => (isFahrenheit(unit) ? "°F" : unit);
const isShown = (series) => series.option === undefined || !STATE.hidden.has(series.option);

function hourText(hour) {
  const date = new Date(YEAR_START + hour * HOUR);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()].slice(0, 3)} ${String(date.getUTCHours()).padStart(2, "0")}:00`;
}

const isPaper = () => "paper" in document.documentElement.dataset;

function common(t, chart, decal) {
  return {
    color: t.colours, backgroundColor: "transparent", animation: false, useUTC: true,
    textStyle: { color: t.ink, fontFamily: 'system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif' },
    aria: { enabled: true, label: { description: `${chart.title}. ${chart.caption}` }, decal: { show: decal } },
  };
}

const tooltipStyle = (t) => ({ backgroundColor: t.paper, borderColor: t.line, textStyle: { color: t.ink, fontSize: 13 }, confine: true, renderMode: "richText" });
const valueAxis = (t, name, gridIndex) => ({
  type: "value", gridIndex, name, nameLocation: "end", nameTextStyle: { color: t.ink, align: "left", padding: [0, 0, 0, -40] }, scale: false,
  min: (range) => (range.min < 0 && range.min > -0.02 * range.max ? 0 : undefined),  // 16-bit steps around nothing
  axisLabel: { color: t.soft }, splitLine: { lineStyle: { color: t.grid } }, splitNumber: 4,
});
