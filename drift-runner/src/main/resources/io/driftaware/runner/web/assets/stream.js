// One stream: its figures, its time, its evidence, and what drifted in it.

import { get, Failure } from './api.js';
import { evidenceChart, scatter, timeChart } from './chart.js';
import { chip, details, h, put, table } from './dom.js';
import { count, hypothesis, quantity, lastRow, share, span, when } from './format.js';

const RANGES = [[7, '7 days'], [38, '38 days'], [90, '90 days'], [400, '400 days']];
const EMBEDDINGS = new Set(['query_embeddings', 'document_embeddings', 'response_embeddings']);

const BEHIND = new Set(['refusals', 'toxicity', 'feedback']);

let range = 38;
let shown = '';
let drawn = '';
const kept = {};

const lasting = (from, to) => (from && to ? ` in ${span((new Date(to) - new Date(from)) / 1000)}` : '');

/** @param at when the check was */
function figures(stream, now, at) {
  const line = stream.headline;
  const parts = [];
  if (line) {
    parts.push([line.label, quantity(line.value, line.unit), 'strong']);
    if (line.before !== null) parts.push(['in the baseline', quantity(line.before, line.unit)]);
    parts.push([`acts ${line.acts}`, quantity(line.threshold, line.unit)]);
    if (line.detectable !== null) parts.push(['least that so many rows can prove', quantity(line.detectable, line.unit)]);
  }
  if (stream.missing) {
    parts.push(['rows so far', `${count(stream.missing.have)} of ${count(stream.missing.needed)}`, 'strong']);
  }
  // One number of rows is of a day and another of a week.
  parts.push(['rows, recent', count(stream.recent_rows) + lasting(stream.recent_from, at)]);
  parts.push([stream.verdict === 'LEARNING' ? 'rows, collected so far' : 'rows, baseline',
    count(stream.baseline_rows) + (stream.baseline ? lasting(stream.baseline.from, stream.baseline.to) : '')]);
  if (stream.rejected_rows) parts.push(['rows that cannot be used', count(stream.rejected_rows)]);
  parts.push(['last row', lastRow(stream, now), 'last-row']);
  if (stream.embedding_model) parts.push(['embedding model', stream.embedding_model]);
  return h('dl', { class: 'figures' }, parts.map(([term, value, name]) =>
    h('div', { class: name }, h('dt', {}, term), h('dd', {}, value))));
}

function examples(texts) {
  if (!texts.length) return h('p', { class: 'note' }, 'Texts are withheld from here. On the monitor’s machine, or with the read token, they are shown.');
  return h('ul', { class: 'examples' }, texts.map((text) => h('li', {}, text)));
}

function bar(value, name, most) {
  return h('span', { class: 'bar', 'aria-hidden': 'true' }, h('meter', { class: name, min: 0, max: most, value, 'aria-hidden': 'true', tabindex: -1 }));
}

/** @param of which of several it is, for the names of its tables */
export function driftedParts(drifted, of = '') {
  const parts = [];
  if (drifted.new_topics.length) {
    parts.push(h('h4', {}, 'New: rows unlike the baseline that resemble each other'));
    parts.push(h('ol', { class: 'topics' }, drifted.new_topics.map((topic) =>
      h('li', {}, h('p', { class: 'topic-share' }, h('b', {}, share(topic.share)), ' of the novel rows'), examples(topic.examples)))));
  }
  if (drifted.clusters.length) {
    const most = Math.max(...drifted.clusters.flatMap((one) => [one.share, one.share_before]));
    parts.push(h('h4', {}, 'Known topics that changed'));
    parts.push(h('ul', { class: 'clusters' }, drifted.clusters.map((one) => h('li', {},
      h('div', { class: 'then-now' },
        h('span', {}, 'then'), bar(one.share_before, 'then', most), h('span', { class: 'number' }, share(one.share_before)),
        h('span', {}, 'now'), bar(one.share, one.z > 0 ? 'more' : 'less', most), h('span', { class: 'number' }, share(one.share))),
      examples(one.examples)))));
  }
  if (drifted.segments.length) {
    parts.push(h('h4', {}, 'Where it sits'));
    parts.push(table(`Segments that add to the drift${of}`, ['segment', '#share of rows', '#adds by its share', '#adds by its own rows', 'sure of it'],
      drifted.segments.map((one) => [one.segment, share(one.share), share(one.mix), share(one.within), one.named ? 'certain' : 'no'])));
  }
  if (drifted.note) parts.push(h('p', { class: 'note' }, drifted.note));
  return parts;
}

function card(title, id, ...children) {
  return h('section', { class: 'card', 'aria-labelledby': id }, h('h3', { id }, title), children);
}

