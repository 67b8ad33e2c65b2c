import { makeUser } from '../../../test/support/accounts';
import { openBackend, type TestBackend } from '../../../test/support/backend';
import { CookieBrowser, hiddenFields, type PageAnswer } from '../../../test/support/browser-form';
import { EventSourceReader } from '../../../test/support/event-source';
import { eventually } from '../../../test/support/eventually';
import { inTenant } from '../../../test/support/jobs-world';
import { activateBundle } from '../../../test/support/policy-bundle';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import type { NewJob } from '../../modules/jobs/contract/job-request.types';
import type { Job } from '../../modules/jobs/contract/job.types';
import { JobsPort } from '../../modules/jobs/contract/jobs.port';
import { SessionsPort } from '../../modules/users/contract/sessions.port';
import type { Session, UserRole } from '../../modules/users/contract/users.types';

const ORIGIN = { ip: '192.0.2.9', userAgent: 'test', requestId: 'req-console' };

let database: TestDatabase;
let core: TestCore;
let surface: TestBackend;
let jobs: JobsPort;
let tenant: TestTenant;
let owner: Signed;
let viewer: Signed;
let stranger: Signed;

/** A browser with a signed-in user. */
interface Signed {
  readonly browser: CookieBrowser;
  readonly session: Session;
  readonly cookie: string;
}

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, {
    LIMIT_PER_ADDRESS: '0',
    JOBS_ALLOW_LOCAL_PROCESS: 'true',
    JOBS_STOP_GRACE_MS: '100',
  });
  surface = await openBackend(core);
  jobs = core.context.get(JobsPort);
  tenant = await makeTenant(core, 'a');
  [owner, viewer] = [await signIn(tenant, 'owner'), await signIn(tenant, 'viewer')];
  stranger = await signIn(await makeTenant(core, 'b'), 'owner');
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

async function signIn(of: TestTenant, role: UserRole): Promise<Signed> {
  const user = await makeUser(core, of.id, { role });
  const { session, token } = await core.context.get(SessionsPort).start(user, ['pwd'], ORIGIN);
  const browser = new CookieBrowser(surface.url);
  browser.plant('coresdk-session', token);
  return { browser, session, cookie: `coresdk-session=${token}` };
}

function submit(script: string, more: Partial<NewJob> = {}): Promise<Job> {
  const request: NewJob = { type: 'container', kind: 'script', command: ['sh', '-c'], args: [script], ...more };
  return jobs.submit(inTenant(tenant.id), request);
}

/** A job that waits until the test releases it. */
const waiting = (more: Partial<NewJob> = {}): Promise<Job> => submit('true', { delaySeconds: 3_600, ...more });

async function ended(script: string): Promise<Job> {
  const { id } = await submit(script);
  const order = { afterSeq: 0, signal: AbortSignal.timeout(120_000) };
  for await (const _event of jobs.watch(inTenant(tenant.id), id, order));
  return jobs.get(inTenant(tenant.id), id);
}

const location = ({ status, headers }: PageAnswer): unknown[] => [status, headers.get('location')];

