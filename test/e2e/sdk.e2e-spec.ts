import {
  CpodClient,
  etagOf,
  ForbiddenError,
  InvalidRequestError,
  type Middleware,
  NotFoundError,
  PatternRefusedError,
  PreconditionFailedError,
  UnauthorizedError,
  type TokenSet,
} from '../../sdk/src/main.js';
import { verify } from '../../sdk/src/webhooks.js';
import { PLATFORM_SCOPES } from '../../src/modules/apps/contract/platform-scopes';
import { CookieBrowser } from '../support/browser-form';
import { CutFetch } from '../support/cut-fetch';
import { eventually } from '../support/eventually';
import { ExampleApp } from '../support/example-app';
import { freePorts } from '../support/free-ports';
import { Installation } from '../support/installation';
import { CALLBACK } from '../support/relying-party';
import { walk } from '../support/sign-in-walk';
import { WebhookReceiver } from '../support/webhook-receiver';

const OWNER = { email: 'owner@example.com', password: 'a password of the SDK tests' };
const SCOPES = [...PLATFORM_SCOPES.keys(), 'introspect'];
const PERSONAL = ['openid', 'profile', 'email', 'offline_access'];

let installation: Installation;
let baseUrl: string;
/** The administrator app. */
let admin: CpodClient;
/** An app with every scope of the platform. */
let client: CpodClient;
let credentials: { readonly clientId: string; readonly clientSecret: string };

beforeAll(async () => {
  const environment = {
    BOOTSTRAP_ADMIN_EMAIL: OWNER.email,
    BOOTSTRAP_ADMIN_PASSWORD: OWNER.password,
    WEBHOOKS_PRIVATE_ADDRESSES: 'true',
    JOBS_ALLOW_LOCAL_PROCESS: 'true',
  };
  installation = await Installation.start({ layout: 'all', environment });
  baseUrl = installation.backendUrl;
  const bootstrap = { CPOD_CLIENT_ID: 'app-admin', CPOD_CLIENT_SECRET: installation.secrets.adminSecret };
  admin = CpodClient.fromEnv({ scope: 'admin' }, { ...bootstrap, CPOD_BASE_URL: baseUrl });
  const app = await admin.apps.register({ name: 'All', declared_scopes: SCOPES, default_scopes: SCOPES });
  credentials = { clientId: app.client_id, clientSecret: app.client_secret ?? '' };
  client = new CpodClient({ ...credentials, baseUrl });
});

afterAll(() => installation?.remove());

/** A client with its own connection, which counts its requests. */
function counted(cut = new CutFetch()): { readonly own: CpodClient; readonly cut: CutFetch } {
  return { own: new CpodClient({ ...credentials, baseUrl, fetch: cut.fetch }), cut };
}

const TOKEN_PATH = '/v1/oauth/token';
let keys = 0;
const newProject = () => client.projects.create({ key: `SDK${(keys += 1)}`, name: `Project ${keys}` });

