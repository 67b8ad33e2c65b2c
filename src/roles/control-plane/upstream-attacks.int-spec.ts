import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt } from 'jose';
import { newEmail } from '../../../test/support/accounts';
import { hiddenFields, type PageAnswer } from '../../../test/support/browser-form';
import { type ConnectionsTenant, ConnectionsWorld, type SignInBrowser } from '../../../test/support/connections-world';
import { type ForgedUpstream, openForgedUpstream } from '../../../test/support/forged-upstream';
import { expectError } from '../../../test/support/http-client';
import type { Connection, ConnectionCheck } from '../../modules/connections/contract/connections.types';
import { UsersPort } from '../../modules/users/contract/users.port';

let world: ConnectionsWorld;
let tenant: ConnectionsTenant;
let forged: ForgedUpstream;

beforeAll(async () => {
  // Long enough for an honest response on a busy machine; one test waits for it to pass.
  world = await ConnectionsWorld.open({ CONNECTIONS_TIMEOUT_MS: '1500' });
});

beforeEach(async () => {
  // A tenant has at most 20 connections.
  [tenant, forged] = [await world.tenant('a'), await openForgedUpstream()];
});

afterEach(() => forged.close());
afterAll(() => world.close());

const connect = (members: object = {}): Promise<Connection> =>
  tenant.connect({
    issuer: forged.issuer,
    clientId: 'coresdk',
    clientSecret: 'secret',
    provisioning: 'all',
    ...members,
  });

/** Starts a sign-in, and answers it with a code and what the test changes. */
async function answered(
  connection: Connection,
  claims: (nonce: string) => Readonly<Record<string, unknown>>,
  response: Readonly<Record<string, string>> = {},
  browser: SignInBrowser = tenant.browser(),
): Promise<PageAnswer> {
  const start = await browser.start(connection.id);
  forged.does.claims = claims(start.searchParams.get('nonce') ?? '');
  const query = { code: 'code', state: start.searchParams.get('state') ?? '', iss: forged.issuer, ...response };
  return browser.cookies.get(`/oauth/connections/callback?${new URLSearchParams(query).toString()}`);
}

const honest = (nonce: string) => ({ nonce, email: newEmail(), email_verified: true });

describe('an ID token', () => {
  it('signs the person in if everything fits', async () => {
    expect((await answered(await connect(), honest)).status).toBe(303);
    const sent = forged.tokenRequests.at(-1);
    expect(sent?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(sent?.get('client_secret')).toBe('secret');
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['another nonce', { nonce: 'other' }],
    ['no nonce', { nonce: undefined }],
    ['another issuer', { iss: 'https://accounts.google.com' }],
    ['another audience', { aud: 'another-client' }],
    ['several audiences without an authorized party', { aud: ['coresdk', 'another-client'] }],
    ['another authorized party', { azp: 'another-client' }],
    ['an expiry in the past', { exp: 1 }],
    ['no subject', { sub: undefined }],
  ])('is refused with %s', async (_, changed) => {
    const answer = await answered(await connect(), (nonce) => ({ ...honest(nonce), ...changed }));
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(answer.text).toContain('The identity provider did not sign you in');
  });

  it('is refused if a key that is not published signs it', async () => {
    forged.does.signsWithOtherKey = true;
    expect((await answered(await connect(), honest)).status).toBe(400);
  });
});

describe('the response of an authorization server', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['of another server (mix-up, RFC 9207)', { iss: 'https://honest.example' }],
    ['without the issuer that its metadata announces', { iss: '' }],
  ])('%s is refused before the code is sent anywhere', async (_, response) => {
    const answer = await answered(await connect(), honest, response);
    expect([answer.status, forged.tokenRequests]).toEqual([400, []]);
  });

  it('for one connection is not accepted for another', async () => {
    const [one, other] = [await connect(), await connect()];
    const browser = tenant.browser();
    const start = await browser.start(one.id);
    const state = start.searchParams.get('state') ?? '';
    const tampered = (await browser.start(other.id)).searchParams.get('state') ?? '';
    expect(state).not.toBe(tampered);
    forged.does.claims = honest(start.searchParams.get('nonce') ?? '');
    const query = new URLSearchParams({ code: 'code', state: tampered, iss: forged.issuer });
    expect((await browser.cookies.get(`/oauth/connections/callback?${query.toString()}`)).status).toBe(400);
  });
});