describe('the console', () => {
  it('redirects a visitor without a session to the sign-in page and back', async () => {
    const nobody = new CookieBrowser(surface.url);
    const path = '/console/jobs?status=failed';
    expect(location(await nobody.get(path))).toEqual([303, `/oauth/console?to=${encodeURIComponent(path)}`]);
    nobody.plant('coresdk-session', 'A'.repeat(43));
    const { id } = await waiting();
    expect((await nobody.get(`/console/jobs/${id}`)).status).toBe(303);
    expect((await nobody.post(`/console/jobs/${id}/cancel`, { csrf: 'x' })).status).toBe(303);
    expect((await nobody.get(`/console/jobs/${id}/events`)).status).toBe(401);
    expect((await nobody.get(`/console/jobs/${id}/log`)).status).toBe(401);
  });

  it('lists the tenant’s jobs in pages, filtered by state, type and kind', async () => {
    for (let n = 0; n < 27; n++) await waiting({ kind: 'paged' });
    const first = await owner.browser.get('/console/jobs?kind=paged&status=queued&type=container');
    expect(first.status).toBe(200);
    expect(first.text.match(/<th scope="row">/g)).toHaveLength(25);
    const older = /href="([^"]+)"\s+rel="next"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = await owner.browser.get(older);
    expect(second.text.match(/<th scope="row">/g)).toHaveLength(2);
    expect((await owner.browser.get('/console/jobs?kind=paged&status=failed')).text).toContain('No jobs match.');
    for (const bad of ['status=x', 'kind=a+b', 'cursor=nonsense']) {
      expect((await owner.browser.get(`/console/jobs?${bad}`)).status).toBe(400);
    }
  });

  it('shows a job with its history and output as plain text', async () => {
    const job = await ended(`echo '<img src=x onerror=alert(1)>'; echo warned >&2; exit 3`);
    const page = await owner.browser.get(`/console/jobs/${job.id}`);
    expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page.text).not.toContain('<img');
    expect(page.text).toMatch(/<div class="stderr">warned<\/div>/);
    expect(page.text).toContain('Failed: The container ended with exit code 3');
    expect(page.text).not.toContain('data-job');
    expect(page.headers.get('content-security-policy')).not.toContain('script-src');
    const live = await owner.browser.get(`/console/jobs/${(await waiting()).id}`);
    expect(live.headers.get('content-security-policy')).toContain("script-src 'self'; connect-src 'self'");
    expect(live.headers.get('cache-control')).toBe('no-store');
  });

  it('does not show data of other tenants', async () => {
    const { id } = await waiting({ kind: 'of-a' });
    expect((await stranger.browser.get(`/console/jobs/${id}`)).status).toBe(404);
    expect((await stranger.browser.get('/console/jobs?kind=of-a')).text).toContain('No jobs match.');
    for (const stream of ['events', 'log']) {
      expect((await stranger.browser.get(`/console/jobs/${id}/${stream}`)).status).toBe(404);
    }
    expect((await owner.browser.get('/console/jobs/nonsense')).status).toBe(404);
  });
});

