import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CertificateAuthority } from '../support/certificate-authority';
import { askDoctor, examine, runDoctor } from '../support/doctor';
import { freePorts } from '../support/free-ports';
import { Installation } from '../support/installation';
import { activateBundle } from '../support/policy-bundle';

type Environment = Readonly<Record<string, string>>;

describe('npx coresdk doctor', () => {
  let folder: string;
  let installation: Installation;
  let environment: Environment;

  const ask = (changes: Environment = {}) => askDoctor(folder, { ...environment, ...changes });
  /** Runs the doctor in this process. */
  const find = (changes: Environment = {}) => examine({ ...environment, ...changes });
  /** The environment of a separate process, with ports that differ from the running process's ports. */
  const otherPorts = async (): Promise<Environment> => {
    const [backend, controlPlane, health, sidecar] = await freePorts(4);
    return {
      PORT: String(backend),
      CONTROL_PLANE_PORT: String(controlPlane),
      HEALTH_PORT: String(health),
      CORESDK_SIDECAR_ADDR: `127.0.0.1:${sidecar}`,
    };
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'coresdk-doctor-'));
    installation = await Installation.start({ layout: 'all' });
    environment = installation.process('all').environment;
  });

  afterAll(async () => {
    await installation.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('on a healthy installation', () => {
    it('reports no problems and exits 0', async () => {
      const { code, report, of } = await ask();
      expect(report.groups.flatMap(({ findings }) => findings).filter(({ status }) => status === 'fail')).toEqual([]);
      expect(report.groups.flatMap(({ findings }) => findings).filter(({ status }) => status === 'warn')).toEqual([]);
      expect([code, report.status]).toEqual([0, 'ok']);
      expect(report.groups.map(({ name }) => name)).toEqual([
        'Configuration',
        'Process',
        'Database',
        'Tenant walls',
        'Migrations',
        'Keys',
        'Policy',
        'Clock',
        'Ports',
        'TLS',
        'Change feed',
        'Audit log',
        'Disk',
      ]);
      expect(of('Process', 'running')).toMatchObject({ status: 'ok' });
      expect(of('Ports', 'PORT')).toMatchObject({ detail: `${environment['PORT']} is ours` });
      expect(of('Tenant walls', 'cross tenant read')).toMatchObject({ status: 'ok' });
      expect(of('Keys', 'MASTER_KEY')).toMatchObject({ status: 'ok' });
      expect(of('Keys', 'signing key')).toMatchObject({ detail: expect.stringMatching(/rotates in \d+ days/) });
      expect(of('Policy', 'bundles')).toMatchObject({ detail: expect.stringMatching(/^1 tenant,/) });
      expect(of('Change feed', 'bell')).toMatchObject({ status: 'ok' });
      expect(of('Change feed', 'lag')).toMatchObject({ status: 'ok' });
      expect(of('Audit log', 'writable')).toMatchObject({ status: 'ok' });
    });

    it('prints aligned text with a summary, without color outside a terminal; --strict passes too', async () => {
      const { code, out, err } = await runDoctor(folder, environment, ['--strict']);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^Configuration\n {2}✓ settings +ROLE=all, NODE_ENV=test\n\nProcess\n/);
      expect(out).toMatch(/\n0 failed, 0 warnings, \d+ in order, \d+ not checked, in \d+\.\d s\.\n$/);
      expect(out).not.toContain('\u001b');
      const columns = out.split('\n').flatMap((line) => /^ {2}[✓–] (.+?) {2,}\S/.exec(line)?.[0].length ?? []);
      expect(new Set(columns).size).toBe(1);
    });

    it('does not change anything', async () => {
      const count = () =>
        installation.query<{ n: string }>(
          `SELECT (SELECT count(*) FROM audit.events WHERE action LIKE '%probe%') || '/' || (SELECT count(*) FROM
           kernel.changes) || '/' || (SELECT count(*) FROM kernel.outbox) || '/' || (SELECT count(*) FROM keys.signing_keys)
           AS n`,
        );
      const before = await count();
      await ask();
      expect(await count()).toEqual(before);
    });

    it('never prints a secret in any form', async () => {
      const runs = [await runDoctor(folder, environment), await runDoctor(folder, environment, ['--json'])];
      const text = runs.map(({ out, err }) => out + err).join('\n');
      for (const secret of Object.values(installation.secrets)) expect(text).not.toContain(secret);
    });
  });

  it('refuses unknown options', async () => {
    expect(await runDoctor(folder, {}, ['--fix'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('--fix'),
    });
    expect(await runDoctor(folder, {}, ['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Exits 0') });
  });

  it('reports all configuration faults together, and still runs independent checks', async () => {
    const { report, of } = await find({
      PORT: 'eighty',
      JWKS_MAX_AGE_SECONDS: '0',
      CORESDK_TLS_CERT_FILE: '/nowhere.crt',
    });
    expect(report.status).toBe('fail');
    expect(of('Configuration', 'PORT')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('whole number'),
    });
    expect(of('Configuration', 'JWKS_MAX_AGE_SECONDS')).toMatchObject({ status: 'fail' });
    expect(of('Configuration', 'settings')).toMatchObject({ detail: expect.stringContaining('CORESDK_TLS_KEY_FILE') });
    expect(of('Ports', 'Ports')).toMatchObject({ status: 'skip', detail: 'not checked until PORT is valid' });
    expect(of('Database', 'reachable')).toMatchObject({ status: 'ok' });
  });

  it('does not check any database other than the configured one', async () => {
    const { of, report } = await find({ DATABASE_URL: 'mysql://coresdk_app:very-secret@db/coresdk' });
    expect(report.status).toBe('fail');
    expect(of('Configuration', 'DATABASE_URL')).toMatchObject({
      status: 'fail',
      detail: 'must begin with postgres://',
    });
    expect(of('Database', 'Database')).toMatchObject({ status: 'skip' });
    expect(of('Policy', 'bundles')).toBeUndefined();
    expect(JSON.stringify(report)).not.toContain('very-secret');
  });

  it('detects a wrong MASTER_KEY, and does not print it', async () => {
    const MASTER_KEY = 'another key of the same length, or some more';
    const { out, report, of } = await find({ MASTER_KEY });
    expect(report.status).toBe('fail');
    expect(of('Keys', 'MASTER_KEY')).toMatchObject({
      status: 'fail',
      detail: 'does not decrypt the data of this installation',
      remedy: expect.stringContaining('MASTER_KEY_PREVIOUS'),
    });
    expect(of('Keys', 'active key')).toBeUndefined();
    expect(out).not.toContain(MASTER_KEY);
  });

  it('detects a port in use by a different program, and exits 1', async () => {
    const ports = await otherPorts();
    const server = createServer().listen(Number(ports['PORT']));
    await once(server, 'listening');
    const { code, of } = await ask(ports);
    await close(server);
    expect(code).toBe(1);
    expect(of('Ports', 'PORT')).toMatchObject({
      status: 'fail',
      detail: `${ports['PORT']} is in use by a different program`,
    });
    expect(of('Ports', 'HEALTH_PORT')).toMatchObject({ status: 'ok', detail: `${ports['HEALTH_PORT']} is free` });
  });

  it('detects a database that does not respond, refuses the login or does not exist', async () => {
    const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const urls = (at: number): Environment => ({
      DATABASE_URL: `postgres://coresdk_app:very-secret@127.0.0.1:${at}/coresdk`,
      DATABASE_MIGRATION_URL: `postgres://coresdk_owner:very-secret@127.0.0.1:${at}/coresdk`,
    });
    const silent = await ask(urls(port));
    await close(server);
    expect(silent.code).toBe(1);
    expect(silent.of('Database', 'reachable')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('in time'),
    });
    const away = await ask(urls(port));
    expect(away.of('Database', 'reachable')).toMatchObject({
      status: 'fail',
      detail: `coresdk_app@127.0.0.1:${port}/coresdk: nothing listens there`,
    });
    const wrong = await ask(urls(Number(new URL(await installation.appUrl()).port)));
    expect(wrong.of('Database', 'reachable')).toMatchObject({
      detail: expect.stringContaining('it refuses the password'),
    });
    for (const { out } of [silent, away, wrong]) expect(out).not.toContain('very-secret');
  });

  it('detects a missing migration and an unknown one', async () => {
    const [last] = await installation.query<{ id: number; name: string; timestamp: string }>(
      'DELETE FROM kernel.migrations WHERE id = (SELECT max(id) FROM kernel.migrations) RETURNING *',
    );
    await installation.query(`INSERT INTO kernel.migrations (timestamp, name) VALUES (1, 'OfTomorrow1')`);
    const { report, of } = await find();
    await installation.query(`DELETE FROM kernel.migrations WHERE name = 'OfTomorrow1'`);
    await installation.query('INSERT INTO kernel.migrations (id, timestamp, name) VALUES ($1, $2, $3)', [
      last?.id,
      last?.timestamp,
      last?.name,
    ]);
    expect(report.status).toBe('fail');
    expect(of('Migrations', 'pending')).toMatchObject({ status: 'fail', detail: `1 pending: ${last?.name}` });
    expect(of('Migrations', 'unknown')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('OfTomorrow1'),
    });
  });

  it('detects disabled row security between tenants', async () => {
    await installation.query('ALTER TABLE projects.projects NO FORCE ROW LEVEL SECURITY');
    await installation.query('ALTER ROLE coresdk_app BYPASSRLS');
    const { report, of } = await find();
    await installation.query('ALTER ROLE coresdk_app NOBYPASSRLS');
    await installation.query('ALTER TABLE projects.projects FORCE ROW LEVEL SECURITY');
    expect(report.status).toBe('fail');
    expect(of('Tenant walls', 'row security')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('projects.projects'),
      remedy: expect.stringContaining('FORCE ROW LEVEL SECURITY'),
    });
    expect(of('Tenant walls', 'application role')).toMatchObject({
      status: 'fail',
      remedy: 'As a superuser: ALTER ROLE coresdk_app NOBYPASSRLS.',
    });
  });

  it('detects that the next signing key is missing', async () => {
    // Takes the lock for key creation, so that no other key is created meanwhile.
    await installation.query('SELECT pg_advisory_lock(4107332)');
    await installation.query(`UPDATE keys.signing_keys SET status = 'retired' WHERE status = 'next'`);
    const { of } = await find();
    await installation.query(`UPDATE keys.signing_keys SET status = 'next' WHERE status = 'retired'`);
    await installation.query('SELECT pg_advisory_unlock(4107332)');
    expect(of('Keys', 'next key')).toMatchObject({ status: 'warn', detail: 'no key exists for the next rotation' });
  });

  it('detects a changed signing key', async () => {
    const where = `status = 'active'`;
    const [key] = await installation.query<{ sealed_private: Buffer }>(
      `SELECT sealed_private FROM keys.signing_keys WHERE ${where}`,
    );
    await installation.query(`UPDATE keys.signing_keys SET sealed_private = sealed_private || '\\x00' WHERE ${where}`);
    const { report, of } = await find();
    await installation.query(`UPDATE keys.signing_keys SET sealed_private = $1 WHERE ${where}`, [key?.sealed_private]);
    expect(report.status).toBe('fail');
    expect(of('Keys', 'MASTER_KEY')).toMatchObject({ status: 'ok' });
    expect(of('Keys', 'active key')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('the key was changed'),
    });
  });

  it('detects policies that do not compile, in the folder and in a tenant', async () => {
    writeFileSync(path.join(folder, 'broken.rego'), 'package broken\n\nallow if { x > 1 }\n');
    const base = await find({ CORESDK_POLICY_DIR: folder });
    rmSync(path.join(folder, 'broken.rego'));
    expect(base.report.status).toBe('fail');
    expect(base.of('Policy', 'base policy')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('broken.rego'),
    });
    const [tenant] = await installation.query<{ id: string }>('SELECT id FROM tenants.tenants');
    const adminUrl = await installation.adminUrl();
    await activateBundle(adminUrl, tenant?.id ?? '', {
      modules: { 'mine.rego': 'package mine\n\nallow if { x > 1 }\n' },
    });
    const own = await find();
    await installation.query('UPDATE policy.heads SET active_version = NULL');
    expect(own.report.status).toBe('fail');
    expect(own.of('Policy', 'base policy')).toMatchObject({ status: 'ok' });
    expect(own.of('Policy', 'bundle of default')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/^Version 1 .* mine\.rego/),
      remedy: expect.stringContaining('rollback'),
    });
  });

  it('detects an audit log that does not accept records', async () => {
    await installation.query('ALTER TABLE audit.heads ADD CONSTRAINT closed CHECK (size < 0) NOT VALID');
    const { report, of } = await find();
    await installation.query('ALTER TABLE audit.heads DROP CONSTRAINT closed');
    expect(report.status).toBe('fail');
    expect(of('Audit log', 'writable')).toMatchObject({ status: 'fail' });
  });

  it('detects an expired certificate, one from an unknown authority, and one that expires soon', async () => {
    const authority = await CertificateAuthority.create();
    const stranger = await CertificateAuthority.create('Stranger');
    const files = (issued: { certFile: string; keyFile: string }): Environment => ({
      CORESDK_TLS_CERT_FILE: issued.certFile,
      CORESDK_TLS_KEY_FILE: issued.keyFile,
      CORESDK_TLS_CA_FILE: authority.caFile,
    });
    try {
      const past = new Date('2024-01-01T00:00:00Z');
      const expired = await find(files(await authority.issue('sidecar', ['DNS:localhost'], past)));
      expect(expired.report.status).toBe('fail');
      expect(expired.of('TLS', 'files')).toMatchObject({
        status: 'fail',
        detail: expect.stringContaining('has expired'),
      });
      const foreign = await find(files(await stranger.server()));
      expect(foreign.of('TLS', 'authorities')).toMatchObject({ status: 'fail' });
      const good = await find(files(await authority.server()));
      expect(good.of('TLS', 'expiry')).toMatchObject({
        status: 'warn',
        detail: expect.stringMatching(/^valid until .*, \d more days?$/),
      });
      expect(good.of('TLS', 'authorities')).toMatchObject({ status: 'ok' });
      expect(good.of('TLS', 'names')).toMatchObject({ status: 'ok' });
      const unnamed = await find(files(await authority.issue('sidecar')));
      expect(unnamed.of('TLS', 'names')).toMatchObject({ status: 'warn' });
    } finally {
      authority.remove();
      stranger.remove();
    }
  });

  it('detects a Redis that does not respond', async () => {
    const [port] = await freePorts(1);
    const { out, report, of } = await find({ REDIS_URL: `redis://:very-secret@127.0.0.1:${port}` });
    expect(report.status).toBe('fail');
    expect(of('Redis', 'reachable')).toMatchObject({ status: 'fail', detail: expect.stringContaining('ECONNREFUSED') });
    expect(out).not.toContain('very-secret');
  });

  it('checks a stopped installation without starting its database', async () => {
    await installation.process('all').stop();
    const { code, of } = await ask();
    const strict = await runDoctor(folder, environment, ['--strict']);
    expect([code, strict.code]).toEqual([0, 1]);
    expect(of('Process', 'running')).toMatchObject({ status: 'skip' });
    expect(of('Database', 'reachable')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('is not running'),
    });
    expect(of('Ports', 'PORT')).toMatchObject({ status: 'ok', detail: `${environment['PORT']} is free` });
    expect(of('Policy', 'base policy')).toMatchObject({ status: 'ok' });
    await expect(installation.query('SELECT 1')).rejects.toThrow();
  });
});

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