describe('hostile metadata', () => {
  const check = async (connection: Connection) =>
    (await tenant.send<ConnectionCheck>('POST', `/connections/${connection.id}/check`)).body;

  it.each<[string, string, (upstream: ForgedUpstream) => void]>([
    [
      'is huge',
      'unreachable',
      ({ does }) => {
        does.answersMetadata = (response) => void response.writeHead(200).end(' '.repeat(1024 * 1024));
      },
    ],
    [
      'never ends',
      'unreachable',
      ({ does }) => {
        does.answersMetadata = (response) => void response.writeHead(200).write('{');
      },
    ],
    [
      'redirects to this machine',
      'invalid_metadata',
      ({ does }) => {
        does.answersMetadata = (response) => void response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end();
      },
    ],
    [
      'is not JSON',
      'invalid_metadata',
      ({ does }) => void (does.answersMetadata = (response) => void response.writeHead(200).end('<p>')),
    ],
    [
      'names another issuer',
      'invalid_metadata',
      ({ does }) => void (does.metadata = { issuer: 'https://honest.example' }),
    ],
    ['has no token endpoint', 'invalid_metadata', ({ does }) => void (does.metadata = { token_endpoint: undefined })],
    [
      'sends browsers to a script',
      'invalid_metadata',
      ({ does }) => void (does.metadata = { authorization_endpoint: 'javascript:alert(1)' }),
    ],
    [
      'sends the secret to the credentials of the cloud',
      'invalid_metadata',
      ({ does }) => void (does.metadata = { token_endpoint: 'http://169.254.169.254/token' }),
    ],
  ])('that %s is reported, and starts no sign-in', async (_, code, attack) => {
    const connection = await connect();
    attack(forged);
    const { ok, problems } = await check(connection);
    expect([ok, problems.map((problem) => problem.code)]).toEqual([false, [code]]);
    expect(JSON.stringify(problems)).not.toMatch(/127\.0\.0\.1|169\.254/);
    await expect(tenant.browser().start(connection.id)).rejects.toThrow('The identity provider did not sign you in');
  });

  it('cannot make this process read keys from a link-local address', async () => {
    const connection = await connect();
    forged.does.metadata = { jwks_uri: 'http://169.254.169.254/keys' };
    expect((await answered(connection, honest)).status).toBe(400);
  });

  it('is reported if it announces neither PKCE nor the issuer of responses', async () => {
    forged.does.metadata = {
      code_challenge_methods_supported: undefined,
      authorization_response_iss_parameter_supported: undefined,
    };
    const { ok, problems } = await check(await connect());
    expect([ok, problems.map(({ code }) => code)]).toEqual([true, ['no_pkce', 'no_issuer_parameter']]);
  });
});

it('refuses private addresses and plain http unless the operator allows them', async () => {
  const strict = await ConnectionsWorld.open({ CONNECTIONS_PRIVATE_ADDRESSES: 'false' });
  const guarded = await strict.tenant('strict');
  const json = { name: 'x', clientId: 'x', clientSecret: 'x' };
  for (const issuer of [
    'http://idp.example.com',
    'https://127.0.0.1',
    'https://localhost',
    'https://[::1]',
    'https://10.0.0.1',
  ]) {
    expectError(await guarded.send('POST', '/connections', { ...json, issuer }), 400, 'invalid_request');
  }
  await strict.close();
});

