// Draws the charts of a report from the JSON beside it (DATA and STATE: controls.js). Reads nothing from outside.
"use strict";

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

// A line of one panel as series: by day a mean over a band from least to most, by the hour the values themselves.
function seriesOf(s, name, panel, index, t, byDay, unit, start) {
  const values = isFahrenheit(unit) ? column(s.key).map((v) => v * 1.8 + 32) : column(s.key), shown = { type: "line", name, xAxisIndex: panel, yAxisIndex: panel, showSymbol: false, itemStyle: { color: t.colours[index % 8] }, emphasis: { disabled: true } };
  const mean = [], least = [], span = [];
  if (byDay) {
    for (let day = 0; day * 24 < values.length; day++) {
      const part = values.subarray(day * 24, day * 24 + 24), at = start + (day * 24 + 12) * HOUR, low = Math.min(...part);
      mean.push([at, part.reduce((sum, value) => sum + value, 0) / part.length / s.factor]);
      least.push([at, low / s.factor]);
      span.push([at, (Math.max(...part) - low) / s.factor]);
    }
  } else {
    for (let h = 0; h < values.length; h++) mean.push([start + h * HOUR, values[h] / s.factor]);
  }
  const id = `${panel}-${index}`, band = { ...shown, stack: id, stackStrategy: "all", lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
  return [
    { ...band, id: `${id}-least`, data: least },
    { ...band, id: `${id}-span`, data: span, areaStyle: { opacity: 0.25 } },
    { ...shown, id: `${id}-mean`, data: mean, sampling: "minmax", lineStyle: { width: 1.5, type: index < 4 ? "solid" : "dashed" } },
  ];
}

const startOf = (chart) => (chart.data.start ? dayOf(chart.data.start) : YEAR_START);  // a first year as delivered starts on any day
const allSeries = (chart, t, byDay) => chart.data.panels.flatMap((panel, p) => panel.series.flatMap((s, i) => seriesOf(s, `${panel.title}: ${s.name}`, p, i, t, byDay, panel.unit, startOf(chart))));

// Panels one above the other on one time axis; zoom is shared.
function lines(chart, t, box) {
  const start = startOf(chart);
  const panels = chart.data.panels, panelHeight = isPaper() ? 84 : 170, gap = isPaper() ? 60 : 74, top = 34;
  box.style.height = `${top + panels.length * (panelHeight + gap) + 40}px`;
  const option = { ...common(t, chart, false), grid: [], xAxis: [], yAxis: [], series: allSeries(chart, t, true), legend: [], axisPointer: { link: [{ xAxisIndex: "all" }] } };
  panels.forEach((panel, p) => {
    const y = top + p * (panelHeight + gap);
    option.grid.push({ left: 62, right: 24, top: y + 22, height: panelHeight });
    option.xAxis.push({
      type: "time", gridIndex: p, min: start, max: start + 8760 * HOUR, axisLine: { onZero: false, lineStyle: { color: t.soft } },
      axisLabel: { color: t.soft, hideOverlap: true, formatter: { year: "{MMM}", month: "{MMM}", day: "{d} {MMM}", hour: "{HH}:{mm}", minute: "{HH}:{mm}" } },
    });
    option.yAxis.push({ ...valueAxis(t, `${panel.title}, ${unitText(panel.unit)}`, p), scale: panel.unit === "°C" });
    option.legend.push({
      top: y - 12, right: 24, left: 190, align: "left", type: "scroll", textStyle: { color: t.ink }, icon: "path://M0,6h24v4h-24z", itemHeight: 16, padding: 4, pageTextStyle: { color: t.ink },
      data: panel.series.map((s) => `${panel.title}: ${s.name}`), formatter: (name) => name.slice(panel.title.length + 2),
    });
  });
  const unitOf = new Map(panels.flatMap((panel) => panel.series.map((s) => [`${panel.title}: ${s.name}`, unitText(panel.unit)])));
  option.tooltip = {
    ...tooltipStyle(t), trigger: "axis",
    formatter: (items) => [hourText((items[0].value[0] - YEAR_START) / HOUR), ...items.filter((item) => item.seriesId.endsWith("mean")).map((item) => `${item.seriesName}  ${figures(item.value[1])} ${unitOf.get(item.seriesName)}`)].join("\n"),
  };
  if (isPaper()) return option;
  option.dataZoom = [
    { type: "slider", xAxisIndex: panels.map((_, p) => p), bottom: 6, height: 22, labelFormatter: (value) => hourText(Math.round((value - YEAR_START) / HOUR)), textStyle: { color: t.soft }, filterMode: "none", showDataShadow: false },
    { type: "inside", xAxisIndex: panels.map((_, p) => p), zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false, filterMode: "none" },
  ];
  return option;
}

// Days when more than ten weeks are in view, hours below.
function followZoom(chart, instance) {
  let byDay = true;
  instance.on("datazoom", () => {
    const zoom = instance.getOption().dataZoom[0], wide = zoom.end - zoom.start > 20;
    if (wide === byDay) return;
    byDay = wide;
    instance.setOption({ series: allSeries(chart, theme(), byDay) });
  });
}

function duration(chart, t) {
  const panel = { ...chart.data.panels[0], series: chart.data.panels[0].series.filter(isShown) };
  return {
    ...common(t, chart, false), grid: { left: 62, right: 24, top: 44, bottom: 48 }, legend: { top: 0, textStyle: { color: t.ink } },
    xAxis: { type: "value", min: 0, max: Math.max(...panel.series.map((s) => column(s.key).length)), name: "hours at or above", nameLocation: "middle", nameGap: 28, axisLabel: { color: t.soft }, nameTextStyle: { color: t.soft }, splitLine: { show: false } },
    yAxis: valueAxis(t, panel.unit), tooltip: { ...tooltipStyle(t), trigger: "axis", formatter: (items) => [`${figures(items[0].value[0], 4)} hours`, ...items.map((item) => `${item.seriesName}  ${figures(item.value[1], 4)} ${panel.unit}`)].join("\n") },
    series: panel.series.map((s, i) => {
      const sorted = Float64Array.from(column(s.key)).sort().reverse();
      return { type: "line", name: s.name, data: Array.from(sorted, (value, h) => [h + 1, value / s.factor]), showSymbol: false, sampling: "minmax", lineStyle: { width: 2, type: ["solid", "dashed", "dotted", [8, 3, 2, 3]][i % 4] }, itemStyle: { color: t.colours[(s.option ?? i) % 8] }, emphasis: { disabled: true } };
    }),
  };
}

// Hour of day over day of year.
function calendar(t, chart, key, cell) {
  const values = column(key), points = new Array(values.length);
  for (let h = 0; h < values.length; h++) points[h] = [Math.floor(h / 24), h % 24, cell(values[h])];
  const days = Math.ceil(values.length / 24);
  return {
    ...common(t, chart, false), grid: { left: 62, right: 24, top: 56, bottom: 30 },
    xAxis: { type: "category", data: Array.from({ length: days }, (_, day) => day), axisTick: { show: false }, axisLabel: { color: t.soft, interval: (day) => new Date(YEAR_START + day * 24 * HOUR).getUTCDate() === 1, formatter: (day) => MONTHS[new Date(YEAR_START + day * 24 * HOUR).getUTCMonth()].slice(0, 3) } },
    yAxis: { type: "category", data: Array.from({ length: 24 }, (_, hour) => `${hour}:00`), axisLabel: { color: t.soft, interval: 5 }, axisTick: { show: false } },
    series: [{ type: "heatmap", data: points, progressive: 0, emphasis: { disabled: true } }],
  };
}

function heat(chart, t) {
  const option = calendar(t, chart, chart.data.key, (value) => value), values = Float64Array.from(column(chart.data.key)).filter(Number.isFinite).sort();
  const at = (share) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
  const low = at(0.005), high = Math.max(at(0.995), low + 1e-6);  // a few odd hours would else take all the colours
  option.visualMap = { min: low, max: high, precision: 3, calculable: true, orient: "horizontal", right: 24, top: 0, itemHeight: 180, itemWidth: 14, inRange: { color: VIRIDIS }, textStyle: { color: t.ink }, formatter: (value) => Number(value).toFixed(3) };
  option.tooltip = { ...tooltipStyle(t), formatter: (item) => `${hourText(item.value[0] * 24 + item.value[1])}\n${chart.data.unit} ${item.value[2].toFixed(3)}` };
  return option;
}

function causes(chart, t) {
  const names = chart.data.names, seen = [...new Set(column(chart.data.key))].map(Math.round).sort((a, b) => a - b);
  const option = calendar(t, chart, chart.data.key, Math.round);
  option.visualMap = { type: "piecewise", orient: "horizontal", left: 62, top: 0, textStyle: { color: t.ink }, itemGap: 18, pieces: seen.map((cause) => ({ value: cause, label: names[cause], color: CAUSE_COLOURS[cause] })) };
  option.tooltip = { ...tooltipStyle(t), formatter: (item) => `${hourText(item.value[0] * 24 + item.value[1])}\n${names[item.value[2]]}` };
  return option;
}

function nodeColour(name, t) {
  if (name.startsWith("loss")) return t.colours[5];
  if (name.startsWith("accelerators")) return t.colours[2];
  if (["grid", "generators", "site"].includes(name)) return t.colours[7];
  return name === "IT" ? t.colours[0] : null;
}

function sankey(chart, t, box) {
  const { total, ends } = chart.data, links = chart.data.links.filter((link) => link.value >= 2e-4 * total), amount = new Map(), cooling = new Set(["cooling"]);
  for (const link of links) {
    amount.set(link.target, (amount.get(link.target) || 0) + link.value);
    if (!amount.has(link.source)) amount.set(link.source, 0);
    if (cooling.has(link.source)) cooling.add(link.target);
  }
  const sources = new Map();
  for (const link of links) sources.set(link.source, (sources.get(link.source) || 0) + link.value);
  const sinks = [...amount.keys()].filter((name) => !sources.has(name)).length;
  box.style.height = `${Math.max(420, 190 + 22 * sinks)}px`;
  const narrow = box.clientWidth < 900, slim = box.clientWidth < 560;
  const gwh = (name) => Math.max(amount.get(name) || 0, sources.get(name) || 0);
  return {
    ...common(t, chart, false),
    tooltip: { ...tooltipStyle(t), formatter: (item) => item.dataType === "edge" ? `${item.data.source} → ${item.data.target}\n${figures(item.data.value)} GWh, ${figures(100 * item.data.value / total)} %` : `${item.name}\n${figures(gwh(item.name))} GWh, ${figures(100 * gwh(item.name) / total)} %` },
    series: [{
      type: "sankey", left: 8, right: slim ? 170 : narrow ? 300 : 310, top: 12, bottom: 12, nodeGap: 13, nodeWidth: 14, draggable: false, layoutIterations: 64, emphasis: { focus: "adjacency" },
      data: [...amount.keys()].map((name) => ({ name, itemStyle: { color: nodeColour(name, t) || (cooling.has(name) ? t.colours[4] : t.colours[1]) } })),
      links, lineStyle: { color: "target", opacity: 0.32, curveness: 0.5 },
      label: { color: t.ink, fontSize: slim ? 10 : 12, lineHeight: slim ? 12 : 15, textBorderColor: t.paper, textBorderWidth: 2, formatter: (item) => narrow && sources.has(item.name) ? item.name : slim ? `${item.name} ${figures(gwh(item.name))}` : `${item.name}  ${figures(gwh(item.name))} GWh (${figures(100 * gwh(item.name) / total, 2)} %)${ends && ends[item.name] ? "\n" + ends[item.name] : ""}` },
    }],
  };
}

function bars(chart, t, box) {
  const { names, values, unit, limits } = chart.data;
  box.style.height = `${90 + 34 * names.length}px`;
  return {
    ...common(t, chart, false), grid: { left: 8, right: 80, top: 8, bottom: 44, containLabel: true },
    xAxis: { type: "value", name: unit, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: t.soft }, axisLabel: { color: t.soft }, splitLine: { lineStyle: { color: t.grid } } },
    yAxis: { type: "category", inverse: true, data: names, axisLabel: { color: t.ink }, axisTick: { show: false } },
    tooltip: { ...tooltipStyle(t), trigger: "item", formatter: (item) => `${item.name}\n${figures(item.value)} ${unit}` },
    series: [
      { type: "bar", data: values, barMaxWidth: 22, itemStyle: { color: t.colours[0] }, label: { show: true, position: "right", color: t.ink, formatter: (item) => figures(item.value) } },
      ...(limits ? [{ type: "scatter", silent: true, symbol: "rect", symbolSize: [3, 28], itemStyle: { color: t.ink }, data: limits.map((limit, i) => [limit, i]).filter(([limit]) => limit !== null) }] : []),
    ],
  };
}