describe('tokens', () => {
  it('are fetched once for many calls, and again after revocation', async () => {
    const { own, cut } = counted();
    const lists = () => Promise.all(Array.from({ length: 20 }, () => own.projects.list().page()));
    await lists();
    expect(cut.counts.get(TOKEN_PATH)).toBe(1);
    await own.revokeToken(await own.accessToken());
    await lists();
    expect(cut.counts.get(TOKEN_PATH)).toBe(2);
    expect(cut.counts.get('/v1/projects')).toBeLessThanOrEqual(60);
  });

  it('are validated, revoked and authorized', async () => {
    const token = await counted().own.accessToken();
    expect(await client.validateToken(token)).toMatchObject({ active: true, client_id: credentials.clientId });
    const question = { token, action: 'project.create', resource: 'project' };
    expect(await client.authorize(question)).toMatchObject({ allowed: true, reason: '' });
    expect(await client.authorize({ ...question, action: 'platform.tenant.create' })).toMatchObject({ allowed: false });
    await client.revokeToken(token);
    expect(await client.validateToken(token)).toEqual({ active: false });
    expect(await client.authorize(question)).toMatchObject({ allowed: false, reason: 'token_revoked', claims: {} });
    await expect(CpodClient.fromToken(token, { baseUrl }).projects.list().page()).rejects.toThrow(UnauthorizedError);
  });

  it('are issued for an API key until it is revoked', async () => {
    const made = await client.credentials.create({ name: 'CI', scopes: ['projects.read'] });
    const environment = { CPOD_API_KEY: made.key, CPOD_BASE_URL: baseUrl };
    const keyed = CpodClient.fromEnv({}, environment);
    await keyed.projects.list().page();
    await expect(keyed.projects.create({ key: 'NO', name: 'No' })).rejects.toThrow(ForbiddenError);
    expect(await client.credentials.get(made.id)).toMatchObject({ name: 'CI', status: 'active' });
    expect(await client.credentials.list().all()).toEqual([expect.objectContaining({ id: made.id })]);
    const rotated = await client.credentials.rotate(made.id, { overlapSeconds: 0 });
    expect(rotated.key).not.toBe(made.key);
    expect((await client.credentials.revoke(made.id)).status).toBe('revoked');
    await expect(CpodClient.fromEnv({}, environment).projects.list().page()).rejects.toThrow(InvalidRequestError);
  });
});

