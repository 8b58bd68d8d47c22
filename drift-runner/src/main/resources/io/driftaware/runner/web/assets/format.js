// Numbers and times in words that a person reads at a glance.

const whole = new Intl.NumberFormat('en');
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false });

export const count = (number) => whole.format(number);

export function share(value) {
  const percent = 100 * value;
  if (percent === 0) return '0\u00a0%';
  const digits = Math.abs(percent) < 0.1 ? 2 : Math.abs(percent) < 99.95 ? 1 : 0;
  return `${percent.toFixed(digits)}\u00a0%`;
}

export function quantity(value, unit) {
  if (value === null || value === undefined) return '–';
  if (unit === 'share') return share(value);
  return value.toFixed(unit === 'distance' ? 4 : 3);
}

/** A difference of two shares. */
export const points = (value) => `${(100 * value).toFixed(Math.abs(value) < 0.001 ? 2 : 1)}\u00a0points`;

export function when(text) {
  if (!text) return '–';
  const at = new Date(text);
  const year = at.getFullYear() === new Date().getFullYear() ? day : dayAndYear;
  return `${year.format(at)} ${clock.format(at)}`;
}

export const date = (at) => day.format(at);
export const hour = (at) => clock.format(at);

export function ago(text, now) {
  if (!text) return 'never';
  const seconds = Math.max(0, (new Date(now) - new Date(text)) / 1000);
  if (seconds < 90) return 'just now';
  return `${span(seconds)} ago`;
}

const QUARTER_SECONDS = 900;

/** When a stream last had a row: where the second is not known, the stretch that its quarter of an hour allows. */
export function lastRow(stream, now) {
  const seconds = Math.max(0, (new Date(now) - new Date(stream.last_row)) / 1000);
  // Told in hours, a quarter of one makes no difference.
  if (stream.newest_row || !stream.last_row || seconds < 90 || seconds > 3 * 3600) return ago(stream.newest_row || stream.last_row, now);
  const most = `${Math.round(seconds / 60)} minutes ago`;
  return seconds < QUARTER_SECONDS + 90 ? `at most ${most}` : `${Math.round((seconds - QUARTER_SECONDS) / 60)} to ${most}`;
}

export function span(seconds) {
  const steps = [[86400 * 365.25, 'year'], [86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']];
  for (const [length, name] of steps) {
    const number = Math.round(seconds / length);
    if (seconds >= 1.5 * length || (name === 'second')) {
      return number === 1 ? `1 ${name}` : `${count(number)} ${name}s`;
    }
  }
  return '';
}

/** How rarely chance alone would bring as much. */
export function rarely(days) {
  if (days === null || days > 3.65e8) return 'once in over a million years';
  const years = days / 365.25;
  if (years >= 2) return `once in ${count(Number(years.toPrecision(2)))} years`;
  return `once in ${count(Math.round(days))} days`;
}

const HYPOTHESES = {
  limit: 'above its limit',
  baseline: 'worse than the baseline',
  novelty: 'more novel rows',
  window: 'a whole day differs',
};
const FLAGS = new Set(['refusals', 'toxicity']);
const EMBEDDINGS = new Set(['query_embeddings', 'document_embeddings', 'response_embeddings']);

/** What a sequence of evidence speaks for: the day of a rate is held against its limit, of embeddings against the baseline's rows. */
export function hypothesis(name, stream) {
  if (name === 'window' && FLAGS.has(stream)) return 'above its limit, over a whole day';
  if (name === 'window' && !EMBEDDINGS.has(stream)) return 'worse than the baseline, over a whole day';
  return HYPOTHESES[name] || name;
}

const TITLES = {
  query_embeddings: 'Queries', document_embeddings: 'Documents', response_embeddings: 'Answers',
  refusals: 'Refusals', toxicity: 'Toxicity', feedback: 'Feedback', coverage: 'Coverage',
};
export const title = (stream) => TITLES[stream] || stream;

export function list(words) {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