// One bar per option, parts stacked in the same order and colours.
function stacked(chart, t, box) {
  const { options, parts, unit } = chart.data, kept = options.map((_, i) => i).filter((i) => !STATE.hidden.has(i));
  box.style.height = `${130 + 52 * kept.length + 22 * Math.ceil(parts.length / 5)}px`;
  const legendHeight = 22 * Math.ceil(parts.length / 5);
  return {
    ...common(t, chart, parts.length > 8), grid: { left: 8, right: 40, top: 12 + legendHeight, bottom: 46, containLabel: true }, legend: { top: 0, textStyle: { color: t.ink }, itemGap: 12 },
    xAxis: { type: "value", name: unit, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: t.soft }, axisLabel: { color: t.soft }, splitLine: { lineStyle: { color: t.grid } } },
    yAxis: { type: "category", inverse: true, data: kept.map((i) => options[i]), axisLabel: { color: t.ink }, axisTick: { show: false } },
    tooltip: { ...tooltipStyle(t), trigger: "item", formatter: (item) => `${item.name}: ${item.seriesName}
${figures(item.value)} ${unit}` },
    series: parts.map((part) => ({ type: "bar", stack: "all", name: part.name, itemStyle: part.cause === undefined ? {} : { color: CAUSE_COLOURS[part.cause] }, data: kept.map((i) => part.values[i]), barMaxWidth: 30 })),
  };
}