describe('rate limits and aborted calls', () => {
  it('a call over the limit is retried when the backend allows it', async () => {
    const app = await admin.apps.register({
      name: 'Limited',
      declared_scopes: ['groups.read'],
      default_scopes: ['groups.read'],
    });
    const rule = { client: app.client_id, route: 'GET /v1/groups', limit: 2, windowSeconds: 2 };
    const put = { token: await admin.accessToken(), method: 'PUT', json: rule };
    expect((await installation.controlPlane('/api/v1/rate-limits/sdk', put)).status).toBe(200);
    const own = { clientId: app.client_id, clientSecret: app.client_secret, baseUrl };
    const hasty = new CpodClient({ ...own, maxRetries: 0 });
    const faults = await eventually(async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => hasty.groups.list().page()));
      const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
      expect(refused.length).toBeGreaterThan(0);
      return refused;
    });
    expect(faults[0]).toMatchObject({ name: 'RateLimitedError', code: 'rate_limited', status: 429 });
    const cut = new CutFetch();
    const patient = new CpodClient({ ...own, maxRetries: 10, fetch: cut.fetch });
    for (let turn = 0; turn < 4; turn++) await patient.groups.list().page();
    expect(cut.counts.get('/v1/groups')).toBeGreaterThan(4);
  });

  it('a call and a stream end when aborted', async () => {
    const over = new AbortController();
    const waiting = client.skills.run('none', {}, { signal: over.signal });
    over.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const stream = client.events.subscribe({ signal: AbortSignal.timeout(50) });
    await expect(stream.next()).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('apps', () => {
  it('are changed only if they still have the entity tag that a middleware read', async () => {
    let tag = '';
    const readTag: Middleware = async (request, next) => {
      const response = await next(request);
      tag = response.headers.get('etag') ?? tag;
      return response;
    };
    const own = { clientId: 'app-admin', clientSecret: installation.secrets.adminSecret, scope: 'admin', baseUrl };
    const reader = new CpodClient({ ...own, middleware: [readTag] });
    const { client_id: id } = await admin.apps.register({ name: 'Tagged' });
    await reader.apps.get(id);
    const ifMatch = tag;
    expect(await admin.apps.update(id, { name: 'Changed' }, { ifMatch })).toMatchObject({ name: 'Changed' });
    await expect(admin.apps.update(id, { name: 'Late' }, { ifMatch })).rejects.toThrow(PreconditionFailedError);
    expect((await admin.apps.get(id)).name).toBe('Changed');
  });
});

describe('projects, groups and users', () => {
  it('projects are created once, changed conditionally, listed in pages, deleted and restored', async () => {
    const idempotencyKey = 'once';
    const project = { key: 'ONCE', name: 'Once' };
    const [one, again] = [
      await client.projects.create(project, { idempotencyKey }),
      await client.projects.create(project, { idempotencyKey }),
    ];
    expect(again.id).toBe(one.id);
    const changed = await client.projects.update(one.id, { name: 'Twice' }, { ifMatch: etagOf(one) });
    expect(changed).toMatchObject({ name: 'Twice', version: 2 });
    const late = client.projects.update(one.id, { name: 'Late' }, { ifMatch: etagOf(one) });
    await expect(late).rejects.toThrow(PreconditionFailedError);
    const made = [one.id, ...(await Promise.all([newProject(), newProject(), newProject()])).map(({ id }) => id)];
    const listed = await client.projects.list({ limit: 2, sort: 'createdAt' }).all();
    expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(made));
    await client.projects.delete(one.id);
    await expect(client.projects.get(one.id)).rejects.toThrow(NotFoundError);
    expect((await client.projects.restore(one.id)).deletedAt).toBeNull();
    await eventually(async () => {
      const acts = (await client.projects.activity(one.id).all()).map(({ action }) => action);
      expect(acts).toEqual(expect.arrayContaining(['project.create', 'project.restore']));
    });
  });

  it('users are invited, accept, and are added to groups and projects', async () => {
    const sent = await client.users.invite({ email: 'ada@example.com', displayName: 'Ada' });
    expect(await client.users.invitations.get(sent.id)).toMatchObject({ email: 'ada@example.com' });
    expect((await client.users.invitations.list().all()).map(({ id }) => id)).toContain(sent.id);
    const again = await client.users.invitations.resend(sent.id);
    const token = new URL(again.link ?? 'none:').pathname.split('/').at(-1) ?? '';
    const linked = new URL(again.link ?? 'none:').searchParams.get('token') ?? token;
    const ada = await client.users.invitations.accept(linked, { password: 'a long password of hers' });
    expect(ada).toMatchObject({ status: 'active', displayName: 'Ada' });
    expect(await client.userProfiles.update(ada.id, { displayName: 'Ada L.' })).toMatchObject({
      displayName: 'Ada L.',
    });
    expect((await client.users.list({ q: 'ada' }).all()).map(({ id }) => id)).toEqual([ada.id]);

    const group = await client.groups.create({ displayName: 'Engines' });
    await client.groups.addMember(group.id, ada.id);
    expect((await client.groups.members(group.id).all()).map(({ userId }) => userId)).toEqual([ada.id]);
    await client.groups.removeMember(group.id, ada.id);
    expect((await client.groups.update(group.id, { displayName: 'Looms' })).displayName).toBe('Looms');
    expect((await client.groups.list().all()).map(({ id }) => id)).toContain(group.id);
    await client.groups.delete(group.id);
    await expect(client.groups.get(group.id)).rejects.toThrow(NotFoundError);

    const { id } = await newProject();
    await client.projects.setMember(id, ada.id, { role: 'viewer' });
    expect((await client.projects.members(id).all()).map(({ userId }) => userId)).toContain(ada.id);
    await client.projects.removeMember(id, ada.id);

    expect((await client.users.suspend(ada.id)).status).toBe('suspended');
    expect((await client.users.activate(ada.id)).status).toBe('active');
    expect((await client.users.deactivate(ada.id)).status).toBe('deactivated');
    expect(await client.users.delete(ada.id, { dryRun: true })).toMatchObject({ removed: false });
    expect(await client.users.delete(ada.id)).toMatchObject({ removed: true });
    await expect(client.users.get(ada.id)).rejects.toThrow(NotFoundError);
    const revoked = await client.users.invite({ email: 'bob@example.com' });
    expect((await client.users.invitations.revoke(revoked.id)).status).toBe('revoked');
    const report = await client.users.import('email,displayName\neve@example.com,Eve\n', 'text/csv', { dryRun: true });
    expect(report).toMatchObject({ dryRun: true });
  });

  it('the current tenant and its apps are administered', async () => {
    const tenant = await admin.tenants.current();
    expect(await admin.tenants.updateCurrent({ name: 'Harbour' })).toMatchObject({ id: tenant.id, name: 'Harbour' });
    await expect(admin.tenants.list().page()).rejects.toThrow(ForbiddenError);
    const app = await admin.apps.register({ name: 'Short-lived' });
    expect(await admin.apps.update(app.client_id, { name: 'Renamed' })).toMatchObject({ name: 'Renamed' });
    expect((await admin.apps.rotateSecret(app.client_id, 0)).client_secret).not.toBe(app.client_secret);
    expect((await admin.apps.list().all()).map(({ client_id }) => client_id)).toContain(app.client_id);
    await admin.apps.delete(app.client_id);
    await expect(admin.apps.get(app.client_id)).rejects.toThrow(NotFoundError);
  });
});

describe('files, secrets, flags, masking and the audit log', () => {
  it('files are written, read entirely and in part, copied, moved, signed and deleted', async () => {
    const { files } = client;
    const file = await files.write('shared', 'a b/ä?.txt', 'hello world', { contentType: 'text/plain' });
    expect(file).toMatchObject({ key: 'a b/ä?.txt', size: 11, version: 1 });
    await expect(files.write('shared', 'a b/ä?.txt', '', { ifNoneMatch: '*' })).rejects.toThrow(
      PreconditionFailedError,
    );
    const bytes = new TextEncoder().encode('hello again');
    const stream = new Blob([bytes]).stream();
    expect((await files.write('shared', 'a b/ä?.txt', stream, { ifMatch: file.etag })).version).toBe(2);
    const content = await files.read('shared', 'a b/ä?.txt');
    expect([content.size, content.version, await content.bytes()]).toEqual([11, 2, bytes]);
    expect(await (await files.read('shared', 'a b/ä?.txt', { range: [6] })).text()).toBe('again');
    expect(await (await files.read('shared', 'a b/ä?.txt', { version: 1 })).text()).toBe('hello world');
    expect((await files.versions('shared', 'a b/ä?.txt').all()).map(({ version }) => version)).toEqual([2, 1]);
    const source = { tier: 'shared', path: 'a b/ä?.txt' } as const;
    await files.copy({ source, target: { tier: 'private', path: 'copy.txt' } });
    const moved = { tier: 'private', path: 'moved.txt' } as const;
    await files.move({ source: { tier: 'private', path: 'copy.txt' }, target: moved });
    expect((await files.list({ tier: 'private' }).all()).map(({ key }) => key)).toEqual(['moved.txt']);
    const { url } = await files.sign({ method: 'GET', ...moved });
    expect(await (await fetch(url)).text()).toBe('hello again');
    await files.delete('private', 'moved.txt', { versions: 'drop' });
    await expect(files.read('private', 'moved.txt')).rejects.toThrow(NotFoundError);
  });

  it('secrets are resolved only with a grant, and either all requested secrets or none', async () => {
    for (const name of ['ONE', 'TWO']) await client.secrets.set(name, { value: `of ${name}` });
    await expect(client.secrets.resolve('ONE')).rejects.toThrow(ForbiddenError);
    const token = await admin.accessToken();
    for (const path of ['ONE', 'TWO', 'NONE']) {
      const json = { principal: { type: 'client', id: credentials.clientId }, path: { path } };
      expect((await installation.controlPlane('/api/v1/secrets/grants', { token, json })).status).toBe(201);
    }
    await eventually(async () => expect(await client.secrets.resolve('ONE')).toBe('of ONE'));
    const both = await eventually(() => client.secrets.resolveMany(['ONE', 'TWO']));
    expect(both).toEqual({ ONE: 'of ONE', TWO: 'of TWO' });
    await eventually(() => expect(client.secrets.resolveMany(['ONE', 'NONE'])).rejects.toThrow(NotFoundError));
    expect(await client.secrets.get('ONE')).toMatchObject({ name: 'ONE', currentVersion: 1 });
    expect(await client.secrets.versions('ONE').all()).toHaveLength(1);
    expect((await client.secrets.list().all()).map(({ name }) => name)).toEqual(['ONE', 'TWO']);
    await client.secrets.delete('TWO');
    expect((await client.secrets.get('TWO')).deletedAt).not.toBeNull();
  });

  it('flags are set and evaluated', async () => {
    const variants = { variants: { on: true, off: false }, defaultVariant: 'on', state: 'ENABLED' };
    await client.flags.set('new-desk', variants);
    await eventually(async () =>
      expect(await client.flags.evaluate('new-desk')).toMatchObject({ enabled: true, value: true }),
    );
    const unknown = await client.flags.evaluate('none', { defaultValue: 'blue', context: { targetingKey: 'usr-1' } });
    expect(unknown).toMatchObject({ value: 'blue', errorCode: 'FLAG_NOT_FOUND' });
    expect((await client.flags.evaluateAll()).evaluations.map(({ key }) => key)).toEqual(['new-desk']);
    expect((await client.flags.list().all()).map(({ key }) => key)).toEqual(['new-desk']);
  });

  it('values are masked completely or not returned', async () => {
    const { masking } = client;
    const masked = await masking.maskBatch([{ password: 'hunter2' }, 'mail ada@example.com', 7]);
    expect(JSON.stringify(masked)).not.toMatch(/hunter2|ada@/);
    expect([masked.length, masked[2]]).toEqual([3, 7]);
    expect(await masking.mask({ email: 'ada@example.com', ok: 'yes' })).toMatchObject({ ok: 'yes' });
    expect(await masking.maskString('mail ada@example.com')).not.toContain('ada@');
    await expect(masking.maskString('x', { extraPatterns: ['(?<=a)b'] })).rejects.toThrow(PatternRefusedError);
    const token = String(await masking.maskString('ada@example.com', { strategy: 'tokenise' }));
    expect((await masking.detokenise({ tokens: [token] })).items[0]?.value).toBe('ada@example.com');
  });

  it('events of the app are appended, found, proven and exported', async () => {
    const { id } = await client.audit.emit({ action: 'invoice.approve', resourceType: 'invoice', resourceId: '42' });
    const [record] = await client.audit.query({ action: 'invoice.approve' }).all();
    expect(record).toMatchObject({ id, resourceId: '42', outcome: 'success' });
    await eventually(async () =>
      expect(await client.audit.proof(id)).toMatchObject({ treeSize: expect.any(Number) as number }),
    );
    const text = await new Response(await client.audit.export({ action: 'invoice.approve' })).text();
    expect(text).toContain(id);
  });
});

describe('skills, jobs and workflows', () => {
  const source = (body: string) => ({
    runtime: 'javascript' as const,
    source: `export default async (input, { log, progress }) => { ${body} }`,
  });

  it('a skill is registered, given an alias, run and watched through interruptions, and its log is read', async () => {
    const steps =
      'for (let i = 1; i < 5; i++) { log(`line ${i}`); progress(i * 20, `step ${i}`); } return input.a + input.b;';
    const skill = await client.skills.register('add', source(steps));
    await client.skills.register('add', source('return 0;'));
    await client.skills.setAlias('add', 'prod', 2);
    await client.skills.setAlias('add', 'prod', skill.version);
    const done = await client.skills.run('add', { a: 1, b: 2 }, { waitSeconds: 20 });
    expect(done).toMatchObject({ status: 'completed', output: 3 });

    const { own, cut } = counted(new CutFetch(1, 2));
    const { id } = await own.skills.run('add', { a: 3, b: 4 });
    const seqs: number[] = [];
    for await (const { seq } of own.jobs.watch(id)) seqs.push(seq);
    expect(cut.cuts).toBe(2);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(await own.jobs.wait(id, { timeoutMs: 120_000 })).toMatchObject({ status: 'completed', output: 7 });
    const lines: string[] = [];
    for await (const { text } of own.jobs.logs(id)) lines.push(text);
    expect(lines.filter((line) => line.includes('line')).length).toBe(4);
    expect((await client.jobs.list({ kind: 'add' }).all()).map((job) => job.id)).toContain(id);
    expect((await client.jobs.output(id)).items).toEqual([]);

    expect(await client.skills.rollbackAlias('add', 'prod')).toMatchObject({ aliases: { prod: 2 } });
    expect((await client.skills.deleteAlias('add', 'prod')).aliases).toEqual({});
    expect((await client.skills.versions('add').all()).map(({ version }) => version)).toEqual([2, 1]);
    expect((await client.skills.version('add', 1)).hash).toBe(skill.hash);
    expect(await client.skills.openApi('add')).toHaveProperty('openapi');
    expect((await client.skills.list().all()).map(({ name }) => name)).toContain('add');
  });

  it('a job fails, is cancelled before it runs, and is run again', async () => {
    await client.skills.register('fail', source('throw new Error("no figures");'));
    const failed = await client.jobs.wait((await client.skills.run('fail')).id, { timeoutMs: 120_000 });
    expect(failed).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('no figures') as string },
    });
    const later = await client.skills.run('fail', {}, { delaySeconds: 3600 });
    const late = client.jobs.wait(later.id, { timeoutMs: 100 });
    await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
    await client.jobs.cancel(later.id, 'not needed');
    expect(await client.jobs.wait(later.id)).toMatchObject({ status: 'cancelled', cancelReason: 'not needed' });
    const again = await client.jobs.requeue(failed.id);
    expect(await client.jobs.wait(again.id)).toMatchObject({ status: 'failed', requeuedFrom: failed.id });
    await client.skills.delete('fail');
    await expect(client.skills.get('fail')).rejects.toThrow(NotFoundError);
  });

  it('a workflow is validated, created, triggered, approved and cancelled', async () => {
    const { workflows } = client;
    await client.skills.register('double', source('return input.n * 2;'));
    expect(await workflows.validate('name: x\nsteps: 7\n')).toMatchObject({ isValid: false });
    const steps = [{ id: 'double', type: 'skill', skill: 'double', input: { n: '{{input.n}}' } }] as const;
    const workflow = await workflows.create({ name: 'Doubling', trigger: { type: 'manual' }, steps });
    const { jobId } = await workflows.trigger(workflow.id, { n: 4 });
    expect(await client.jobs.wait(jobId, { timeoutMs: 120_000 })).toMatchObject({ status: 'completed' });
    expect(await workflows.run(jobId)).toMatchObject({ id: jobId, status: 'completed' });
    expect((await workflows.runs(workflow.id).all()).map(({ id }) => id)).toEqual([jobId]);
    const waits = [...steps, { id: 'pause', type: 'wait', seconds: 3600, dependsOn: ['double'] }] as const;
    const changed = await workflows.update(workflow.id, {
      name: 'Doubling',
      trigger: { type: 'manual' },
      steps: waits,
    });
    expect(changed.version).toBe(2);
    expect(await workflows.diff(workflow.id, { from: 1, to: 2 })).toMatchObject({ added: ['pause'] });
    expect((await workflows.versions(workflow.id).all()).map(({ version }) => version)).toEqual([2, 1]);
    expect((await workflows.version(workflow.id, 1)).version).toBe(1);
    const waiting = await workflows.trigger(workflow.id, { n: 1 });
    await workflows.cancelRun(waiting.jobId, { reason: 'enough' });
    expect(await client.jobs.wait(waiting.jobId, { timeoutMs: 120_000 })).toMatchObject({ status: 'cancelled' });
    expect((await workflows.restore(workflow.id, 1)).version).toBe(3);
    expect(await workflows.get(workflow.id)).toMatchObject({ name: 'Doubling' });
    expect((await workflows.list().all()).map(({ id }) => id)).toEqual([workflow.id]);
    await workflows.delete(workflow.id);
    await expect(workflows.get(workflow.id)).rejects.toThrow(NotFoundError);
  });

  it('a job schedule is stored and deleted', async () => {
    const job = { type: 'container', kind: 'nightly', command: ['true'] } as const;
    await expect(client.jobs.setSchedule('nightly', { cron: 'no', job })).rejects.toThrow(InvalidRequestError);
    const kept = await client.jobs.setSchedule('nightly', { cron: '0 3 * * *', job });
    expect(await client.jobs.schedule('nightly')).toMatchObject({ name: kept.name, cron: '0 3 * * *' });
    expect((await client.jobs.schedules().all()).map(({ name }) => name)).toEqual(['nightly']);
    await client.jobs.deleteSchedule('nightly');
    await expect(client.jobs.schedule('nightly')).rejects.toThrow(NotFoundError);
  });
});

