import { BlockedOriginError, ConnectionError } from '../src/errors.js';
import { type Answering, faultOf, sendJson, StandIn } from './stand-in.js';

const PAGE = 'https://app.example.com';
const DISCOVERY = '/.well-known/openid-configuration';

let backend: StandIn;

beforeEach(async () => {
  backend = await StandIn.open();
  backend.answer = cutExcept(DISCOVERY);
});

afterEach(async () => {
  Reflect.deleteProperty(globalThis, 'location');
  await backend.close();
});

/** Simulates a browser that hides responses: closes every connection without a response, except for one path. */
function cutExcept(path: string): Answering {
  return (seen, response) => {
    if (seen.path === path) sendJson(response, 200, {});
    else response.destroy();
  };
}

/** Makes this process look like a page. */
function openPage(origin: string): void {
  Object.defineProperty(globalThis, 'location', { value: { origin }, configurable: true });
}

const failure = (): Promise<unknown> => faultOf(backend.client({ maxRetries: 1 }).projects.get('a'));

describe('a call that fails in a page', () => {
  it('is explained as probably blocked by CORS if the backend responds, after the usual retries', async () => {
    openPage(PAGE);
    const fault = await failure();
    expect(fault).toBeInstanceOf(BlockedOriginError);
    expect(fault).toBeInstanceOf(ConnectionError);
    expect((fault as Error).message).toContain(
      'Probably blocked by CORS: add this origin to "allowed_origins" of the app: https://app.example.com.',
    );
    expect(backend.calls.map(({ path }) => path)).toEqual(['/v1/projects/a', '/v1/projects/a', DISCOVERY]);
  });

  it('is a lost connection if an earlier response was readable', async () => {
    openPage(PAGE);
    const client = backend.client({ maxRetries: 0 });
    backend.answer = (_seen, response) => sendJson(response, 200, { id: 'a' });
    await client.projects.get('a');
    backend.answer = cutExcept(DISCOVERY);
    expect(await faultOf(client.projects.get('a'))).not.toBeInstanceOf(BlockedOriginError);
  });

  it('is reported as a lost connection if the backend does not respond', async () => {
    openPage(PAGE);
    backend.answer = cutExcept('/none');
    expect(await failure()).not.toBeInstanceOf(BlockedOriginError);
  });

  it('is reported as a lost connection in a page of the backend itself', async () => {
    openPage(backend.url);
    expect(await failure()).not.toBeInstanceOf(BlockedOriginError);
  });
});

it('a call that fails outside of browsers is reported as a lost connection', async () => {
  const fault = await failure();
  expect(fault).toBeInstanceOf(ConnectionError);
  expect(fault).not.toBeInstanceOf(BlockedOriginError);
});