function failed(failure) {
  return h('p', { class: 'note error' }, `Not to be had just now: ${failure.message}.`);
}

async function fetched(path) {
  try {
    return await get(path);
  } catch (failure) {
    if (failure instanceof Failure) return failure;
    throw failure;
  }
}

function width(parent) {
  return Math.max(300, Math.min(1100, parent.clientWidth - 34));
}

function overTime(series, parent, detection) {
  if (series instanceof Failure) return card('Over time', 'time-title', failed(series));
  const buttons = h('div', { class: 'ranges', role: 'group', 'aria-label': 'Stretch of time' }, RANGES.map(([days, name]) =>
    h('button', { type: 'button', 'aria-pressed': String(days === range), 'data-key': `range-${days}`, onclick: () => {
      range = days;
      document.dispatchEvent(new CustomEvent('range'));
    } }, name)));
  const body = series.points.length
    ? [timeChart(series, width(parent)), details('points', 'The same as a table',
      table(series.label, ['from', '#value', '#rows', '#95 % interval'], series.points.map((point) =>
        [when(point.at), quantity(point.value, series.unit), count(point.rows), `${quantity(point.low, series.unit)} to ${quantity(point.high, series.unit)}`])))]
    : [h('p', { class: 'empty' }, EMBEDDINGS.has(series.stream) && !series.baseline
      ? `Nothing to draw: embeddings are drawn against a learned baseline, and ${detection === 'threshold'
        ? 'thresholds alone decide (DRIFT_DETECTION), so that none is learned.' : 'there is none yet.'}`
      : 'No rows in this stretch of time.')];
  return card('Over time', 'time-title', h('p', { class: 'sub' }, `Share or mean of each stretch: ${series.label}. ${EMBEDDINGS.has(series.stream) && series.baseline && series.baseline.value !== null
    ? `Novel is what is farther from the baseline than nearly all of its own rows: of usual rows ${share(series.baseline.value)} are. ` : ''}The band is a 95 % interval of each stretch by itself, its rows taken as independent.`), buttons, body);
}

function evidence(series, parent, budget) {
  if (series instanceof Failure) return null;
  if (!series.evidence.length) return null;
  const rows = series.evidence.flatMap((line) => line.points.map((point) => [line.hypothesis, point]))
    .sort((a, b) => Date.parse(b[1].at) - Date.parse(a[1].at)).slice(0, 200);
  return card('Evidence against its budget', 'evidence-title',
    h('p', { class: 'sub' }, `How much speaks for a change, on a logarithmic scale: at 1 it is an alarm. The budget is one false alarm in ${count(budget)} days over everything that is watched. After an alarm it begins anew.`),
    evidenceChart(series, width(parent), (name) => hypothesis(name, series.stream)),
    details('evidence', 'The same as a table', table('Evidence', ['check', 'speaks for', '#of what an alarm needs', 'alarm'],
      rows.map(([name, point]) => [when(point.at), hypothesis(name, series.stream), point.ratio.toFixed(2), point.alarm && point.ratio >= 1 ? 'alarm' : 'no']))));
}

function picture(answer, parent) {
  if (answer instanceof Failure) return card('In two dimensions', 'picture-title', failed(answer));
  if (answer.note) return null;
  const novel = answer.recent.filter((dot) => dot.novel);
  const texts = [...new Set(novel.map((dot) => dot.text).filter((text) => text))];
  return card('In two dimensions', 'picture-title',
    h('p', { class: 'sub' }, `The latest ${count(answer.recent.length)} rows over the baseline. ${count(novel.length)} of them (${share(answer.recent.length ? novel.length / answer.recent.length : 0)}) are novel: farther from the baseline than nearly all of its own rows, of which ${share(answer.usual_novel_share)} count as novel too. The two directions show ${share(answer.explained_x + answer.explained_y)} of its variance, so what is near here may be far apart.`),
    h('ul', { class: 'legend' },
      h('li', { class: 'key-before' }, 'baseline'), h('li', { class: 'key-recent' }, 'recent, like the baseline'), h('li', { class: 'key-novel' }, 'recent and novel')),
    scatter(answer, width(parent)),
    texts.length ? details('novel', `The ${texts.length} different novel texts`, h('ul', { class: 'examples' }, texts.map((text) => h('li', {}, text)))) : null);
}

function segments(answer) {
  if (answer instanceof Failure || !answer.segments.length) return null;
  const unit = answer.label === 'mean score' ? 'score' : 'share';
  return card('Segments, last 7 days', 'segments-title',
    answer.partial ? h('p', { class: 'note' }, 'There are too many profiles: only a part of the 7 days was read.') : null,
    table('Segments', answer.label ? ['segment', '#rows', `#${answer.label}`, '#95 % interval'] : ['segment', '#rows'],
      answer.segments.map((one) => [one.segment, count(one.rows)].concat(answer.label
        ? [quantity(one.value, unit), `${quantity(one.low, unit)} to ${quantity(one.high, unit)}`] : []))));
}