describe('events and webhooks', () => {
  it('a subscription resumes after interruptions, without gaps or repetition', async () => {
    const { own, cut } = counted(new CutFetch(2, 3));
    const before = await client.events.list({ subject: 'none' }).page();
    const made: string[] = [];
    for (let count = 0; count < 10; count++) made.push(`project/${(await newProject()).id}`);
    const seen: string[] = [];
    const options = { types: ['coresdk.project.created'], lastEventId: before.lastEventId };
    for await (const { event } of own.events.subscribe(options)) {
      seen.push(event.subject);
      if (seen.length === made.length) break;
    }
    expect(cut.cuts).toBe(3);
    expect([...seen].sort()).toEqual([...made].sort());
  });

  it('a webhook is created, tested and verified, and its deliveries are listed', async () => {
    const receiver = await WebhookReceiver.open();
    try {
      const { webhooks } = client;
      const webhook = await webhooks.create({ url: `${receiver.url}/all`, types: ['coresdk.project.*'] });
      expect(await webhooks.test(webhook.id)).toMatchObject({ delivered: true });
      const project = await newProject();
      const received = await eventually(() => {
        const found = receiver.received.find(({ event }) => event.subject === `project/${project.id}`);
        if (!found) throw new Error('The event has not arrived yet.');
        return found;
      });
      const { body, headers } = received;
      const { id, event } = await verify({ body, headers, secret: webhook.secret });
      expect([id, event.type]).toEqual([received.id, 'coresdk.project.created']);
      await expect(verify({ body: `${body} `, headers, secret: webhook.secret })).rejects.toThrow('signature');
      await eventually(async () => {
        const sent = await webhooks.deliveries(webhook.id, { status: 'delivered' }).all();
        expect(sent.map((one) => one.id)).toContain(id);
      });
      await webhooks.replay(webhook.id, id);
      expect(await webhooks.replayDead(webhook.id)).toEqual({ replayed: 0 });
      expect((await webhooks.rotateSecret(webhook.id)).secret).not.toBe(webhook.secret);
      expect(await webhooks.update(webhook.id, { status: 'paused' })).toMatchObject({ status: 'paused' });
      expect((await webhooks.list().all()).map((one) => one.id)).toEqual([webhook.id]);
      await webhooks.delete(webhook.id);
      await expect(webhooks.get(webhook.id)).rejects.toThrow(NotFoundError);
    } finally {
      await receiver.close();
    }
  });
});

