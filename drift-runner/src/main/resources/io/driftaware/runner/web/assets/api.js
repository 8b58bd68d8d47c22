// Asks the monitor. A token that was typed lives in this variable and nowhere else.

let token = '';

export const hasToken = () => token !== '';
export const knownToken = () => token;
export function setToken(typed) {
  token = typed;
}

export class Failure extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

const LIMIT_MILLIS = 20000;

async function ask(path, options, again) {
  const headers = { Accept: 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  let response;
  let body;
  try {
    response = await fetch(path, { ...options, headers, cache: 'no-store', signal: AbortSignal.timeout(LIMIT_MILLIS) });
    body = await response.json().catch(() => null);
  } catch (failure) {
    throw new Failure(failure.name === 'TimeoutError' ? 'the monitor does not answer' : 'the monitor cannot be reached', 0);
  }
  if (response.status === 503 && response.headers.get('Retry-After') === '2' && again > 0) {
    await new Promise((done) => setTimeout(done, 700));
    return ask(path, options, again - 1);
  }
  if (!response.ok) {
    throw new Failure((body && body.error) || `the monitor answers ${response.status}`, response.status);
  }
  return body;
}

export const get = (path) => ask(`/api/v1/${path}`, {}, 4);
export const post = (path) => ask(`/api/v1/${path}`, { method: 'POST' }, 0);
