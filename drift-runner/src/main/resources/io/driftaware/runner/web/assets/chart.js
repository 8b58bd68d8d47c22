// Charts as SVG: colours come from the style sheet, and each has a table with the same numbers beside it.

import { h, svg } from './dom.js';
import { count, date, hour, quantity, when } from './format.js';

const PAD = { left: 52, right: 14, top: 22, bottom: 24 };
const DAY = 86400000;

/** Round values from low to high, and how they are written: no two that differ look alike. */
export function ticks(low, high, most, unit) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const factor = unit === 'share' ? 100 : 1;
  let digits = 0;
  while (digits < 6 && Math.abs(step * factor - Number((step * factor).toFixed(digits))) > 1e-6 * step * factor) digits++;
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-6; i++) {
    found.push({ at: i * step, label: `${(i * step * factor).toFixed(digits)}${unit === 'share' ? '\u00a0%' : ''}` });
  }
  return found;
}

/** Midnights, or round hours, of the zone of whoever looks: days are not all of 24 hours. */
export function timeTicks(from, to, most) {
  const steps = [1 / 24, 0.125, 0.25, 0.5, 1, 2, 4, 7, 14, 28, 56, 91, 182];
  const step = steps.find((days) => (to - from) / (days * DAY) <= most) || 182;
  const first = new Date(from);
  const found = [];
  for (let i = 0; ; i++) {
    const tick = step < 1 ? new Date(first.getFullYear(), first.getMonth(), first.getDate(), Math.round(i * step * 24))
      : new Date(first.getFullYear(), first.getMonth(), first.getDate() + i * step);
    const at = tick.getTime();
    if (at > to) return { found, hours: step < 1 };
    if (at >= from && at !== found[found.length - 1]) found.push(at);
  }
}

/** Axes, and the two functions that place a value on them. */
function frame(name, width, height, from, to, low, high, unit, label) {
  const x = (at) => PAD.left + (width - PAD.left - PAD.right) * (at - from) / Math.max(1, to - from);
  const y = (value) => height - PAD.bottom - (height - PAD.top - PAD.bottom) * (value - low) / (high - low);
  const root = svg('svg', {
    viewBox: `0 0 ${width} ${height}`, class: 'chart', role: 'application', 'aria-roledescription': 'chart', 'aria-label': `${label}. The arrow keys read it point by point.`,
    tabindex: 0, focusable: 'true', 'data-key': `chart-${name}`,
  });
  const grid = svg('g', { class: 'grid' });
  for (const { at, label: name } of ticks(low, high, 4, unit)) {
    grid.append(svg('line', { x1: PAD.left, x2: width - PAD.right, y1: y(at), y2: y(at) }));
    grid.append(svg('text', { x: PAD.left - 8, y: y(at) + 4, 'text-anchor': 'end' }, name));
  }
  const { found, hours } = timeTicks(from, to, Math.max(2, Math.floor(width / 110)));
  for (const at of found) {
    const place = x(at);
    grid.append(svg('line', { class: 'tick', x1: place, x2: place, y1: height - PAD.bottom, y2: height - PAD.bottom + 4 }));
    if (place < width - 30) {
      const moment = new Date(at);
      const midnight = moment.getHours() === 0 && moment.getMinutes() === 0;
      grid.append(svg('text', { x: place, y: height - 6, 'text-anchor': place < PAD.left + 20 ? 'start' : 'middle' },
        hours && !midnight ? hour(moment) : date(moment)));
    }
  }
  root.append(grid);
  return { root, x, y, width, height, low, high };
}

/** A line across, and its name at the end that has fewer points. */
function level(chart, value, name, label, above, left) {
  const y = chart.y(value);
  if (!(y >= PAD.top - 6 && y <= chart.height - PAD.bottom + 1)) return [];
  const x = left ? PAD.left + 4 : chart.width - PAD.right - 4;
  return [
    svg('line', { class: name, x1: PAD.left, x2: chart.width - PAD.right, y1: y, y2: y }),
    svg('text', { class: `${name} halo`, x, y: above ? y - 5 : y + 13, 'text-anchor': left ? 'start' : 'end' }, label),
  ];
}

function emptierOnTheLeft(points, from, to) {
  const part = (to - from) * 0.15;
  return points.filter((point) => point.at < from + part).length < points.filter((point) => point.at > to - part).length;
}

