// Baselines: what recent rows are compared with, and the decision to compare with others.

import { get, post } from './api.js';
import { dialog } from './dialog.js';
import { h, put, table } from './dom.js';
import { count, title, when } from './format.js';

const DAYS = [1, 3, 7, 14, 30];
const USUAL_DAYS = 7;

/** A request waits for fifteen seconds; the work goes on. */
const MOST_REQUESTS = 20;

const rowsOf = (one) => `${count(one.rows)} rows from ${when(one.from)} to ${when(one.to)}`;

/** What a flag is held against besides its baseline. */
const LIMITS = { refusals: 'REFUSAL_RATE_THRESHOLD', toxicity: 'TOXICITY_RATE_THRESHOLD' };

function effects(stream, replaces, closes) {
  return h('ul', { class: 'effects' },
    h('li', {}, replaces ? `Baseline ${replaces.id} (${rowsOf(replaces)}) is retired. It can be put into use again.` : 'Nothing is in use yet.'),
    h('li', {}, closes ? `Episode ${closes.id}, proven ${when(closes.opened_at)}, is closed as accepted.` : 'No episode of it is open.'),
    h('li', {}, 'Its evidence begins anew. The next check compares with the new one.'),
    stream in LIMITS ? h('li', {}, `Its limit stays as it is set (${LIMITS[stream]}): a rate above it is an alarm whatever the baseline has.`) : null);
}

function meaning(proposal) {
  if (proposal.obstacle) return h('p', { class: 'note error' }, `This cannot be done: ${proposal.obstacle}.`);
  const drawn = proposal.most !== null && proposal.rows >= proposal.most ? `${count(proposal.most)} rows, drawn from all` : `${count(proposal.rows)} rows`;
  return [h('p', {}, h('b', {}, `${drawn} of ${title(proposal.stream).toLowerCase()}`), ` from ${when(proposal.from)} to ${when(proposal.to)} become what recent rows are compared with.`),
    effects(proposal.stream, proposal.replaces, proposal.closes)];
}

/** Asks until it is done: the same request is not carried out twice. */
async function accepted(path, changed) {
  let answer = await post(path);
  let requests = 1;
  for (; answer.state === 'working' && requests < MOST_REQUESTS; requests++) answer = await post(path);
  // Who had to ask again may be told of a baseline that the work of the first request put into use.
  const before = answer.already && requests === 1;
  await changed();
  if (answer.state === 'working') return h('p', {}, 'It still goes on. The list of baselines shows it once it is done; if it fails, the log of the monitor says why.');
  return [
    h('p', {}, h('b', {}, `Baseline ${answer.id} of ${title(answer.stream).toLowerCase()} is in use${before ? ' already' : ' now'}`), `: ${rowsOf(answer)}.`),
    before ? h('p', {}, 'Nothing was changed.') : h('p', {}, answer.retired === null ? '' : `Baseline ${answer.retired} is retired. `,
      answer.closed === null ? '' : `Episode ${answer.closed} is closed. `, 'The next check compares with it.')];
}

/**
 * Asks what a decision would mean; while that is not known, the decision is held back. Of several questions the last one counts.
 *
 * @param shown shows the answer, and says whether it can be decided
 */
function asking(about, question, shown) {
  let asked = 0;
  return async (hold) => {
    const own = ++asked;
    hold(true);
    try {
      const found = await question();
      if (own === asked) hold(!shown(found));
    } catch (failure) {
      if (own === asked) put(about, h('p', { class: 'note error' }, `What it would mean cannot be said: ${failure.message}.`));
    }
  };
}

/** Where somebody else was quicker, it is looked at again what it means now. */
async function decided(step, look) {
  try {
    return await step();
  } catch (failure) {
    if (failure.status === 409) look();
    throw failure;
  }
}

/**
 * Makes a stretch of time the new normal.
 *
 * @param stream chosen at first
 * @param lastingOf for a stream: the episode that is not over
 * @param changed what is shown is to be asked for anew
 */