// Median and P10 to P90 of each day, panels one above the other.
function fan(chart, t, box) {
  const panels = chart.data.panels, panelHeight = 130, gap = 62, top = 34, days = panels[0].p50.map((_, d) => YEAR_START + (24 * d + 12) * HOUR);
  box.style.height = `${top + panels.length * (panelHeight + gap)}px`;
  const line = { type: "line", showSymbol: false, emphasis: { disabled: true } }, at = (values) => values.map((v, d) => [days[d], v]);
  return {
    ...common(t, chart, false), axisPointer: { link: [{ xAxisIndex: "all" }] },
    grid: panels.map((_, p) => ({ left: 62, right: 24, top: top + p * (panelHeight + gap), height: panelHeight })),
    xAxis: panels.map((_, p) => ({ type: "time", gridIndex: p, min: YEAR_START, max: YEAR_START + 8760 * HOUR, axisLine: { onZero: false, lineStyle: { color: t.soft } }, axisLabel: { color: t.soft, hideOverlap: true, formatter: { year: "{MMM}", month: "{MMM}", day: "{d} {MMM}" } } })),
    yAxis: panels.map((panel, p) => ({ ...valueAxis(t, panel.unit ? `${panel.title}, ${panel.unit}` : panel.title, p), scale: panel.unit === "" })),
    tooltip: { ...tooltipStyle(t), trigger: "axis", formatter: (items) => [hourText((items[0].value[0] - YEAR_START) / HOUR).slice(0, -6), ...panels.map((panel) => { const d = items[0].dataIndex; return `${panel.title}  ${figures(panel.p50[d])} (${figures(panel.p10[d])} to ${figures(panel.p90[d])}) ${panel.unit}`; })].join("\n") },
    series: panels.flatMap((panel, p) => {
      const where = { xAxisIndex: p, yAxisIndex: p, itemStyle: { color: t.colours[p] } };
      return [
        { ...line, ...where, name: `${panel.title}: P10`, stack: `f${p}`, stackStrategy: "all", data: at(panel.p10), lineStyle: { opacity: 0 }, silent: true },
        { ...line, ...where, name: `${panel.title}: to P90`, stack: `f${p}`, stackStrategy: "all", data: at(panel.p90.map((v, d) => v - panel.p10[d])), lineStyle: { opacity: 0 }, areaStyle: { opacity: 0.25 }, silent: true },
        { ...line, ...where, name: `${panel.title}: median`, data: at(panel.p50), lineStyle: { width: 1.5 } },
      ];
    }),
  };
}