/** A line through steps, broken where there were no rows. */
function path(points, x, y, gap) {
  let d = '';
  let last = null;
  for (const point of points) {
    d += `${last === null || point.at - last > gap ? 'M' : 'L'}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`;
    last = point.at;
  }
  return d;
}

function runs(points, gap) {
  const found = [];
  for (const point of points) {
    const run = found[found.length - 1];
    if (run && point.at - run[run.length - 1].at <= gap) run.push(point);
    else found.push([point]);
  }
  return found;
}

/** Marks of a pointer or of the arrow keys on the nearest point, and its numbers in words below. */
function readout(chart, points, words) {
  const line = svg('line', { class: 'cursor', y1: PAD.top, y2: chart.height - PAD.bottom, visibility: 'hidden' });
  const dot = svg('circle', { class: 'cursor-dot', r: 4, visibility: 'hidden' });
  chart.root.append(line, dot);
  const text = h('p', { class: 'readout', 'aria-live': 'polite' }, points.length ? 'Point at the chart, or use the arrow keys in it.' : '');
  let at = -1;
  const show = (index) => {
    at = Math.max(0, Math.min(points.length - 1, index));
    const point = points[at];
    const place = chart.x(point.at);
    for (const [name, value] of [['x1', place], ['x2', place], ['visibility', 'visible']]) line.setAttribute(name, value);
    dot.setAttribute('cx', place);
    dot.setAttribute('cy', Math.max(PAD.top, chart.y(point.value)));
    dot.setAttribute('visibility', 'visible');
    text.textContent = words(point);
  };
  if (points.length) {
    chart.root.addEventListener('pointermove', (event) => {
      const box = chart.root.getBoundingClientRect();
      const place = (event.clientX - box.left) * chart.width / box.width;
      let best = 0;
      points.forEach((point, i) => {
        if (Math.abs(chart.x(point.at) - place) < Math.abs(chart.x(points[best].at) - place)) best = i;
      });
      show(best);
    });
    chart.root.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10 }[event.key];
      if (step) show(at < 0 ? points.length - 1 : at + step);
      else if (event.key === 'Home') show(0);
      else if (event.key === 'End') show(points.length - 1);
      else return;
      event.preventDefault();
    });
  }
  return text;
}

function episodeMarks(chart, series, from, to) {
  const marks = [];
  for (const episode of series.episodes) {
    const start = Math.max(from, Date.parse(episode.opened_at));
    const end = episode.closed_at ? Math.min(to, Date.parse(episode.closed_at)) : to;
    const x = chart.x(start);
    marks.push(svg('rect', { class: 'episode', x, y: PAD.top, width: Math.max(2, chart.x(end) - x), height: chart.height - PAD.top - PAD.bottom },
      svg('title', {}, `Episode ${episode.id}, from ${when(episode.opened_at)}${episode.closed_at ? ` to ${when(episode.closed_at)}` : ''}`)));
    marks.push(svg('line', { class: 'episode-start', x1: x, x2: x, y1: PAD.top - 4, y2: chart.height - PAD.bottom }));
    const left = x > chart.width - 110;
    marks.push(svg('text', { class: 'episode-name halo', x: left ? x - 5 : x + 5, y: PAD.top + 6, 'text-anchor': left ? 'end' : 'start' }, `episode ${episode.id}`));
  }
  if (series.began_about) {
    const began = Date.parse(series.began_about);
    if (began >= from && began <= to) {
      const x = chart.x(began);
      const left = x > chart.width - 240;
      marks.push(svg('line', { class: 'began', x1: x, x2: x, y1: PAD.top - 4, y2: chart.height - PAD.bottom }));
      marks.push(svg('text', { class: 'began halo', x: left ? x - 5 : x + 5, y: PAD.top - 8, 'text-anchor': left ? 'end' : 'start' }, 'began about here'));
    }
  }
  return marks;
}

