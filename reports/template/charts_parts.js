// Charts of parts and choices: flows of energy, bars, stacks, what moves a figure, months, measured against predicted.

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
