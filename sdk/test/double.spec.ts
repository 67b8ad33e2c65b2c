import { NotFoundError, UnavailableError, ForbiddenError, ApiError } from '../src/errors.js';
import { MemoryCpod } from '../src/testing.js';
import { faultOf } from './stand-in.js';

let cpod: MemoryCpod;

beforeEach(() => {
  cpod = new MemoryCpod();
});

describe('the in-memory backend', () => {
  it('denies everything by default', async () => {
    const { client } = cpod.setSecret('KEY', 'value').setSkill('echo', (input) => input);
    expect(await client.authorize({ action: 'a.read', resource: 'a/1' })).toMatchObject({ allowed: false });
    for (const call of [
      () => client.files.write('shared', 'a.txt', 'x'),
      () => client.secrets.resolve('KEY'),
      () => client.skills.run('echo'),
      () => client.audit.emit({ action: 'a.b' }),
      () => client.flags.evaluate('f'),
    ]) {
      expect(await faultOf(call())).toBeInstanceOf(ForbiddenError);
    }
    expect(cpod.calls.filter(({ allowed, action }) => allowed && action !== '')).toEqual([]);
  });

  it('allows calls by action and resource until denyAll', async () => {
    cpod.allow('invoice.*', 'invoice/4*');
    const ask = async (action: string, resource: string) => (await cpod.client.authorize({ action, resource })).allowed;
    expect(await ask('invoice.approve', 'invoice/42')).toBe(true);
    expect(await ask('invoice.approve', 'invoice/52')).toBe(false);
    expect(await ask('xinvoice.approve', 'invoice/42')).toBe(false);
    cpod.denyAll();
    expect(await ask('invoice.approve', 'invoice/42')).toBe(false);
  });

  it('accepts only registered tokens that are not revoked', async () => {
    cpod.allow('*').setToken('t', { sub: 'usr-1' });
    const { client } = cpod;
    const iss = 'http://localhost';
    const ask = (token: string) => client.authorize({ token, action: 'a.b', resource: 'a' });
    expect(await ask('t')).toEqual({ allowed: true, claims: { sub: 'usr-1', iss, aud: iss }, reason: '' });
    expect(await client.validateToken('t')).toMatchObject({ active: true, sub: 'usr-1' });
    await client.revokeToken('t');
    expect([(await ask('t')).allowed, (await client.validateToken('t')).active]).toEqual([false, false]);
  });

  it('returns 501 for unsupported calls, and fails every call during an outage', async () => {
    cpod.allow('*');
    expect(await faultOf(cpod.client.groups.create({ displayName: 'G' }))).toMatchObject({ status: 501 });
    cpod.outage();
    expect(await faultOf(cpod.client.authorize({ action: 'a.b', resource: 'a' }))).toBeInstanceOf(UnavailableError);
    cpod.outage(false);
    expect((await cpod.client.authorize({ action: 'a.b', resource: 'a' })).allowed).toBe(true);
  });

  it('runs skills and serves their jobs', async () => {
    cpod
      .allow('skill.run')
      .allow('job.*')
      .setSkill('add', (input) => (input as number[]).reduce((a, b) => a + b));
    const run = await cpod.client.skills.run('add', [1, 2]);
    expect(run).toMatchObject({ status: 'completed', output: 3 });
    const types: string[] = [];
    for await (const { type } of cpod.client.jobs.watch(run.id)) types.push(type);
    expect(types).toEqual(['created', 'started', 'succeeded']);
    expect(await cpod.client.jobs.wait(run.id)).toMatchObject({ status: 'completed', output: 3 });
    const failed = await cpod.client.skills.run('add', null);
    expect(failed).toMatchObject({ status: 'failed', output: null, error: { code: 'failed' } });
    expect(await faultOf(cpod.client.skills.run('none'))).toBeInstanceOf(NotFoundError);
  });

  it('stores files, secrets, flags and the audit log', async () => {
    cpod.allow('*').setSecret('KEY', 'value').setFlag('on', true);
    const { files, secrets, flags, audit } = cpod.client;
    const file = await files.write('shared', 'a/b.txt', 'hello', { contentType: 'text/plain' });
    expect(file).toMatchObject({ key: 'a/b.txt', size: 5, version: 1 });
    const content = await files.read('shared', 'a/b.txt');
    expect([await content.text(), content.contentType, content.etag]).toEqual(['hello', 'text/plain', file.etag]);
    expect(await files.list({ tier: 'shared', prefix: 'a/' }).all()).toEqual([file]);
    expect(await faultOf(files.write('shared', 'a/b.txt', '', { ifNoneMatch: '*' }))).toMatchObject({ status: 412 });
    await files.delete('shared', 'a/b.txt');
    expect([cpod.fileText('shared', 'a/b.txt'), await faultOf(files.read('shared', 'a/b.txt'))]).toEqual([
      null,
      expect.any(NotFoundError),
    ]);
    expect(await secrets.resolveMany(['KEY'])).toEqual({ KEY: 'value' });
    expect(await faultOf(secrets.resolveMany(['KEY', 'NONE']))).toMatchObject({ status: 404, code: 'not_found' });
    expect([(await flags.evaluate('on')).enabled, (await flags.evaluate('off')).enabled]).toEqual([true, false]);
    await audit.emit({ action: 'invoice.approve', resourceId: '42' });
    expect(cpod.auditEvents).toEqual([{ action: 'invoice.approve', resourceId: '42' }]);
  });

  it('returns the configured responses and records every call', async () => {
    cpod.answer('GET', '/v1/projects/*', ({ path }) => ({ status: 200, json: { id: path.split('/').at(-1) } }));
    expect(await cpod.client.projects.get('prj-1')).toEqual({ id: 'prj-1' });
    expect(await faultOf(cpod.client.projects.members('prj-1').page())).toBeInstanceOf(ApiError);
    await cpod
      .allow('job.get')
      .client.jobs.get('job-1')
      .catch(() => undefined);
    expect(cpod.calls.map(({ path, action }) => [path, action])).toEqual([
      ['/v1/projects/prj-1', ''],
      ['/v1/projects/prj-1/members', ''],
      ['/v1/jobs/job-1', 'job.get'],
    ]);
  });
});