describe('GitHub', () => {
  const connectGithub = (): Promise<Connection> =>
    tenant.connect({
      preset: 'github',
      clientId: 'coresdk',
      clientSecret: 'secret',
      provisioning: 'all',
      endpoints: {
        authorizationUrl: `${forged.issuer}/login/oauth/authorize`,
        tokenUrl: `${forged.issuer}/login/oauth/access_token`,
        userinfoUrl: `${forged.issuer}/user`,
        emailsUrl: `${forged.issuer}/user/emails`,
      },
    });
  const github = (emails: readonly object[]): void => {
    forged.does.answers = {
      '/login/oauth/access_token': { access_token: 'gho_x', token_type: 'bearer', scope: 'read:user,user:email' },
      '/user': { id: 4711, login: 'ada', name: null, email: 'shown@example.com' },
      '/user/emails': emails,
    };
  };

  it('signs in with the primary address, and only if it is verified', async () => {
    const connection = await connectGithub();
    const [primary, other] = [newEmail('primary'), newEmail('other')];
    github([
      { email: other, primary: false, verified: true, visibility: null },
      { email: primary, primary: true, verified: true, visibility: 'private' },
    ]);
    expect((await answered(connection, honest, { iss: connection.issuer })).status).toBe(303);
    const users = world.core.context.get(UsersPort);
    expect(await users.findByEmail(tenant.id, primary)).toMatchObject({ emailVerified: false, displayName: primary });
    expect(await users.findByEmail(tenant.id, other)).toBeNull();

    const unverified = await connectGithub();
    github([{ email: newEmail(), primary: true, verified: false }]);
    const page = await answered(unverified, honest, { iss: unverified.issuer });
    expect(page.text).toContain('Is this your account?');
    expect(page.text).toContain('4711');
  });

  it('reports an error of the token endpoint as a failed sign-in', async () => {
    const connection = await connectGithub();
    forged.does.answers = { '/login/oauth/access_token': { error: 'bad_verification_code' } };
    expect((await answered(connection, honest, { iss: connection.issuer })).status).toBe(400);
  });
});

describe('Apple', () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const connectApple = (): Promise<Connection> =>
    connect({ preset: 'apple', clientSecret: key.toString(), apple: { teamId: 'TEAM123456', keyId: 'KEY1234567' } });

  it('answers by a cross-site POST without cookies, which a page of our own repeats', async () => {
    const connection = await connectApple();
    const browser = tenant.browser();
    const start = await browser.start(connection.id);
    expect(start.searchParams.get('response_mode')).toBe('form_post');
    forged.does.claims = { nonce: start.searchParams.get('nonce') ?? '', email: newEmail(), email_verified: 'true' };
    const fields = { code: 'code', state: start.searchParams.get('state') ?? '', iss: forged.issuer };
    const stranger = tenant.browser();
    const crossSite = { origin: 'https://appleid.apple.com', 'sec-fetch-site': 'cross-site' };
    const page = await stranger.cookies.post('/oauth/connections/callback', fields, crossSite);
    expect([page.status, page.headers.getSetCookie()]).toEqual([200, []]);
    expect(page.text).toContain('<script src="/oauth/form-post.js"');
    expect(page.text).toContain('<button type="submit">');
    expect(page.text).toContain('action="http://localhost:8000/oauth/connections/callback"');
    // The same page in another browser is worth nothing.
    expect((await stranger.cookies.post('/oauth/connections/callback', hiddenFields(page))).status).toBe(400);
    const answer = await browser.cookies.post('/oauth/connections/callback', hiddenFields(page));
    expect([answer.status, answer.headers.get('refresh')]).toEqual([
      200,
      expect.stringMatching(/^0; url=\/oauth\/authorize\?/),
    ]);
    expect((await browser.appRedirect())?.searchParams.get('code')).toMatch(/^ac_/);
  });

  it('gets a client secret that the registered key signs', async () => {
    await answered(await connectApple(), honest);
    const secret = decodeJwt(forged.tokenRequests.at(-1)?.get('client_secret') ?? '');
    expect(secret).toMatchObject({ iss: 'TEAM123456', sub: 'coresdk', aud: 'https://appleid.apple.com' });
  });

  it('needs a P-256 key and both ids', async () => {
    const json = { name: 'Apple', preset: 'apple', clientId: 'x', clientSecret: 'not a key' };
    const refused = await tenant.send('POST', '/connections', json);
    const { errors } = expectError(refused, 400, 'invalid_request');
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/apple', '/clientSecret']);
  });
});
