// The page: asks, puts together, and asks again.

import { get, hasToken, post } from './api.js';
import { acceptStretch, showBaselines } from './baselines.js';
import { dialog } from './dialog.js';
import { byId, chip, h, put } from './dom.js';
import { showEpisodes, showMonitor, story } from './episodes.js';
import { ago, count, list, quantity, span } from './format.js';
import { forget, showStream } from './stream.js';

const EVERY_MILLIS = 30000;
const ORDER = ['DRIFT', 'WARN', 'STALE', 'OK', 'LEARNING', 'INSUFFICIENT'];

let overview = null;
let pages = [];
let lasting = [];
let baselines = null;
const more = {};
let announced = '';

function selected() {
  const named = location.hash.slice(1);
  if (overview.streams.some((one) => one.stream === named)) return named;
  // What is beyond its limit comes before what is not.
  const gravity = (one) => ORDER.indexOf(one.verdict) - (one.unproven ? 0.5 : 0);
  const worst = [...overview.streams].sort((a, b) => gravity(a) - gravity(b))[0];
  return worst ? worst.stream : '';
}

function titles(verdict) {
  return overview.streams.filter((one) => one.verdict === verdict).map((one) => one.title.toLowerCase());
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The state of everything in one sentence, and what should be known beside it. */
function sentence() {
  const drifted = overview.streams.filter((one) => one.episode || one.verdict === 'DRIFT').map((one) => one.title.toLowerCase());
  const compared = overview.streams.filter((one) => ['OK', 'WARN', 'DRIFT'].includes(one.verdict)).length;
  const failed = overview.streams.filter((one) => one.failed).map((one) => one.title.toLowerCase());
  const lacking = overview.streams.length - compared - titles('STALE').length - failed.length;
  const rest = `${compared} of ${overview.streams.length} streams are compared${lacking ? `, ${lacking} lack data` : ''}${failed.length ? `, ${failed.length} could not be read (${list(failed)})` : ''}.`;
  if (!overview.checked_at) return ['No check has been made yet.', 'The monitor checks soon after its start; this page follows by itself.'];
  if (overview.overdue) {
    return [`The last check was ${ago(overview.checked_at, overview.generated_at)}.`, `There should be one every ${span(overview.monitor.check_interval_seconds)}: whether anything drifts now is not known. `
      + `${drifted.length ? `Then ${list(drifted)} drifted.` : 'Then no drift was found.'} ${rest}`];
  }
  if (drifted.length) return [`${capital(list(drifted))} ${drifted.length > 1 || drifted[0].endsWith('s') ? 'have' : 'has'} drifted.`, rest];
  if (titles('WARN').length) return [`${capital(list(titles('WARN')))}: a drift is possible, and not proven.`, rest];
  if (titles('STALE').length) return [`No new rows: ${list(titles('STALE'))}.`, `What does not arrive cannot be watched. ${rest}`];
  if (failed.length) return [`${capital(list(failed))} could not be read.`, `What is not read cannot be watched. ${rest}`];
  if (compared === 0) {
    return ['Too little data to judge yet.', titles('LEARNING').length
      ? 'The monitor is learning what is usual. Each stream says below what it lacks.' : 'Each stream says below what it lacks.'];
  }
  const unproven = overview.streams.filter((one) => one.unproven).map((one) => one.title.toLowerCase());
  return ['No drift.', unproven.length ? `${rest} Beyond the limit, unproven: ${list(unproven)}.` : rest];
}

function streamButton(stream, chosen) {
  const line = stream.headline;
  const strongest = Math.max(0, ...stream.evidence.map((one) => one.ratio));
  const lacks = stream.missing;
  return h('li', {}, h('a', {
    href: `#${stream.stream}`, class: `stream ${stream.verdict.toLowerCase()}`, 'aria-current': stream.stream === chosen ? 'true' : null, 'data-key': `stream-${stream.stream}`,
  },
  h('span', { class: 'stream-name' }, stream.title, ' ', chip(stream.verdict, stream.unproven)),
  line ? h('span', { class: 'stream-value' }, h('b', {}, quantity(line.value, line.unit)),
    h('small', {}, ` ${line.label}${line.before === null ? '' : `, before ${quantity(line.before, line.unit)}`}`)) : null,
  lacks ? h('span', { class: 'stream-value' }, h('b', {}, `${count(lacks.have)} of ${count(lacks.needed)}`), h('small', {}, ' rows that are needed')) : null,
  lacks ? h('span', { class: 'gauge learning' }, h('meter', { min: 0, max: lacks.needed, value: Math.min(lacks.have, lacks.needed), 'aria-label': 'rows so far' })) : null,
  stream.episode ? h('small', { class: 'proven' }, `proven ${ago(stream.episode.opened_at, overview.generated_at)}`)
    : line && stream.evidence.length ? h('span', { class: 'gauge', title: 'evidence against what an alarm needs' },
      h('meter', { min: 0, max: 1, value: Math.min(1, strongest), 'aria-label': 'evidence against what an alarm needs' }), h('small', {}, ` evidence ${strongest.toFixed(2)} of 1`)) : null));
}

function draw() {
  const [head, below] = sentence();
  byId('verdict').textContent = head;
  document.title = `${head.replace(/\.$/, '')} – Drift-Aware`;
  document.body.dataset.verdict = overview.overdue ? 'stale' : (overview.verdict || 'none').toLowerCase();
  put(byId('summary'), below, overview.texts === 'withheld' ? ' Texts and names are withheld from here.' : '');
  byId('checked').classList.toggle('late', overview.overdue);
  byId('checked').textContent = overview.checked_at ? `checked ${ago(overview.checked_at, overview.generated_at)}` : '';
  const monitor = overview.monitor;
  const troubled = monitor.ready ? monitor.failed_streams.length > 0 : monitor.state !== 'starting';
  byId('problem').hidden = !troubled && !overview.overdue;
  put(byId('problem'), troubled
    ? [h('b', {}, `The monitor is ${monitor.state}. `), monitor.last_error || list(monitor.failed_streams) || 'Its last check is too long ago.']
    : [h('b', {}, 'The checks have stopped. '), monitor.role === 'follower' ? 'This monitor follows; the one that leads has made no check since.' : 'See the log of the monitor.']);
  const chosen = selected();
  document.body.dataset.stream = chosen;
  put(byId('streams'), h('h2', { class: 'hidden' }, 'Streams'), overview.streams.length
    ? h('ul', {}, overview.streams.map((stream) => streamButton(stream, chosen)))
    : h('p', { class: 'empty' }, 'The streams appear with the first check.'));
  const order = overview.streams.map((one) => one.stream);
  put(byId('open-episodes'), [...lasting].sort((a, b) => order.indexOf(a.stream) - order.indexOf(b.stream)).map((episode) => story(episode,
    overview.streams.find((one) => one.stream === episode.stream), more[episode.stream] || {}, overview, ask, show, baselines && baselines.accepting ? accept : null)));
  showEpisodes(byId('episodes'), pages, overview, ask, older, show);
  if (baselines) showBaselines(byId('baselines'), baselines, accept, lookAgain);
  showMonitor(byId('monitor'), overview);
  byId('episodes').hidden = !overview.checked_at;
  byId('baselines').hidden = !baselines || !overview.checked_at;
  byId('monitor').hidden = false;
  byId('stream').hidden = !chosen;
  byId('unlock').hidden = hasToken() && overview.texts === 'shown';
  if (announced !== head) {
    if (announced) byId('announce').textContent = head;
    announced = head;
  }
}

function show(stream) {
  if (location.hash === `#${stream}`) byId('stream').scrollIntoView();
  location.hash = stream;
  byId('stream').scrollIntoView();
}

async function older() {
  pages.push(await get(`episodes?limit=20&before=${pages[pages.length - 1].next}`));
  draw();
}

function trouble(failure) {
  const first = overview === null;
  byId('problem').hidden = false;
  put(byId('problem'), h('b', {}, first ? 'Nothing can be shown: ' : 'This is not up to date: '), failure.message, '. ',
    failure.status === 401 ? 'Enter another token.' : 'It is tried again every half minute.');
  if (first) {
    byId('verdict').textContent = failure.status === 0 ? 'The monitor cannot be reached.' : 'The monitor’s data cannot be read.';
    document.title = 'Out of order – Drift-Aware';
    document.body.dataset.verdict = 'broken';
    byId('summary').textContent = 'Whether anything drifts is not known from here.';
    put(byId('streams'));
  }
}

/** Queries behind what drifted. */
async function lookDeeper() {
  const open = overview.streams.filter((one) => one.episode && !(one.stream in more));
  await Promise.all(open.map(async (one) => {
    more[one.stream] = { examples: await get(`streams/${one.stream}/examples`).catch(() => null) };
  }));
  if (open.length) draw();
}

/** As many pages of episodes as are shown, with what their actions have come to since. */
async function pagesAsShown(anew) {
  const fresh = [];
  for (let i = 0; i < Math.max(1, pages.length); i++) {
    const before = i === 0 ? '' : `&before=${fresh[i - 1].next}`;
    fresh.push(await get(`episodes?limit=20${before}${anew}`));
    if (fresh[i].next === null) break;
  }
  return fresh;
}

/** @param {boolean} anew whether answers that others were given a moment ago are too old */
async function refresh(anew = false) {
  try {
    const fresh = await get('overview');
    const changed = overview === null || fresh.checked_at !== overview.checked_at || fresh.texts !== overview.texts;
    if (changed && overview !== null) for (const stream of Object.keys(more)) delete more[stream];
    overview = fresh;
    const now = anew ? `&n=${Date.now()}` : '';
    const [all, open, learned] = await Promise.all([
      pagesAsShown(now), get(`episodes?open=true&limit=100${now}`), get(`baselines?limit=100${now}`)]);
    [pages, lasting, baselines] = [all, open.episodes, learned];
    draw();
    await Promise.all([showStream(byId('stream'), overview, selected()), lookDeeper()]);
  } catch (failure) {
    if (!('status' in failure)) throw failure;
    trouble(failure);
  }
  document.body.dataset.ready = 'yes';
  performance.mark('ready');
}

function lookAgain() {
  return refresh(true);
}

function ask(step, action) {
  dialog(`${capital(step)} action ${action.id}`, h('p', {}, `${action.action} (${action.kind}), asked for by an episode. ${step === 'approve' ? 'It then runs once.' : 'It then never runs.'}`),
    capital(step), async () => {
      await post(`actions/${action.id}/${step}`);
      await lookAgain();
    });
}

/** The episode of a stream that is not over. */
function lastingOf(stream) {
  return lasting.find((one) => one.stream === stream && one.segment === '');
}

function accept(stream) {
  acceptStretch(stream, overview, lastingOf, lookAgain);
}

byId('unlock').addEventListener('click', () => dialog('Enter a token', h('p', {}, 'The read token (DRIFT_READ_TOKEN) shows texts and names; the one for decisions (DRIFT_API_TOKEN) approves, rejects and accepts.'), 'Use it', async () => {
  forget();
  await get('overview');
  await refresh();
}));
window.addEventListener('hashchange', () => {
  if (!overview) return;
  draw();
  showStream(byId('stream'), overview, selected());
});
document.addEventListener('range', () => showStream(byId('stream'), overview, selected()));
let resized = 0;
window.addEventListener('resize', () => {
  clearTimeout(resized);
  resized = setTimeout(() => overview && showStream(byId('stream'), overview, selected()), 150);
});
byId('zone').textContent = `Times are in ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`;
refresh();
setInterval(() => {
  if (!document.hidden) refresh();
}, EVERY_MILLIS);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && overview) refresh();
});
