"use strict";
// Draws the charts of the page: uPlot over the data in #charts, in the colours of the style sheet.
(() => {
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const frames = [...document.querySelectorAll("[data-chart]")];
  const height = 240;
  const colours = 6;
  const dashes = [undefined, [8, 4], [2, 3]];
  const fewPoints = 40;
  let plots = [];

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
  const tiny = (y) => y !== 0 && (Math.abs(y) < 1e-3 || Math.abs(y) >= 1e6);
  const show = {
    PERCENT: (y) => plain.format(100 * y) + "\u202f%",
    WHOLE: (y) => plain.format(y),
    NUMBER: (y) => (tiny(y) ? y.toExponential(2) : plain.format(y)),
  };

  function options(chart, width) {
    const format = (y) => (y == null ? "" : show[chart.format](y));
    const axis = {
      stroke: css("--quiet"),
      font: "12px system-ui, sans-serif",
      grid: { stroke: css("--line"), width: 1 },
      ticks: { show: false },
    };
    return {
      width,
      height,
      scales: { x: { time: false } },
      cursor: { points: { size: 7 } },
      legend: { markers: { width: 0, fill: (_, i) => css("--curve-" + ((i - 1) % colours)) } },
      axes: [
        { ...axis, label: chart.x, labelFont: axis.font, size: 34, labelSize: 20, labelGap: 0, grid: { show: false } },
        { ...axis, size: 64, values: (_, ticks) => ticks.map(format) },
      ],
      series: [
        { label: chart.x, value: (_, x) => (x == null ? "" : plain.format(x)) },
        ...chart.names.map((label, i) => ({
          label,
          stroke: css("--curve-" + (i % colours)),
          dash: dashes[Math.floor(i / colours) % dashes.length],
          width: 2,
          spanGaps: true,
          points: { show: chart.data[0].length <= fewPoints, size: 5, fill: css("--paper") },
          value: (_, y) => format(y),
        })),
      ],
    };
  }

  function draw() {
    plots.forEach((plot) => plot.destroy());
    plots = frames.map((frame) => {
      const chart = charts[frame.dataset.chart];
      return new uPlot(options(chart, frame.clientWidth), chart.data, frame);
    });
  }

  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("resize", () =>
    plots.forEach((plot, i) => plot.setSize({ width: frames[i].clientWidth, height })),
  );
})();
