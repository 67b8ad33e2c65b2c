import autocannon from 'autocannon';
import { quantiles } from './numbers.mjs';

export const CONNECTIONS = 32;

/**
 * Loads a URL with autocannon, from this process.
 * @param requests one request, or several that each connection sends in sequence.
 * @param stop `{ seconds }` or `{ amount }`.
 * @returns the number of responses, the seconds they took, and quantiles of the response time; any status other than 2xx is an error.
 */
export async function httpLoad(url, requests, { seconds, amount }) {
  const times = [];
  let example = null;
  const began = performance.now();
  let answeredAt = began;
  const run = autocannon({
    url,
    connections: CONNECTIONS,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    requests: [requests].flat(),
  });
  run.on('response', (_client, _status, _bytes, milliseconds) => {
    times.push(milliseconds);
    answeredAt = performance.now();
  });
  run.on('reqError', (error) => (example ??= error));
  const result = await run;
  // This is not the end of the run: autocannon ends a run with a fixed amount at its next full second.
  const elapsed = (answeredAt - began) / 1000;
  if (result.non2xx + result.errors > 0 || times.length === 0) {
    const counts = JSON.stringify(result.statusCodeStats);
    throw new Error(`${url}: ${result.errors} errors, responses by status ${counts}`, { cause: example });
  }
  return { count: times.length, seconds: elapsed, ...quantiles(times) };
}

/** A form POST request from a client that authenticates with HTTP Basic, in autocannon's format. */
export function formPost(path, credentials, form) {
  return { method: 'POST', path, headers: formHeaders(credentials), body: new URLSearchParams(form).toString() };
}

/** Sends the same request once. Returns its JSON response. */
export async function postForm(url, credentials, form) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: formHeaders(credentials),
    body: new URLSearchParams(form),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

export function formHeaders({ clientId, clientSecret }) {
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64');
  return { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
}