export function acceptStretch(stream, overview, lastingOf, changed) {
  const to = overview.generated_at;
  let proposal = null;
  const about = h('div', { class: 'meaning', role: 'status' });
  const choice = h('select', { id: 'accept-stream', onchange: () => { stretches(); look(hold); } },
    overview.streams.map((one) => h('option', { value: one.stream, selected: one.stream === stream }, one.title)));
  const length = h('select', { id: 'accept-stretch', onchange: () => look(hold) });
  function stretches() {
    const lasting = lastingOf(choice.value);
    const start = lasting ? lasting.began_about : null;
    length.replaceChildren(...(start ? [h('option', { value: start }, `since it began, about ${when(start)}`)] : []),
      ...DAYS.map((days) => h('option', { value: new Date(new Date(to) - days * 86400000).toISOString(), selected: !start && days === USUAL_DAYS },
        days === 1 ? 'the last day' : `the last ${days} days`)));
  }
  const path = () => `stream=${choice.value}&from=${length.value}&to=${to}`;
  stretches();
  const look = asking(about, () => get(`streams/${choice.value}/proposal?from=${length.value}&to=${to}&n=${Date.now()}`), (found) => {
    proposal = found;
    put(about, meaning(found));
    return found.obstacle === null;
  });
  const hold = dialog('Make a stretch of time the new normal', [
    h('label', { for: 'accept-stream' }, 'Stream'), choice, h('label', { for: 'accept-stretch' }, 'Its rows of'), length, about], 'Make it the new normal',
  () => decided(() => accepted(`baselines/accept?${path()}&replaces=${proposal.replaces ? proposal.replaces.id : 'none'}`, changed), () => look(hold)));
  look(hold);
}

/** Puts one that there is into use. */
function acceptOne(one, changed) {
  let replaces = null;
  const about = h('div', { class: 'meaning', role: 'status' });
  const look = asking(about, async () => {
    const n = Date.now();
    const [page, open] = await Promise.all([get(`baselines?limit=1&n=${n}`), get(`episodes?open=true&limit=100&n=${n}`)]);
    return { replaces: page.in_use.find((other) => other.stream === one.stream && other.space === one.space) || null,
      closes: open.episodes.find((episode) => episode.stream === one.stream && episode.segment === '') };
  }, (found) => {
    replaces = found.replaces;
    if (replaces && replaces.id === one.id) {
      put(about, h('p', { class: 'note' }, 'It is in use already.'));
      changed();
      return false;
    }
    put(about, effects(one.stream, replaces, found.closes));
    return true;
  });
  const hold = dialog(`Put baseline ${one.id} into use`, [
    h('p', {}, h('b', {}, `${count(one.rows)} rows of ${title(one.stream).toLowerCase()}`), ` from ${when(one.from)} to ${when(one.to)} become what recent rows are compared with.`),
    about], 'Put it into use',
  () => decided(() => accepted(`baselines/${one.id}/accept?replaces=${replaces ? replaces.id : 'none'}`, changed), () => look(hold)));
  look(hold);
}

/**
 * What recent rows are compared with.
 *
 * @param accept makes a stretch of a stream the new normal
 */
export function showBaselines(parent, page, accept, changed) {
  const step = (one) => (one.state === 'in use' ? '–' : h('button', { type: 'button', class: 'quiet', 'data-key': `use-${one.id}`,
    onclick: () => acceptOne(one, changed) }, one.state === 'retired' ? 'Use again' : 'Use', h('span', { class: 'hidden' }, ` baseline ${one.id} of ${title(one.stream).toLowerCase()}`)));
  // What is in use is shown however many came after it.
  const least = page.baselines.length ? page.baselines[page.baselines.length - 1].id : 0;
  const shown = page.baselines.concat(page.in_use.filter((one) => one.id < least));
  put(parent,
    h('h2', { id: 'baselines-title' }, 'Baselines'),
    h('p', { class: 'sub' }, 'What recent rows are compared with; learned by itself, then frozen.'),
    shown.length ? table('Baselines', ['#number', 'stream', 'state', '#rows', 'from', 'to', 'model'].concat(page.accepting ? ['decide'] : []), shown.map((one) =>
      [String(one.id), title(one.stream), one.state, count(one.rows), when(one.from), when(one.to), one.space || '–'].concat(page.accepting ? [step(one)] : []))) : h('p', { class: 'empty' }, 'None has been learned yet.'),
    page.next === null ? null : h('p', { class: 'note' }, 'The others before are listed by ', h('code', {}, 'baseline list'), '.'),
    page.accepting ? h('p', { class: 'decide' }, 'If what is new is here to stay: ',
      h('button', { type: 'button', 'data-key': 'new-normal', onclick: () => accept(document.body.dataset.stream) }, 'Make it the new normal …')) : null,
    page.baselines.length && !page.accepting ? h('p', { class: 'note' }, 'If what is new is here to stay, make it the new normal with a command of the monitor’s program: ',
      h('code', {}, 'baseline accept --stream NAME'), '. With DRIFT_API_TOKEN set there is a button for it here.') : null);
}
