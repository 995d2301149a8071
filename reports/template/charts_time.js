// Charts on the axis of a year: panels of lines, load duration, hours as coloured cells, bands.

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
      top: y - 12, right: 24, left: isPaper() ? 150 : 190, align: "left", type: isPaper() ? "plain" : "scroll", textStyle: { color: t.ink, fontSize: isPaper() ? 10 : 12 }, itemGap: isPaper() ? 7 : 10, icon: "path://M0,6h24v4h-24z", itemHeight: isPaper() ? 10 : 16, padding: isPaper() ? 0 : 4, pageTextStyle: { color: t.ink },
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

// Median and P10 to P90 of each day, panels one above the other.
function fan(chart, t, box) {
  const panels = chart.data.panels, panelHeight = isPaper() ? 90 : 130, gap = isPaper() ? 50 : 62, top = 34, days = panels[0].p50.map((_, d) => YEAR_START + (24 * d + 12) * HOUR);
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
