import type { AuthorizeQuery } from '../src/generated/schemas.js';
import { ConfigurationError, ConnectionError, CpodError } from '../src/errors.js';
import { faultOf, sendJson, StandIn } from './stand-in.js';

let backend: StandIn;

beforeAll(async () => {
  backend = await StandIn.open();
});

beforeEach(() => void backend.seen.splice(0));

afterAll(() => backend.close());

const QUERY: AuthorizeQuery = { action: 'a.b', resource: 'c' };

describe('authorize', () => {
  it.each([null, undefined, 'a.b', [QUERY]])('rejects the query %j without sending a request', async (query) => {
    const fault = await faultOf(backend.client().authorize(query as never));
    expect(fault).toBeInstanceOf(ConfigurationError);
    expect(backend.seen).toHaveLength(0);
  });

  it('accepts null as options', async () => {
    backend.answer = (_seen, response) => sendJson(response, 200, { allowed: true, claims: {}, reason: '' });
    expect((await backend.client().authorize(QUERY, null as never)).allowed).toBe(true);
    expect((await backend.client().users.me(null as never)) as unknown).toMatchObject({ allowed: true });
  });

  it.each([null, 'yes', 1, true, [true]])('reports an error for the response %j and allows nothing', async (answer) => {
    backend.answer = (_seen, response) => sendJson(response, 200, answer);
    const fault = await faultOf(backend.client({ maxRetries: 0 }).authorize(QUERY));
    expect(fault).toBeInstanceOf(ConnectionError);
    expect(fault).toBeInstanceOf(CpodError);
  });

  it.each([{}, { allowed: 'true' }, { allowed: false, claims: null, reason: null }])(
    'denies the action for the response %j and fills in missing members',
    async (answer) => {
      backend.answer = (_seen, response) => sendJson(response, 200, answer);
      expect(await backend.client().authorize(QUERY)).toEqual({ allowed: false, claims: {}, reason: '' });
    },
  );
});