/** A stream over time with its band, baseline, threshold and episodes. */
export function timeChart(series, width) {
  const from = Date.parse(series.from);
  const to = Date.parse(series.to);
  const points = series.points.map((point) => ({
    ...point, start: Date.parse(point.at), at: Math.min(to, Date.parse(point.at) + point.seconds * 500),
  }));
  const gap = Math.max(...points.map((point) => point.seconds * 1000), 1) * 2.1;
  const usual = series.baseline ? series.baseline.value : null;
  const marks = [usual, series.threshold].filter((value) => value !== null);
  const values = points.map((point) => point.value);
  const lower = series.worse === 'lower';
  const tops = points.map((point) => point.high).sort((a, b) => a - b);
  const typical = tops.length ? tops[Math.floor(0.9 * (tops.length - 1))] : 0;
  let high = Math.max(...marks, ...values, Math.min(typical, 2.5 * Math.max(...values, ...marks)), 0) || 1;
  let low = 0;
  if (lower) {
    const bottoms = points.map((point) => point.low).sort((a, b) => a - b);
    low = Math.max(0, Math.min(...marks, ...values, bottoms.length ? bottoms[Math.floor(0.1 * bottoms.length)] : 0) - 0.03);
    high = Math.min(1, Math.max(high, typical) + 0.02);
  } else {
    high *= 1.12;
  }
  const last = points[points.length - 1];
  const chart = frame('time', width, width < 560 ? 230 : 270, from, to, low, high, series.unit,
    `${series.label}: ${points.length} points from ${when(series.from)} to ${when(series.to)}`
      + (last ? `, the last ${quantity(last.value, series.unit)}` : '')
      + (usual !== null ? `, usual ${quantity(usual, series.unit)}` : '')
      + (series.threshold !== null ? `, limit ${quantity(series.threshold, series.unit)}` : ''));
  const clip = (value) => Math.max(low, Math.min(high, value));
  const under = svg('g', {});
  if (series.baseline) {
    const start = Math.max(from, Date.parse(series.baseline.from));
    const end = Date.parse(series.baseline.to);
    if (end > from) {
      const x = chart.x(start);
      const wide = chart.x(end) - x;
      under.append(svg('rect', { class: 'baseline-time', x, y: PAD.top, width: wide, height: chart.height - PAD.top - PAD.bottom }));
      if (wide > 46) under.append(svg('text', { class: 'baseline-name', x: x + 5, y: PAD.top + 14 }, 'baseline'));
    }
  }
  under.append(...episodeMarks(chart, series, from, to));
  for (const run of runs(points, gap)) {
    if (run.length > 1) {
      const upper = run.map((point) => `${chart.x(point.at).toFixed(1)} ${chart.y(clip(point.high)).toFixed(1)}`);
      const below = run.map((point) => `${chart.x(point.at).toFixed(1)} ${chart.y(clip(point.low)).toFixed(1)}`).reverse();
      under.append(svg('path', { class: 'band', d: `M${upper.join('L')}L${below.join('L')}Z` }));
    } else {
      const x = chart.x(run[0].at);
      under.append(svg('line', { class: 'whisker', x1: x, x2: x, y1: chart.y(clip(run[0].low)), y2: chart.y(clip(run[0].high)) }));
    }
  }
  chart.root.append(under);
  chart.root.append(svg('path', { class: 'line', d: path(points, chart.x, (value) => chart.y(clip(value)), gap) }));
  if (points.length <= 60) {
    for (const point of points) chart.root.append(svg('circle', { class: 'dot', cx: chart.x(point.at), cy: chart.y(clip(point.value)), r: 2 }));
  }
  const left = emptierOnTheLeft(points, from, to);
  if (usual !== null) chart.root.append(...level(chart, usual, 'usual', `usual ${quantity(usual, series.unit)}`, series.threshold === null || (usual > series.threshold) !== lower ? true : lower, left));
  if (series.threshold !== null) chart.root.append(...level(chart, series.threshold, 'threshold', `limit ${quantity(series.threshold, series.unit)}`, !lower, left));
  const text = readout(chart, points, (point) =>
    `${when(new Date(point.start).toISOString())}: ${quantity(point.value, series.unit)} of ${count(point.rows)} rows, `
    + `95 % interval ${quantity(point.low, series.unit)} to ${quantity(point.high, series.unit)}`);
  return [chart.root, text];
}

