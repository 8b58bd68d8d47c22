// Episodes: the ones that last as a story, all of them as a table, and what they set off.

import { chip, details, h, put, table } from './dom.js';
import { driftedParts } from './stream.js';
import { ago, count, hypothesis, list, points, quantity, rarely, share, span, title, when } from './format.js';

const STATES = {
  PROPOSED: 'about to run', AWAITING_APPROVAL: 'waits for approval', APPROVED: 'approved', DISPATCHED: 'sent',
  RUNNING: 'running', SUCCEEDED: 'done', FAILED: 'failed', TIMED_OUT: 'took too long', SUPPRESSED: 'kept back',
  UNKNOWN: 'outcome unknown',
};

const OUTCOMES = {
  VERIFIED: ', and the drift ended after it', INEFFECTIVE: ', but the drift lasted beyond the time that it may take',
  UNCLEAR: ', but whether it helped is not known',
};

const KINDS = { reindex: 're-indexing', retrain: 'retraining', notify: 'notice' };

/** The action log does nothing but say so. */
const DUE = { reindex: 're-indexing is due', retrain: 'retraining is due', notify: 'somebody should look' };

/** A value of an episode with what it was held against, in the quantity that it was judged in; nothing where that is not known. */
export function measured(episode, value = episode.opened_value) {
  if (value === null || episode.threshold === null) return '';
  const limit = quantity(episode.threshold, episode.unit);
  switch (episode.measure) {
    case 'rate': return `${quantity(value, episode.unit)} against a limit of ${limit}`;
    case 'rise': return `${points(value)} more than in the baseline, acts from ${points(episode.threshold)}`;
    case 'drop': return `${quantity(value, episode.unit)} less than in the baseline, acts from ${limit}`;
    case 'drifted_share': return `at least ${quantity(value, episode.unit)} not as before, acts from ${limit}`;
    case 'distance': return `cosine distance ${quantity(value, episode.unit)}, acts from ${limit}`;
    default: return '';
  }
}

function actionLine(action, ask) {
  if (action.action === 'log' && action.state === 'SUCCEEDED') {
    return h('li', { class: 'action' }, `logged that ${DUE[action.kind] || action.kind}, ${when(action.updated_at)}`);
  }
  return h('li', { class: `action ${action.state.toLowerCase()}` }, `${action.action}, for ${KINDS[action.kind] || action.kind}: `,
    h('b', {}, STATES[action.state] || action.state), `, ${when(action.updated_at)}`,
    action.detail ? `: ${action.detail}` : '',
    action.outcome ? OUTCOMES[action.outcome] || `, ${action.outcome}` : '',
    action.due && action.state !== 'SUCCEEDED' ? `, next try ${when(action.due)}` : '',
    action.state === 'AWAITING_APPROVAL' ? h('span', { class: 'buttons' },
      h('button', { type: 'button', 'data-key': `approve-${action.id}`, onclick: () => ask('approve', action) }, 'Approve'),
      h('button', { type: 'button', class: 'quiet', 'data-key': `reject-${action.id}`, onclick: () => ask('reject', action) }, 'Reject')) : null);
}

function found(stream, episode) {
  const line = stream && stream.headline;
  if (!line) return measured(episode) ? `${measured(episode)}, when it was proven` : 'what was found is told below, with the episode';
  const limit = `${line.worse === 'lower' ? 'acts at or below' : 'limit'} ${quantity(line.threshold, line.unit)}`;
  if (line.measure === 'drifted_share') {
    return [h('b', {}, `At least ${quantity(line.value, line.unit)}`), ` of ${title(episode.stream).toLowerCase()} are not as before (${limit})`];
  }
  return [h('b', {}, quantity(line.value, line.unit)), ` ${line.label} (${line.before === null ? limit : `before ${quantity(line.before, line.unit)}, ${limit}`})`];
}

/** Whose word "chance" is: of a rate within its limit, or of rows as the baseline has them. */
function howSure(proof) {
  return [proof.beyond === 'limit' ? 'a rate within its limit would look like this ' : 'rows as in the baseline would look like this ',
    h('b', {}, rarely(proof.chance_once_in_days)), ` at most (an alarm: ${rarely(proof.alarm_once_in_days)})`,
    proof.baseline_risk > 0 ? `, but for a risk of ${share(proof.baseline_risk)} that a limit learned from a baseline is wrong` : ''];
}

function firstExamples(drifted, examples) {
  if (!drifted) return (examples ? examples.queries : []).map((one) => one.text).filter((text) => text).slice(0, 3);
  return drifted.new_topics.map((topic) => topic.examples[0]).concat(drifted.clusters.map((one) => one.examples[0]))
    .filter((text) => text).slice(0, 3);
}

/**
 * Why something is an episode: what, since when, how sure, which queries, what was done.
 *
 * @param accept makes what drifted the new normal; null where nobody can
 */