describe('a client for a user', () => {
  it('signs in once with a code', async () => {
    const app = await admin.apps.register({
      name: 'Harbour',
      app_type: 'web',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [CALLBACK],
      declared_scopes: [...PERSONAL, 'projects.read', 'sessions.read', 'sessions.write', 'users.read', 'users.write'],
    });
    const scope = [...PERSONAL, 'projects.read', 'sessions.read', 'sessions.write', 'users.read', 'users.write'].join(
      ' ',
    );
    const order = { clientId: app.client_id, redirectUri: CALLBACK, scope };
    const { url, pending } = await CpodClient.beginLogin(order, { baseUrl });
    const callback = await walk(new CookieBrowser(baseUrl), new URL(url), OWNER);
    const clientSecret = app.client_secret;
    const tokens = await CpodClient.exchangeCode(callback, pending, { baseUrl, clientSecret });
    expect(tokens.idClaims).toMatchObject({ iss: baseUrl, sub: expect.stringMatching(/^usr-/) as string });
    await expect(CpodClient.exchangeCode(callback, pending, { baseUrl, clientSecret })).rejects.toMatchObject({
      code: 'invalid_grant',
    });
  });

  it('reads the account, sessions and grants, and renews a revoked token', async () => {
    const scopes = [...PERSONAL, 'sessions.read', 'sessions.write', 'users.read', 'users.write'];
    const app = await admin.apps.register({
      name: 'Lighthouse',
      app_type: 'spa',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      declared_scopes: scopes,
    });
    const order = { clientId: app.client_id, redirectUri: CALLBACK, scope: scopes.join(' ') };
    const { url, pending } = await CpodClient.beginLogin(order, { baseUrl });
    const callback = await walk(new CookieBrowser(baseUrl), new URL(url), OWNER);
    const tokens = await CpodClient.exchangeCode(callback, pending, { baseUrl });
    const renewed: TokenSet[] = [];
    const user = CpodClient.fromToken(tokens, {
      baseUrl,
      client: { clientId: app.client_id },
      onTokens: (set) => void renewed.push(set),
    });
    const me = await user.users.me();
    expect(me.email).toBe(OWNER.email);
    expect(await user.userinfo()).toMatchObject({ sub: me.id, email: OWNER.email });
    expect(await user.users.updateMe({ displayName: 'The owner' })).toMatchObject({ displayName: 'The owner' });
    expect((await user.sessions.list().all()).length).toBeGreaterThan(0);
    await user.revokeToken(tokens.accessToken);
    await Promise.all([user.users.me(), user.users.me(), user.sessions.list().page()]);
    expect(renewed.map(({ refreshToken }) => refreshToken === tokens.refreshToken)).toEqual([false]);
    const { items } = await user.grants.list();
    const own = items.find(({ client_id }) => client_id === app.client_id);
    expect(own).toBeDefined();
    await user.grants.revoke(own?.id ?? '');
    await expect(user.users.me()).rejects.toMatchObject({ status: expect.any(Number) as number });
  });
});

