import { inspect } from 'node:util';
import { RenewedToken } from '../src/auth/token-source.js';
import { CpodClient } from '../src/client.js';
import { ConfigurationError, InvalidRequestError, UnauthorizedError } from '../src/errors.js';
import { faultOf, sendError, sendJson, StandIn } from './stand-in.js';

let backend: StandIn;

beforeEach(async () => {
  backend = await StandIn.open();
});

afterEach(() => backend.close());

describe('the token of an app', () => {
  it('is fetched by the first call, and only once for concurrent calls', async () => {
    const client = backend.client({ scope: 'projects.read' });
    expect(backend.seen).toEqual([]);
    await Promise.all(Array.from({ length: 50 }, (_, index) => client.projects.get(`prj-${index}`)));
    await client.projects.get('prj-last');
    expect(backend.tokensIssued).toBe(1);
    expect(new Set(backend.calls.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer token-1']));
    const [first] = backend.seen;
    expect([first?.path, first?.headers.authorization]).toEqual([
      '/v1/oauth/token',
      `Basic ${Buffer.from('app-a:cs_a').toString('base64')}`,
    ]);
    expect(Object.fromEntries(new URLSearchParams(first?.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'projects.read',
    });
  });

  it('is obtained for an API key by token exchange', async () => {
    await CpodClient.fromEnv({}, { CPOD_API_KEY: 'cpod_k', CPOD_BASE_URL: `${backend.url}/` }).projects.get('a');
    expect(Object.fromEntries(new URLSearchParams(backend.seen[0]?.body))).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'cpod_k',
      subject_token_type: 'urn:cpod:params:oauth:token-type:api_key',
    });
  });

  it('is renewed once when it is refused, however many calls were refused', async () => {
    backend.answer = ({ headers }, response) =>
      headers.authorization === 'Bearer token-1'
        ? sendError(response, 401, 'unauthorized')
        : sendJson(response, 200, { id: 'a' });
    const client = backend.client();
    const got = await Promise.all(Array.from({ length: 20 }, () => client.projects.get('a')));
    expect(got.map(({ id }) => id)).toEqual(got.map(() => 'a'));
    expect(backend.tokensIssued).toBe(2);
  });

  it('is not renewed again if the new token is refused', async () => {
    backend.answer = (_seen, response) => sendError(response, 401, 'unauthorized');
    expect(await faultOf(backend.client().projects.get('a'))).toBeInstanceOf(UnauthorizedError);
    expect([backend.tokensIssued, backend.calls.length]).toEqual([2, 2]);
  });

  it('is also renewed for a POST, which keeps its idempotency key', async () => {
    backend.answer = ({ headers }, response) =>
      headers.authorization === 'Bearer token-1'
        ? sendError(response, 401, 'unauthorized')
        : sendJson(response, 201, { id: 'a' });
    await backend.client().projects.create({ key: 'A', name: 'A' });
    expect(new Set(backend.calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('fails with the error of the token endpoint', async () => {
    backend.answerToken = (_seen, response) => sendError(response, 400, 'invalid_scope');
    const fault = await faultOf(backend.client().projects.get('a'));
    expect(fault).toBeInstanceOf(InvalidRequestError);
    expect(fault).toMatchObject({ code: 'invalid_scope', name: 'InvalidRequestError' });
    expect(backend.calls).toEqual([]);
  });
});

describe('a renewable token', () => {
  let nowMs: number;
  let fetched: number;
  let next: () => Promise<void>;
  const source = (): RenewedToken =>
    new RenewedToken(
      async () => {
        fetched += 1;
        const own = fetched;
        await next();
        return { token: `t${own}`, expiresInSeconds: 100 };
      },
      null,
      () => nowMs,
    );

  beforeEach(() => {
    [nowMs, fetched] = [1_000_000, 0];
    next = async () => undefined;
  });

  it.each([
    [79.9, 't1'],
    [80, 't2'],
    [500, 't2'],
  ])('after %s%% of its lifetime is %s', async (seconds, token) => {
    const tokens = source();
    await tokens.token();
    nowMs += seconds * 1000;
    expect(await tokens.token()).toBe(token);
  });

  it('stays in use until it expires if renewal fails, without a renewal attempt on every call', async () => {
    const tokens = source();
    await tokens.token();
    nowMs += 85_000;
    next = () => Promise.reject(new Error('out'));
    expect(await Promise.all([tokens.token(), tokens.token()])).toEqual(['t1', 't1']);
    expect(await tokens.token()).toBe('t1');
    expect(fetched).toBe(2);
    nowMs += 5_000;
    expect([await tokens.token(), fetched]).toEqual(['t1', 3]);
    nowMs += 10_000;
    await expect(tokens.token()).rejects.toThrow('out');
  });

  it('is still fetched for other callers when one stops waiting', async () => {
    let arrive: () => void = () => undefined;
    next = () => new Promise((resolve) => (arrive = resolve));
    const tokens = source();
    const over = new AbortController();
    const [given, patient] = [faultOf(tokens.token(over.signal)), tokens.token()];
    over.abort(new Error('enough'));
    expect((await given).message).toBe('enough');
    arrive();
    expect([await patient, fetched]).toEqual(['t1', 1]);
  });

  it('is not discarded when an older token is refused late', async () => {
    const tokens = source();
    const first = await tokens.token();
    tokens.refuse(first);
    const second = await tokens.token();
    tokens.refuse(first);
    expect(await tokens.token()).toBe(second);
  });
});

describe('the tokens of a user', () => {
  const tokens = (seconds: number) => ({
    accessToken: 'old',
    expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
    scope: 'projects.read',
    refreshToken: 'rt_1',
  });

  it('are renewed with the refresh token, and the app receives them before their first use', async () => {
    const told: unknown[] = [];
    backend.answerToken = ({ body }, response) => {
      const refresh = new URLSearchParams(body).get('refresh_token');
      const next = refresh === 'rt_1' ? 'rt_2' : 'rt_3';
      const answer = { access_token: `for ${refresh}`, token_type: 'Bearer', expires_in: 1, scope: 's' };
      sendJson(response, 200, { ...answer, refresh_token: next });
    };
    const client = CpodClient.fromToken(tokens(-1), {
      baseUrl: backend.url,
      client: { clientId: 'app-spa' },
      onTokens: ({ refreshToken }) => void told.push([refreshToken, backend.calls.length]),
    });
    backend.answer = ({ headers }, response) =>
      headers.authorization === 'Bearer for rt_1'
        ? sendError(response, 401, 'unauthorized')
        : sendJson(response, 200, {});
    await client.users.me();
    expect(told).toEqual([
      ['rt_2', 0],
      ['rt_3', 1],
    ]);
    expect(new URLSearchParams(backend.seen[0]?.body).get('client_id')).toBe('app-spa');
    expect(backend.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('are not renewed without a client or for a plain token', async () => {
    backend.answer = (_seen, response) => sendError(response, 401, 'unauthorized');
    for (const given of [tokens(3600), 'plain']) {
      const client = CpodClient.fromToken(given, { baseUrl: backend.url });
      expect(await faultOf(client.users.me())).toBeInstanceOf(UnauthorizedError);
    }
    expect(backend.calls.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer plain']);
    expect(backend.tokensIssued).toBe(0);
  });
});

describe('a client', () => {
  it.each([
    [{}, /CPOD_API_KEY/],
    [{ clientId: 'a' }, /one of them is missing/],
    [{ clientSecret: 'a' }, /one of them is missing/],
    [{ clientId: 'a', clientSecret: 'b', apiKey: 'c' }, /not both/],
    [{ apiKey: 'c', baseUrl: 'backend' }, /not a URL/],
    [{ apiKey: 'c', baseUrl: 'http://backend.example' }, /https/],
    [{ apiKey: 'c', baseUrl: 'http://localhost.example' }, /https/],
    [{ apiKey: 'c', baseUrl: 'ftp://localhost' }, /https/],
    [{ apiKey: 'c', baseUrl: 'https://u:p@backend.example' }, /credentials/],
    [{ apiKey: 'c', timeoutMs: 0 }, /timeoutMs/],
    [{ apiKey: 'c', maxRetries: -1 }, /maxRetries/],
  ])('is not created with invalid options: %j', (options, message) => {
    expect(() => new CpodClient(options)).toThrow(ConfigurationError);
    expect(() => new CpodClient(options)).toThrow(message);
  });

  it.each(['https://backend.example', 'http://localhost:8000', 'http://127.0.0.1', 'http://[::1]:8000/'])(
    'is created for %s',
    (baseUrl) => expect(new CpodClient({ apiKey: 'c', baseUrl })).toBeInstanceOf(CpodClient),
  );

  it('ignores blank environment variables', () => {
    expect(() => CpodClient.fromEnv({}, { CPOD_API_KEY: ' ', CPOD_CLIENT_ID: '' })).toThrow(/Credentials are missing/);
  });

  it('shows no secrets when printed, even if it has tokens', async () => {
    const own = backend.client({ clientSecret: 'cs_secret' });
    await own.projects.get('a');
    const set = { accessToken: 'at_secret', expiresAt: '2099-01-01T00:00:00Z', scope: '', refreshToken: 'rt_secret' };
    const client = { clientId: 'a', clientSecret: 'cs_secret' };
    const clients = [own, CpodClient.fromToken('at_secret'), CpodClient.fromToken(set, { client })];
    const shown = clients.flatMap((one) => [inspect(one, { depth: 20, showHidden: true }), JSON.stringify(one)]);
    expect(shown.join()).not.toMatch(/_secret|token-1/);
  });

  it('contains no secrets in errors', () => {
    const environment = { CPOD_API_KEY: 'cpod_secret', CPOD_CLIENT_SECRET: 'cs_secret' };
    expect(() => CpodClient.fromEnv({}, environment)).toThrow(/^[^_]*$/);
  });
});