export function story(episode, stream, more, overview, ask, show, accept) {
  const texts = firstExamples(episode.drifted, more.examples);
  const began = episode.began_about;
  return h('article', { class: 'story', 'aria-label': `Episode ${episode.id}, ${title(episode.stream)}` },
    h('h2', {}, h('button', { type: 'button', class: 'link', 'data-key': `story-${episode.id}`, onclick: () => show(episode.stream) }, title(episode.stream)), ' ', chip(stream ? stream.verdict : 'DRIFT')),
    h('dl', {},
      h('div', {}, h('dt', {}, 'What'), h('dd', {}, found(stream, episode))),
      h('div', {}, h('dt', {}, 'Since when'), h('dd', {}, began ? ['began about ', h('b', {}, when(began)), '; '] : null, `proven ${when(episode.opened_at)}, ${ago(episode.opened_at, overview.generated_at)}`)),
      h('div', {}, h('dt', {}, 'How sure'), h('dd', {}, episode.proof
        ? howSure(episode.proof)
        : episode.hypothesis ? 'by evidence that is no longer kept' : 'by its threshold alone')),
      texts.length ? h('div', {}, h('dt', {}, 'For example'), h('dd', {}, h('ul', { class: 'quotes' }, texts.map((text) => h('li', {}, h('q', {}, text)))))) : null,
      h('div', {}, h('dt', {}, 'Done'), h('dd', {}, episode.actions.length
        ? h('ul', { class: 'actions' }, episode.actions.map((action) => actionLine(action, ask))) : 'nothing: no action is set up (DRIFT_ACTIONS)'))),
    accept ? h('p', { class: 'decide' }, h('button', { type: 'button', class: 'quiet', 'data-key': `accept-${episode.id}`, onclick: () => accept(episode.stream) },
      'This is the new normal …', h('span', { class: 'hidden' }, ` ${title(episode.stream).toLowerCase()}`))) : null);
}

function lasted(episode, now) {
  const end = episode.closed_at || now;
  return span((new Date(end) - new Date(episode.opened_at)) / 1000);
}

/** All episodes, a page at a time. */
export function showEpisodes(parent, pages, overview, ask, more, show) {
  const all = pages.flatMap((page) => page.episodes);
  const next = pages.length ? pages[pages.length - 1].next : null;
  put(parent,
    h('h2', { id: 'episodes-title' }, 'Episodes'),
    h('p', { class: 'sub' }, 'From the proof of a drift to its end. Each sets off its actions once.'),
    all.length ? h('ul', { class: 'episode-list' }, all.map((episode) => h('li', { class: episode.closed_at ? 'closed' : 'open' },
      details(`episode-${episode.id}`,
        h('span', { class: 'episode-line' },
          h('span', { class: 'number' }, `#${episode.id}`),
          h('b', {}, title(episode.stream)),
          h('span', {}, `${when(episode.opened_at)}, ${episode.closed_at ? `lasted ${lasted(episode, overview.generated_at)}` : 'lasts'}`),
          h('span', {}, measured(episode) || '–'),
          h('span', {}, episode.actions.length ? list([...new Set(episode.actions.map((action) => `${action.action}: ${STATES[action.state] || action.state}`))]) : 'no action')),
        h('div', { class: 'episode-body' },
          h('h3', { class: 'hidden' }, `Episode ${episode.id} in full`),
          h('p', {}, episode.reason, '.'),
          episode.proof ? h('p', {}, `Shown by: ${hypothesis(episode.proof.hypothesis, episode.stream)}. `, howSure(episode.proof), `: ${episode.proof.ratio.toFixed(2)} of the evidence that an alarm needs, on the log scale.`) : null,
          episode.closed_at ? h('p', {}, `Closed ${when(episode.closed_at)}: ${episode.closed_because || 'no reason is kept'}.`) : null,
          episode.actions.length ? [h('h4', {}, 'Actions'), h('ul', { class: 'actions' }, episode.actions.map((action) => actionLine(action, ask)))] : null,
          episode.drifted ? driftedParts(episode.drifted, ` of episode ${episode.id}`) : null,
          h('p', {}, h('button', { type: 'button', class: 'quiet', 'data-key': `show-${episode.id}`, onclick: () => show(episode.stream) }, `Show ${title(episode.stream).toLowerCase()}`))))))) : h('p', { class: 'empty' }, 'There has been none.'),
    next ? h('button', { type: 'button', class: 'quiet', 'data-key': 'more', onclick: more }, 'Older ones') : null);
}

/** How the monitor itself is. */
export function showMonitor(parent, overview) {
  const monitor = overview.monitor;
  const readers = overview.readers.map((one) => [one.reader, ago(one.moved_at, overview.generated_at), when(one.moved_at)]);
  put(parent,
    h('h2', { id: 'monitor-title' }, 'The monitor itself'),
    h('dl', { class: 'figures' }, [
      ['state', monitor.state], ['role', monitor.role || '–'], ['last success', ago(monitor.last_success, overview.generated_at)],
      ['last check took', overview.took_seconds === null ? '–' : `${overview.took_seconds.toFixed(2)} s`],
      ['checks every', span(monitor.check_interval_seconds)], ['budget', `1 false alarm in ${count(monitor.false_alarm_days)} days`],
      ['decides by', monitor.detection === 'calibrated' ? 'evidence and effect' : 'thresholds alone'], ['version', monitor.version],
    ].map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value)))),
    monitor.last_error ? h('p', { class: 'problem' }, monitor.last_error) : null,
    readers.length ? details('readers', 'How far each log has been read', table('Readers', ['log', 'mark moved', 'at'], readers)) : null);
}

