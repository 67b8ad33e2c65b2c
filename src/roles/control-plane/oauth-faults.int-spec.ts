import { Readiness } from '../../kernel/health/readiness';
import { makeUser, PASSWORD } from '../../../test/support/accounts';
import { CookieBrowser, hiddenFields, type PageAnswer } from '../../../test/support/browser-form';
import { eventually } from '../../../test/support/eventually';
import { call, expectError, expectNoLeak } from '../../../test/support/http-client';
import { authorizationParameters, codeForm, makeApp, pkce } from '../../../test/support/people';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import type { RestSurface } from '../../kernel/http/rest-surface';
import type { RegisteredApp } from '../../modules/apps/contract/apps.types';
import { createControlPlaneSurface } from './control-plane.surface';

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let app: RegisteredApp;
/** A browser with a session, so that the next check is the user's consent. */
let browser: CookieBrowser;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { DATABASE_STATEMENT_TIMEOUT_MS: '400' });
  const serviceToken = core.settings.role.CONTROL_PLANE_TOKEN;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  surface = await createControlPlaneSurface(core.context, {
    readiness: new Readiness(),
    logger: core.logger,
    serviceToken,
    trustedProxies: new Set(),
  });
  await surface.app.listen(0, '127.0.0.1');
  url = await surface.app.getUrl();
  const tenant = await makeTenant(core, 'a');
  app = await makeApp(core, tenant.id);
  const { email } = await makeUser(core, tenant.id);
  browser = new CookieBrowser(url);
  const page = await browser.get(authorizePath());
  await browser.post('/oauth/sign-in', { ...hiddenFields(page), email, password: PASSWORD });
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const { challenge, verifier } = pkce();

function authorizePath(changes: Readonly<Record<string, string>> = {}): string {
  return `/oauth/authorize?${new URLSearchParams(authorizationParameters(app.client_id, challenge, changes)).toString()}`;
}

const exchange = () =>
  call(`${url}/oauth/token`, {
    basic: [app.client_id, app.client_secret ?? ''],
    form: { ...codeForm(`ac_${'a'.repeat(43)}`, verifier) } as Record<string, string>,
  });

const toldBy = ({ headers }: PageAnswer): Readonly<Record<string, string>> =>
  Object.fromEntries(new URL(headers.get('location') ?? 'none:').searchParams);

/** While a table is locked, statements on it time out. While it is missing, they fail with an internal error. */
const FAULTS = [
  {
    name: 'a store that does not respond in time',
    error: 'temporarily_unavailable',
    status: 503,
    during: async (table: string, work: () => Promise<void>) => {
      const lock = queryAs(database.adminUrl, `BEGIN; LOCK TABLE ${table}; SELECT pg_sleep(600)`);
      const holder = `FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'BEGIN; LOCK TABLE%'`;
      try {
        await eventually(async () => {
          const sleeping = `SELECT pid ${holder} AND wait_event = 'PgSleep'`;
          expect(await queryAs(database.adminUrl, sleeping)).toHaveLength(1);
        });
        await work();
      } finally {
        await queryAs(database.adminUrl, `SELECT pg_terminate_backend(pid) ${holder}`);
        await lock.catch(() => undefined);
      }
    },
  },
  {
    name: 'an internal error',
    error: 'server_error',
    status: 500,
    during: async (table: string, work: () => Promise<void>) => {
      await queryAs(database.ownerUrl, `ALTER TABLE ${table} RENAME TO gone`);
      try {
        await work();
      } finally {
        await queryAs(
          database.ownerUrl,
          `ALTER TABLE ${table.replace(/\w+$/, 'gone')} RENAME TO ${table.split('.')[1]}`,
        );
      }
    },
  },
];

describe.each(FAULTS)('$name', ({ error, status, during }) => {
  it(`is reported as ${error} at the authorization endpoint, sent to the client at its redirect URI (RFC 6749 §4.1.2.1)`, async () => {
    await during('oauth.grants', async () => {
      const answer = await browser.get(authorizePath());
      expect(toldBy(answer)).toEqual({
        error,
        error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/),
        state: 'state-1',
        iss: 'http://localhost:8000',
      });
      expectNoLeak(answer.headers.get('location') ?? '');
      const posted = await browser.get(authorizePath({ response_mode: 'form_post' }));
      expect(hiddenFields(posted)).toMatchObject({ error, state: 'state-1' });
      // Without a valid redirect URI, the error is shown on a page.
      const astray = await browser.get(authorizePath({ redirect_uri: 'https://evil.example/cb' }));
      expect([astray.status, astray.headers.get('location')]).toEqual([400, null]);
    });
    expect((await browser.get(authorizePath())).text).toContain('name="decision"');
  });

  it(`is reported as ${error} when the refusal of a request cannot be recorded`, async () => {
    await during('audit.events', async () => {
      expect(toldBy(await browser.get(authorizePath({ response_type: 'token' })))).toMatchObject({ error });
    });
    expect(toldBy(await browser.get(authorizePath({ response_type: 'token' })))).toMatchObject({
      error: 'unsupported_response_type',
    });
  });

  it(`is reported as ${error} at the token endpoint (RFC 6749 §5.2)`, async () => {
    await during('oauth.codes', async () => {
      expectError(await exchange(), status, error);
    });
    expectError(await exchange(), 400, 'invalid_grant');
  });
});