function coverage(answer) {
  if (answer instanceof Failure) return card('Queries that no document is near', 'coverage-title', failed(answer));
  return card('Queries that no document is near', 'coverage-title',
    answer.note ? h('p', { class: 'note' }, `${answer.note}.`) : h('p', { class: 'sub' }, answer.edge > 0
      ? `No hit, or a best score below ${answer.edge.toFixed(2)}. Of the latest 200 such among the latest 20,000 rows, the worst covered first.` : 'The retrieval found nothing. Of the latest 200 such among the latest 20,000 rows.'),
    answer.queries.length ? table('Queries', ['query', '#times', '#best score', 'last asked'], answer.queries.map((one) =>
      [one.text || 'text withheld or not stored', count(one.times), one.score === null ? 'no hit' : one.score.toFixed(2), when(one.at)])) : null);
}

function behind(answer) {
  if (answer instanceof Failure) return card('The queries behind it', 'behind-title', failed(answer));
  if (!answer.label) return null;
  return card('The queries behind it', 'behind-title',
    h('p', { class: 'sub' }, answer.note ? `Of the last 7 days: ${answer.note}.` : `Of the last 7 days: ${answer.label}.`),
    answer.queries.length ? table('Queries', answer.stream === 'feedback' ? ['query', '#times', '#lowest score', 'answer', 'last asked'] : ['query', '#times', 'answer', 'last asked'],
      answer.queries.map((one) => [one.text || 'text withheld or not stored', count(one.times),
        ...(answer.stream === 'feedback' ? [one.score.toFixed(2)] : []), one.answer || '–', when(one.at)])) : null);
}

/** Draws what is known of a stream, and fetches the rest. */
export async function showStream(parent, overview, name) {
  const stream = overview.streams.find((one) => one.stream === name);
  if (!stream) return;
  const key = `${name} ${range} ${overview.checked_at} ${overview.texts}`;
  const draw = () => {
    const known = kept[key] || {};
    drawn = `${key} ${width(parent)}`;
    const waiting = h('div', { class: 'skeleton', 'aria-hidden': 'true' });
    put(parent,
      h('header', { class: 'stream-head' }, h('h2', { id: 'stream-title' }, stream.title), chip(stream.verdict, stream.unproven)),
      h('p', { class: 'reason' }, stream.reason),
      figures(stream, overview.generated_at, overview.checked_at),
      known.series ? overTime(known.series, parent, overview.monitor.detection) : h('div', { class: 'card' }, waiting),
      known.detail && known.detail.drifted ? card('What drifted', 'drifted-title', driftedParts(known.detail.drifted)) : null,
      known.picture ? picture(known.picture, parent) : null,
      known.coverage ? coverage(known.coverage) : null,
      known.examples ? behind(known.examples) : null,
      known.series ? evidence(known.series, parent, overview.monitor.false_alarm_days) : null,
      known.segments ? segments(known.segments) : null);
  };
  if (shown !== key || !kept[key]) {
    shown = key;
    if (!kept[key]) {
      for (const old of Object.keys(kept).slice(0, -6)) delete kept[old];
      kept[key] = {};
    }
    draw();
    const from = new Date(new Date(overview.generated_at) - range * 86400000).toISOString();
    const parts = { series: `streams/${name}/series?from=${from}`, detail: `streams/${name}`, segments: `streams/${name}/segments` };
    if (EMBEDDINGS.has(name)) parts.picture = `streams/${name}/picture`;
    if (BEHIND.has(name)) parts.examples = `streams/${name}/examples`;
    if (name === 'coverage') parts.coverage = 'coverage';
    parent.setAttribute('aria-busy', 'true');
    await Promise.all(Object.entries(parts).map(async ([part, path]) => {
      const answer = await fetched(path);
      if (!kept[key]) return;
      kept[key][part] = answer instanceof Failure && answer.status === 404 ? null : answer;
      if (answer instanceof Failure) shown = '';
      if (document.body.dataset.stream === name && key.startsWith(`${name} ${range} `)) draw();
    }));
    if (document.body.dataset.stream === name) parent.removeAttribute('aria-busy');
  } else if (drawn !== `${key} ${width(parent)}`) {
    draw();
  } else {
    // Nothing new: only time has passed. Drawn anew, a chart would lose the focus and what it was asked.
    const last = parent.querySelector('.last-row dd');
    if (last) last.textContent = lastRow(stream, overview.generated_at);
  }
}

export function forget() {
  for (const key of Object.keys(kept)) delete kept[key];
  shown = '';
}