// Two bars an input from the value of the run: where the input is low, where it is high.
function tornado(chart, t, box) {
  const { names, low, high, base, unit } = chart.data;
  box.style.height = `${110 + 38 * names.length}px`;
  const end = (v) => (Number.isFinite(v) ? v : base);
  const half = (values, above, colour) => ({
    type: "custom", name: above ? "input lowest" : "input highest", itemStyle: { color: colour }, encode: { x: [0, 1], y: 2 },
    data: values.map((v, i) => [base, end(v), i]),
    renderItem: (params, api) => {
      const from = api.coord([api.value(0), api.value(2)]), to = api.coord([api.value(1), api.value(2)]), left = Math.min(from[0], to[0]), y = above ? from[1] - 13 : from[1] + 1, right = to[0] >= from[0];
      return {
        type: "group",
        children: [
          { type: "rect", shape: { x: left, y, width: Math.max(1, Math.abs(to[0] - from[0])), height: 12 }, style: api.style() },
          { type: "text", style: { text: figures(api.value(1), 4), x: to[0] + (right ? 5 : -5), y: y + 6, fill: t.ink, fontSize: 12, align: right ? "left" : "right", verticalAlign: "middle" } },
        ],
      };
    },
  });
  const all = [...low.map(end), ...high.map(end), base], least = Math.min(...all), most = Math.max(...all), room = 0.1 * (most - least || Math.abs(base) || 1);
  return {
    ...common(t, chart, false), grid: { left: 8, right: 30, top: 40, bottom: 46, containLabel: true }, legend: { top: 0, textStyle: { color: t.ink } },
    xAxis: { type: "value", name: `${unit}${unit ? "; " : ""}the run itself gives ${figures(base, 4)}`, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: t.soft }, scale: true, min: least - room, max: most + room, axisLabel: { color: t.soft, showMinLabel: false, showMaxLabel: false, formatter: (v) => figures(v, 4) }, splitLine: { lineStyle: { color: t.grid } } },
    yAxis: { type: "category", inverse: true, data: names, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: t.ink, width: 330, overflow: "break" } },
    tooltip: { ...tooltipStyle(t), trigger: "item", formatter: (item) => `${names[item.dataIndex]}: ${item.seriesName}\n${figures(item.value[1], 4)} ${unit}` },
    series: [
      { ...half(low, true, t.colours[4]), markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: t.ink, type: "dashed" }, precision: 12, data: [{ xAxis: base }] } },
      half(high, false, t.colours[1]),
    ],
  };
}

