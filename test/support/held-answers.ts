import type * as Answers from './document-answers';
import { forgetSurfaces, heldSurface } from './held-surfaces';

/**
 * Part of every test file: compares every response that the test itself, the SDK or a library gets through `fetch` from a surface with an
 * OpenAPI document against that document. A failed check fails the test only after the test has ended, so that the check does not affect
 * what the test does.
 */
const checks: Promise<string | null>[] = [];
const plain = globalThis.fetch;

forgetSurfaces();

globalThis.fetch = async (input, init) => {
  const response = await plain(input, init);
  const url = input instanceof Request ? input.url : String(input);
  // If `fetch` follows redirects, the intermediate responses are not visible.
  if (heldSurface(url) !== undefined && !response.redirected) {
    checks.push(
      faultOf((init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase(), url, response),
    );
  }
  return response;
};

async function reportFaults(): Promise<void> {
  const faults = (await Promise.all(checks.splice(0))).filter((fault) => fault !== null);
  if (faults.length > 0) throw new Error(`Responses that the OpenAPI documents do not describe:\n${faults.join('\n')}`);
}

afterEach(reportFaults);
afterAll(reportFaults);

async function faultOf(method: string, url: string, response: Response): Promise<string | null> {
  const surface = heldSurface(url);
  if (surface === undefined) return null;
  const { status, headers } = response;
  const shown = `${method} ${new URL(url).pathname} ${status}`;
  const isRead = method === 'GET' || method === 'HEAD';
  if (isRead && !headers.has('cache-control')) return `${shown}: the response does not say who can cache it`;
  const type = headers.get('content-type') ?? '';
  const isEmpty = response.body === null || headers.get('content-length') === '0';
  // A body without a schema is not read, because it might be large or an endless stream. Cut-off responses are not checked.
  const isJson = type === '' || /^application\/([\w.-]+\+)?json\b/.test(type);
  const body = isJson ? response.clone().text() : Promise.resolve(null);
  const text = isEmpty ? '' : await body.catch(() => null);
  // Loaded only by files that check a surface, because the document and its schemas take a tenth of a second to load.
  const { documentOf } = jest.requireActual<typeof Answers>('./document-answers');
  const fault = documentOf(surface).faultOf({ method, url, status, type, text });
  return fault === null ? null : `${shown}: ${fault}`;
}
