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
  it.each([null, undefined, 'a.b', [QUERY]])('of %j is a fault of the caller, and sends nothing', async (query) => {
    const fault = await faultOf(backend.client().authorize(query as never));
    expect(fault).toBeInstanceOf(ConfigurationError);
    expect(backend.seen).toHaveLength(0);
  });

  it('takes no options for none, also as null', async () => {
    backend.answer = (_seen, response) => sendJson(response, 200, { allowed: true, claims: {}, reason: '' });
    expect((await backend.client().authorize(QUERY, null as never)).allowed).toBe(true);
    expect((await backend.client().users.me(null as never)) as unknown).toMatchObject({ allowed: true });
  });

  it.each([null, 'yes', 1, true, [true]])('answered %j is an error of the SDK, and no permission', async (answer) => {
    backend.answer = (_seen, response) => sendJson(response, 200, answer);
    const fault = await faultOf(backend.client({ maxRetries: 0 }).authorize(QUERY));
    expect(fault).toBeInstanceOf(ConnectionError);
    expect(fault).toBeInstanceOf(CpodError);
  });

  it.each([{}, { allowed: 'true' }, { allowed: false, claims: null, reason: null }])(
    'answered %j denies, with all members',
    async (answer) => {
      backend.answer = (_seen, response) => sendJson(response, 200, answer);
      expect(await backend.client().authorize(QUERY)).toEqual({ allowed: false, claims: {}, reason: '' });
    },
  );
});
