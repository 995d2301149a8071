// Charts of plans and choices: phases over stranded capacity, cost as a staircase, options and points on a plane.
const PHASE_COLOURS = { energised: 7, "burn-in": 1, "racks come up": 0 };

// Diagonal lines in a colour, for areas that must not be told by colour alone.
function hatch(colour) {
  const image = document.createElement("canvas");
  image.width = image.height = 8;
  const pen = image.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  for (const shift of [-8, 0, 8]) { pen.beginPath(); pen.moveTo(shift, 8); pen.lineTo(shift + 8, 0); pen.stroke(); }
  return { image, repeat: "repeat" };
}

const dayOf = (text) => Date.UTC(...text.split("-").map((part, i) => Number(part) - (i === 1 ? 1 : 0)));
const shortDate = (time) => { const d = new Date(time); return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()].slice(0, 3)} ${d.getUTCFullYear()}`; };

// Bars by phase above, design power, energised import and what is stranded below, on one axis of dates.
function gantt(chart, t, box) {
  const { rows, lines: shown } = chart.data, start = dayOf(chart.data.start), rowHeight = 30, narrow = box.clientWidth < 560, top = 40, above = rows.length * rowHeight, gap = narrow ? 104 : 70, below = 190;
  box.style.height = `${top + above + gap + below + 34}px`;
  const ends = rows.flatMap((row) => row.bars.map((bar) => dayOf(bar.to))), last = Math.max(start + 8760 * HOUR, ...ends), first = Math.min(start, ...rows.flatMap((row) => row.bars.map((bar) => dayOf(bar.from))));
  const left = narrow ? 84 : 150;
  const axis = (gridIndex, show) => ({ type: "time", gridIndex, min: first, max: last, axisLine: { lineStyle: { color: t.soft } }, splitLine: { show: true, lineStyle: { color: t.grid } }, axisTick: { show }, axisLabel: { show, color: t.soft, hideOverlap: true, formatter: { year: "{yyyy}", month: "{MMM}", day: "{d} {MMM}" } } });
  const bars = rows.flatMap((row, i) => row.bars.map((bar) => [dayOf(bar.from), dayOf(bar.to), i, bar.kind]));
  const series = Object.keys(PHASE_COLOURS).filter((kind) => bars.some((bar) => bar[3] === kind)).map((kind) => ({
    type: "custom", name: kind, xAxisIndex: 0, yAxisIndex: 0, itemStyle: { color: kind === "energised" ? t.ink : t.colours[PHASE_COLOURS[kind]] }, encode: { x: [0, 1], y: 2 }, data: bars.filter((bar) => bar[3] === kind),
    renderItem: (params, api) => {
      const from = api.coord([api.value(0), api.value(2)]), to = api.coord([api.value(1), api.value(2)]), height = 14;
      if (kind === "energised") return { type: "group", x: from[0] - 8, y: from[1] - 10, children: [{ type: "polygon", shape: { points: [[9, 0], [2, 11], [8, 11], [5, 21], [15, 8], [9, 8], [13, 0]] }, style: { fill: t.ink } }] };
      return { type: "rect", shape: { x: from[0], y: from[1] - height / 2, width: Math.max(to[0] - from[0], 3), height, r: 2 }, style: { fill: kind === "burn-in" ? hatch(t.colours[1]) : t.colours[0], stroke: t.colours[PHASE_COLOURS[kind]], lineWidth: 1 } };
    },
  }));
  const look = { arrived_rack_power: { colour: t.colours[0] }, import_capacity: { colour: t.ink, dashed: true }, stranded_rack_power: { colour: t.colours[5], area: true } };
  for (const line of shown) {
    const style = look[line.kind], values = column(line.key), data = [];
    for (let h = 0; h < values.length; h += 24) data.push([start + h * HOUR, values[h] / line.factor]);
    series.push({
      type: "line", name: line.name, xAxisIndex: 1, yAxisIndex: 1, data, step: "end", showSymbol: false, emphasis: { disabled: true }, itemStyle: { color: style.colour }, lineStyle: { width: style.dashed ? 1.5 : 2, type: style.dashed ? "dashed" : "solid" },
      ...(style.area ? { areaStyle: { color: hatch(style.colour), opacity: 0.9 } } : {}),
    });
  }
  return {
    ...common(t, chart, false), series, axisPointer: { link: [{ xAxisIndex: "all" }] },
    legend: [{ top: 0, left: 0, selectedMode: false, textStyle: { color: t.ink }, data: Object.keys(PHASE_COLOURS), icon: "rect" }, { top: top + above + 12, left: 0, selectedMode: false, textStyle: { color: t.ink }, data: shown.map((line) => line.name), icon: "rect" }],
    grid: [{ left, right: 24, top, height: above }, { left, right: 24, top: top + above + gap, height: below }],
    xAxis: [axis(0, false), axis(1, true)],
    yAxis: [
      { type: "category", gridIndex: 0, inverse: true, data: rows.map((row) => row.name), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: t.ink, width: left - 14, overflow: "truncate" } },
      { ...valueAxis(t, "MW", 1), nameTextStyle: { color: t.ink, padding: [0, 0, 0, -30] } },
    ],
    tooltip: {
      ...tooltipStyle(t), trigger: "item",
      formatter: (item) => (item.seriesType === "line" ? `${shortDate(item.value[0])}\n${item.seriesName}  ${figures(item.value[1])} MW` : `${rows[item.value[2]].name}: ${item.seriesName}\n${shortDate(item.value[0])}${item.value[1] > item.value[0] ? ` to ${shortDate(item.value[1])}` : ""}\n${rows[item.value[2]].text}${rows[item.value[2]].waits ? `\nwaits for ${rows[item.value[2]].waits}` : ""}`),
    },
  };
}

// Parts that add up, one above the other's end, and their sum; what is earned goes back towards zero.
function waterfall(chart, t, box) {
  const { names, values, unit, groups } = chart.data, narrow = box.clientWidth < 560, total = values.reduce((sum, v) => sum + v, 0);
  box.style.height = `${96 + 30 * (names.length + 1)}px`;
  let at = 0;
  const below = values.map((v) => { const from = at; at += v; return Math.min(from, at); });
  const part = (i) => ({ value: Math.abs(values[i]), signed: values[i], itemStyle: { color: values[i] < 0 ? hatch(t.colours[groups[i] % 8]) : t.colours[groups[i] % 8] } });
  const text = (item) => figures(item.data.signed ?? item.value), share = (item, digits) => figures(100 * (item.data.signed ?? item.value) / total, digits);
  return {
    ...common(t, chart, false), grid: { left: 8, right: 90, top: 8, bottom: 44, containLabel: true },
    xAxis: { type: "value", name: unit, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: t.soft }, axisLabel: { color: t.soft, hideOverlap: true }, splitLine: { lineStyle: { color: t.grid } } },
    yAxis: { type: "category", inverse: true, data: [...names, "all"], axisLabel: { color: t.ink, width: narrow ? 124 : 260, overflow: "break", lineHeight: 13, fontSize: narrow ? 11 : 12 }, axisTick: { show: false } },
    tooltip: { ...tooltipStyle(t), trigger: "item", formatter: (item) => `${item.name}\n${text(item)} ${unit}, ${share(item, 3)} %` },
    series: [
      { type: "bar", stack: "all", silent: true, itemStyle: { color: "transparent" }, data: [...below, 0] },
      { type: "bar", stack: "all", barMaxWidth: 20, data: [...values.map((_, i) => part(i)), { value: total, itemStyle: { color: t.ink } }], label: { show: true, position: "right", color: t.ink, formatter: (item) => `${text(item)} (${share(item, 2)} %)` } },
    ],
  };
}

// Points on two figures; those that no other beats in both are filled and joined.
function plane(chart, t, box) {
  const { x, y, points } = chart.data, front = points.filter((p) => p.front).sort((a, b) => a.x - b.x), shown = points.filter(isShown);
  box.style.height = "26rem";
  const axis = (side) => ({ type: "value", scale: true, name: `${side.label}${side.unit ? `, ${side.unit}` : ""} (${side.better} is better)`, nameLocation: "middle", nameTextStyle: { color: t.ink }, axisLabel: { color: t.soft, hideOverlap: true, formatter: (v) => v.toLocaleString("en", { maximumFractionDigits: 6 }) }, splitLine: { lineStyle: { color: t.grid } } });
  const label = (p) => (p.letter ? { show: true, position: "top", color: t.ink, fontWeight: "bold", formatter: p.letter } : { show: false });
  const item = (p) => ({ value: [p.x, p.y], name: p.name, label: label(p), itemStyle: p.front ? { color: t.colours[(p.option ?? 0) % 8] } : { color: "transparent", borderColor: t.soft, borderWidth: 1.5 } });
  return {
    ...common(t, chart, false), grid: { left: 76, right: 40, top: 28, bottom: 54 }, xAxis: { ...axis(x), nameGap: 32 }, yAxis: { ...axis(y), nameGap: 56 },
    tooltip: { ...tooltipStyle(t), trigger: "item", formatter: (i) => (i.seriesType === "line" ? "" : `${i.name}\n${x.label}  ${figures(i.value[0], 4)} ${x.unit}\n${y.label}  ${figures(i.value[1], 4)} ${y.unit}`) },
    series: [
      { type: "line", silent: true, showSymbol: false, data: front.filter(isShown).map((p) => [p.x, p.y]), lineStyle: { color: t.soft, width: 1, type: "dashed" } },
      { type: "scatter", symbolSize: points.length > 60 ? 8 : 13, data: shown.map(item) },
    ],
  };
}