function months(chart, t) {
  const { names, usd, peak } = chart.data;
  return {
    ...common(t, chart, false), grid: { left: 62, right: 62, top: 48, bottom: 30 }, legend: { top: 0, textStyle: { color: t.ink } },
    xAxis: { type: "category", data: names, axisLabel: { color: t.soft } },
    yAxis: [{ ...valueAxis(t, "million USD") }, { ...valueAxis(t, "MW"), nameTextStyle: { color: t.ink }, splitLine: { show: false } }],
    tooltip: { ...tooltipStyle(t), trigger: "axis", formatter: (items) => [items[0].name, ...items.map((item) => `${item.seriesName}  ${figures(item.value, 4)}`)].join("\n") },
    series: [{ type: "bar", name: "bill, million USD", data: usd, barMaxWidth: 34 }, { type: "scatter", name: "highest demand, MW", yAxisIndex: 1, data: peak, symbolSize: 10 }],
  };
}

// Predicted over measured times, both logarithmic, with the interval of each prediction and the line on which the two agree.
function measured_fitted(chart, t) {
  const points = chart.data.points, all = points.flatMap((p) => [p.measured, p.unseen]), least = Math.min(...all), most = Math.max(...all);
  const axis = (name) => ({
    type: "log", name, nameLocation: "middle", nameGap: 38, nameTextStyle: { color: t.ink }, min: least / 1.5, max: most * 1.5,
    axisLabel: { color: t.soft, formatter: (v) => figures(v, 2) }, splitLine: { lineStyle: { color: t.grid } },
  });
  const interval = (params, api) => {
    const low = api.coord([api.value(0), api.value(1)]), high = api.coord([api.value(0), api.value(2)]);
    return { type: "line", shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] }, style: { stroke: t.soft, lineWidth: 1 } };
  };
  return {
    ...common(t, chart, false), grid: { left: 70, right: 20, top: 40, bottom: 60 }, legend: { top: 0, textStyle: { color: t.ink }, data: ["predicted unseen", "fitted"] },
    xAxis: axis("measured, microseconds"), yAxis: axis("predicted, microseconds"),
    tooltip: { ...tooltipStyle(t), formatter: (item) => (item.dataIndex === undefined || !points[item.dataIndex] ? "" : `${points[item.dataIndex].shape}\nmeasured ${figures(points[item.dataIndex].measured, 4)}\npredicted ${figures(item.value[1], 4)}`) },
    series: [
      { type: "line", data: [[least, least], [most, most]], showSymbol: false, silent: true, lineStyle: { color: t.ink, type: "dashed", width: 1 } },
      { type: "custom", data: points.map((p) => [p.measured, p.low, p.high]), renderItem: interval, silent: true },
      { type: "scatter", name: "predicted unseen", data: points.map((p) => [p.measured, p.unseen]), symbolSize: 7, itemStyle: { color: t.colours[0] } },
      { type: "scatter", name: "fitted", data: points.map((p) => [p.measured, p.fitted]), symbolSize: 9, itemStyle: { color: "transparent", borderColor: t.colours[1], borderWidth: 1.5 } },
    ],
  };
}

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