describe('the sample application, the report desk', () => {
  let example: ExampleApp;
  let home: string;

  beforeAll(async () => {
    const [port] = await freePorts(1);
    home = `http://127.0.0.1:${port}`;
    example = await ExampleApp.open('report-desk', { PORT: String(port), CPOD_BASE_URL: baseUrl });
    await example.edit('platform.yaml', ':8765/', `:${port}/`);
    const variables = await example.configure(installation, 'app-report-desk');
    await example.serve('app.ts', variables, 'The report desk is at');
  });

  afterAll(() => example?.remove());

  it('signs a user in, runs a skill, watches its job, stores the file, and gets denials from the policy', async () => {
    const desk = new CookieBrowser(home);
    const json = async (path: string, init: RequestInit = {}) => {
      const cookie = [...desk.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(home + path, { ...init, headers: { cookie } });
      return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
    };
    expect(await json('/reports')).toMatchObject({ status: 401 });
    const start = (await desk.get('/login')).headers.get('location') ?? '';
    const callback = await walk(new CookieBrowser(baseUrl), new URL(start), OWNER, home);
    // Another browser that gets the callback URL is not signed in.
    expect((await new CookieBrowser(home).get(callback.pathname + callback.search)).status).toBe(401);
    expect(JSON.parse((await desk.get(callback.pathname + callback.search)).text)).toEqual({
      signedIn: expect.stringMatching(/^usr-/) as string,
    });

    const figures = JSON.stringify({ title: 'May', figures: [3, 4, 5] });
    const made = await json('/reports', { method: 'POST', body: figures });
    expect(made).toMatchObject({
      status: 201,
      body: {
        report: { title: 'May', total: 12, average: 4 },
        seen: expect.arrayContaining(['created', 'succeeded']) as string[],
      },
    });
    const { id } = made.body as { readonly id: string };
    expect(await json('/reports')).toEqual({ status: 200, body: { reports: [`reports/${id}.json`] } });
    expect(await json('/reports', { method: 'POST', body: '{"title":"None","figures":[]}' })).toMatchObject({
      status: 400,
    });
    expect(await json(`/reports?id=${id}`, { method: 'DELETE' })).toMatchObject({ status: 403 });
    expect(await json('/reports')).toEqual({ status: 200, body: { reports: [`reports/${id}.json`] } });
  });
});