/** The evidence of each sequence against the alarm. */
export function evidenceChart(series, width, names) {
  const from = Date.parse(series.from);
  const to = Date.parse(series.to);
  const lines = series.evidence.map((line) => ({
    name: line.hypothesis,
    points: line.points.map((point) => ({ at: Date.parse(point.at), value: point.ratio, alarm: point.alarm && point.ratio >= 1, name: line.hypothesis })),
  }));
  const all = lines.flatMap((line) => line.points).sort((a, b) => a.at - b.at);
  const high = Math.max(1.2, ...all.map((point) => point.value)) * 1.08;
  const chart = frame('evidence', width, 180, from, to, 0, high, 'ratio',
    `Evidence against what an alarm needs, ${lines.length} sequences; highest ${Math.max(0, ...all.map((point) => point.value)).toFixed(2)} of 1`);
  chart.root.append(...episodeMarks(chart, { ...series, began_about: null }, from, to).filter((mark) => mark.tagName === 'rect'));
  chart.root.append(...level(chart, 1, 'threshold', 'alarm', true, emptierOnTheLeft(all, from, to)));
  lines.forEach((line, i) => {
    chart.root.append(svg('path', { class: `line sequence-${i}`, d: path(line.points, chart.x, chart.y, to - from) }));
    for (const point of line.points) {
      if (line.points.length <= 40 || point.alarm) {
        chart.root.append(svg('circle', { class: point.alarm ? 'dot alarm' : `dot sequence-${i}`, cx: chart.x(point.at), cy: chart.y(point.value), r: point.alarm ? 4 : 2 }));
      }
    }
  });
  const legend = h('ul', { class: 'legend' }, lines.map((line, i) =>
    h('li', {}, svg('svg', { width: 18, height: 8, 'aria-hidden': 'true' }, svg('line', { class: `line sequence-${i}`, x1: 0, x2: 18, y1: 4, y2: 4 })), ' ', names(line.name))));
  const text = readout(chart, all, (point) =>
    `${when(new Date(point.at).toISOString())}: ${names(point.name)}, ${point.value.toFixed(2)} of what an alarm needs${point.alarm ? ': alarm, it began anew' : ''}`);
  return [legend, chart.root, text];
}

/** Baseline and recent rows in two dimensions. */
export function scatter(picture, width) {
  const height = Math.min(420, Math.max(260, width * 0.62));
  const all = [...picture.baseline, ...picture.recent.map((dot) => [dot.x, dot.y])];
  const range = (axis) => {
    const values = all.map((point) => point[axis]);
    const low = Math.min(...values);
    const high = Math.max(...values);
    const pad = (high - low) * 0.05 || 1;
    return [low - pad, high + pad];
  };
  const [x0, x1] = range(0);
  const [y0, y1] = range(1);
  const x = (value) => 8 + (width - 16) * (value - x0) / (x1 - x0);
  const y = (value) => height - 8 - (height - 16) * (value - y0) / (y1 - y0);
  const novel = picture.recent.filter((dot) => dot.novel);
  const root = svg('svg', {
    viewBox: `0 0 ${width} ${height}`, class: 'chart scatter', role: 'img',
    'aria-label': `${picture.baseline.length} rows of the baseline and the latest ${picture.recent.length} rows, ${novel.length} of them novel, in two dimensions`,
  });
  root.append(svg('rect', { class: 'plot', x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 6 }));
  for (const [px, py] of picture.baseline) root.append(svg('circle', { class: 'before', cx: x(px).toFixed(1), cy: y(py).toFixed(1), r: 2.5 }));
  for (const dot of picture.recent) {
    if (!dot.novel) root.append(svg('circle', { class: 'recent', cx: x(dot.x).toFixed(1), cy: y(dot.y).toFixed(1), r: 3 }));
  }
  const marks = novel.map((dot) => {
    const px = x(dot.x);
    const py = y(dot.y);
    return { dot, px, py, mark: svg('path', { class: 'novel', d: `M${px.toFixed(1)} ${(py - 4.6).toFixed(1)}l4.2 7.4h-8.4Z` }) };
  });
  root.append(...marks.map((one) => one.mark));
  const text = h('p', { class: 'readout' }, novel.some((dot) => dot.text) ? 'Point at a triangle to read the query.' : '');
  root.addEventListener('pointermove', (event) => {
    const box = root.getBoundingClientRect();
    const px = (event.clientX - box.left) * width / box.width;
    const py = (event.clientY - box.top) * height / box.height;
    let best = null;
    for (const one of marks) {
      const far = Math.hypot(one.px - px, one.py - py);
      if (far < 24 && (!best || far < best.far)) best = { far, one };
    }
    for (const one of marks) one.mark.classList.toggle('near', best !== null && best.one === one);
    if (best) text.textContent = best.one.dot.text || 'a novel row without a stored text';
  });
  return [root, text];
}