describe('the forms of a job', () => {
  it('cancel the job and requeue it as a new one', async () => {
    const { id } = await waiting();
    const cancelled = await owner.browser.post(`/console/jobs/${id}/cancel`, {
      ...hiddenFields(await owner.browser.get(`/console/jobs/${id}`)),
      reason: 'not needed',
    });
    expect(location(cancelled)).toEqual([303, `/console/jobs/${id}`]);
    const page = await owner.browser.get(`/console/jobs/${id}`);
    expect(page.text).toContain('Cancelled: not needed');
    const again = await owner.browser.post(`/console/jobs/${id}/requeue`, hiddenFields(page));
    const { requeuedAs } = await jobs.get(inTenant(tenant.id), id);
    expect(location(again)).toEqual([303, `/console/jobs/${requeuedAs}`]);
    const trail = `SELECT action, actor_id FROM audit.events WHERE tenant_id = $1 AND resource_id = $2 AND outcome = 'success'`;
    await eventually(async () => {
      expect(await queryAs(database.adminUrl, trail, [tenant.id, id])).toEqual(
        expect.arrayContaining([
          { action: 'job.get', actor_id: owner.session.userId },
          { action: 'job.cancel', actor_id: owner.session.userId },
        ]),
      );
    });
  });

  it('are hidden from users to whom the policy denies access, and reject their requests', async () => {
    const { id } = await waiting();
    const page = await viewer.browser.get(`/console/jobs/${id}`);
    expect([page.status, page.text.includes('<form method="post"')]).toEqual([200, false]);
    const fields = hiddenFields(await owner.browser.get(`/console/jobs/${id}`));
    expect((await viewer.browser.post(`/console/jobs/${id}/cancel`, fields)).status).toBe(403);
    expect(await jobs.get(inTenant(tenant.id), id)).toMatchObject({ state: 'pending' });
  });

  it('do not start a job that the policy does not allow the user to start', async () => {
    const tenantC = await makeTenant(core, 'c');
    const { browser } = await signIn(tenantC, 'owner');
    const source = `package authz

default allow := false

allow if {
  data.coresdk.authz.allow
  input.action != "skill.run"
}

deny_reason := "no skills here"`;
    const version = await activateBundle(database.adminUrl, tenantC.id, { modules: { 'authz.rego': source } });
    const context = inTenant(tenantC.id);
    const { id } = await jobs.submit(context, { type: 'skill', kind: 'translate', delaySeconds: 3_600 });
    await jobs.cancel(context, id, '');
    await eventually(async () => {
      const page = await browser.get(`/console/jobs/${id}`);
      const answer = await browser.post(`/console/jobs/${id}/requeue`, hiddenFields(page));
      expect([version, answer.status]).toEqual([1, 403]);
      expect(answer.text).toContain('no skills here');
    });
    expect(await jobs.get(context, id)).toMatchObject({ requeuedAs: null });
  });

  it('are valid only for their own job, session, browser and origin', async () => {
    const { id } = await waiting();
    const other = await waiting();
    const fields = hiddenFields(await owner.browser.get(`/console/jobs/${id}`));
    const path = `/console/jobs/${id}/cancel`;
    const refused = [
      await owner.browser.post(path, {}),
      await owner.browser.post(`/console/jobs/${other.id}/cancel`, fields),
      await owner.browser.post(path, fields, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
      await new CookieBrowser(surface.url).post(path, fields, { cookie: owner.cookie }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(await jobs.get(inTenant(tenant.id), id)).toMatchObject({ state: 'pending' });
  });
});

describe('the streams of a job’s page', () => {
  async function read(path: string, lastEventId?: string): Promise<{ status: number; events: readonly string[][] }> {
    const headers = { cookie: owner.cookie, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
    const answer = await fetch(`${surface.url}${path}`, { headers, signal: AbortSignal.timeout(120_000) });
    const events = new EventSourceReader().take(await answer.text());
    return { status: answer.status, events: events.map(({ id, event, data }) => [id ?? '', event, data]) };
  }

  it('continue where the page ended until the job ends, and then return 204', async () => {
    const { id } = await submit('echo one; sleep 1; echo two; exit 1');
    const [events, log] = await Promise.all([
      read(`/console/jobs/${id}/events?after=1`),
      read(`/console/jobs/${id}/log?from=1`),
    ]);
    const last = events.events.at(-1) ?? [];
    expect(events.events[0]?.[0]).toBe('2');
    expect(JSON.parse(last[2] ?? '')).toMatchObject({ state: 'failed', isEnd: true });
    expect(log.events).toEqual([['1', 'line', JSON.stringify({ stream: 'stdout', text: 'two' })]]);
    expect((await read(`/console/jobs/${id}/events`, last[0])).status).toBe(204);
    expect((await read(`/console/jobs/${id}/log`, '1')).status).toBe(204);
    expect((await read(`/console/jobs/${id}/log?from=0`, '0')).events.map(([line]) => line)).toEqual(['1']);
    expect((await read(`/console/jobs/${id}/events?after=-1`)).status).toBe(400);
  });

  it('end with the session', async () => {
    const { id } = await waiting();
    const guest = await signIn(tenant, 'viewer');
    const answer = await fetch(`${surface.url}/console/jobs/${id}/events`, {
      headers: { cookie: guest.cookie },
      signal: AbortSignal.timeout(120_000),
    });
    await core.context.get(SessionsPort).end(inTenant(tenant.id), guest.session.id);
    expect(await answer.text()).toContain('event: job');
    expect((await guest.browser.get('/console/jobs')).status).toBe(303);
  });
});
