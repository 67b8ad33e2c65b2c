import type { CpodClient } from '../../sdk/src/client.js';
import { hiddenFields } from './browser-form';
import type { ExampleApp } from './example-app';
import type { Installation } from './installation';
import { SessionExample } from './session-example';
import type { Visitor } from './sign-in-walk';

/** An example as the tests start it. */
export interface StartedExample {
  readonly example: ExampleApp;
  readonly program: readonly string[];
  /** The text that a process prints when it is ready. */
  readonly word: string;
}

/** The surroundings of an example. They exist only when the tests run. */
export interface ExampleWorld {
  readonly installation: Installation;
  readonly admin: CpodClient;
  readonly owner: Visitor;
}

const SCOPES = ['openid', 'email', 'offline_access', 'projects.read', 'projects.write'];

/** Registers the app of an example and starts two processes of it. */
export async function startExample(
  { installation, admin }: ExampleWorld,
  { example, program, word }: StartedExample,
): Promise<SessionExample> {
  const homes = await SessionExample.homes();
  const app = await admin.apps.register({
    name: 'Sessions',
    app_type: 'web',
    first_party: true,
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [`${homes[0]}/auth/callback`],
    post_logout_redirect_uris: [`${homes[0]}/`],
    declared_scopes: SCOPES,
  });
  const environment = {
    CPOD_BASE_URL: installation.backendUrl,
    CPOD_CLIENT_ID: app.client_id,
    CPOD_CLIENT_SECRET: app.client_secret ?? '',
  };
  return SessionExample.start(example, homes, program, environment, word);
}

/** Defines the tests that every example passes. @param open is called once, before the first test. */
export function itKeepsSessions(world: () => ExampleWorld, open: () => Promise<StartedExample>): void {
  let example: SessionExample;

  beforeAll(async () => {
    example = await startExample(world(), await open());
  });

  afterAll(() => example?.remove());

  const signIn = () => example.signIn(world().owner, world().installation.backendUrl);

  it('signs a user in, shows pages that no cache stores, and signs the user out', async () => {
    const { browser, end } = await signIn();
    expect(end).toBe('/projects');
    const home = await browser.get('/');
    expect(home.text).toContain(world().owner.email);
    expect(home.headers.get('cache-control')).toContain('no-store');
    expect([...browser.cookies.keys()].filter((name) => !name.startsWith('cpod-session.'))).toEqual([]);
    const before = new Map(browser.cookies);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await browser.post('/auth/sign-out', {}, foreign)).status).toBe(403);
    const out = await browser.post('/auth/sign-out', {});
    expect([out.status, new URL(out.headers.get('location') ?? '').pathname]).toEqual([303, '/v1/oauth/logout']);
    expect(browser.cookies.size).toBe(0);
    // The process knows that the session has ended. In another one, a copy of the cookies is worth nothing after the next refresh.
    for (const [name, value] of before) browser.plant(name, value);
    expect((await browser.get('/')).text).toContain('Sign in');
    await example.expire(browser);
    expect((await browser.get('/')).text).toContain('Sign in');
  });

  it('refuses a change from a page of another origin', async () => {
    const { browser } = await signIn();
    const page = await browser.get('/projects');
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const fields = { ...hiddenFields(page), key: 'EVIL', name: 'Evil' };
    expect((await browser.post('/projects', fields, foreign)).status).toBe(403);
    expect((await browser.get('/projects')).text).not.toContain('Evil');
  });

  it('refreshes once for 20 renders in two processes at the moment of expiry, and nobody is signed out', async () => {
    const { browser } = await signIn();
    const first = await example.sessionIn(browser.cookies);
    await example.expire(browser);
    const renders = await example.at20Renders('/projects', browser.cookies);
    expect(renders.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const sessions = await Promise.all(renders.map(({ cookies }) => example.sessionIn(cookies)));
    // A second rotation would have returned a different refresh token to at least one request.
    const refreshTokens = new Set(sessions.map(({ refreshToken }) => refreshToken));
    expect([refreshTokens.size, refreshTokens.has(first.refreshToken)]).toEqual([1, false]);
    expect(new Set(sessions.map(({ accessToken }) => accessToken)).size).toBe(1);
    // Whichever response the browser received last, its cookies still work, and refresh again.
    for (const [name, value] of renders.at(-1)?.cookies ?? []) browser.plant(name, value);
    expect((await browser.get('/projects', { accept: 'text/html' })).status).toBe(200);
    await example.expire(browser);
    expect((await browser.get('/projects', { accept: 'text/html' })).status).toBe(200);
    const rows = await world().installation.query<{ readonly ended_at: Date | null }>(
      'SELECT ended_at FROM oauth.refresh_families ORDER BY created_at DESC LIMIT 1',
    );
    expect(rows).toEqual([{ ended_at: null }]);
  });
}
