import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status as Grpc } from '@grpc/grpc-js';
import type { Client } from 'pg';
import { ConfigError } from '../../src/kernel/config/config-section';
import type { Project } from '../../src/modules/projects/contract/projects.types';
import { readSettings } from '../../src/roles/settings';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { type Answer, basicHeader } from '../support/http-client';
import { Installation, removeData } from '../support/installation';
import { openSocket } from '../support/raw-http';
import { RoleProcess } from '../support/role-process';

const SECRET = 'a-secret-of-more-than-thirty-two-characters';
/** The faults that the test checks with a started process; for the other faults, it reads the configuration itself. */
const WITH_PROCESS = [
  'an unknown role and numbers that are invalid, out of range or fractional: all faults together',
  'a sidecar that would listen on the network',
];

function faultOf(read: () => unknown): Error {
  try {
    read();
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  throw new Error('There is no fault.');
}

describe('an invalid configuration', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'coresdk-config-')));
  });

  afterAll(async () => {
    // These programs must not get as far as a database; if one does, the test must not leave it behind.
    await removeData(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts the program, which must exit on its own with code 1. Returns its output. */
  async function refusal(environment: Record<string, string>): Promise<string> {
    const process = new RoleProcess('refused', { DATA_DIR: join(folder, 'data'), ...environment }, folder);
    process.launch();
    expect(await process.ending()).toEqual({ code: 1, signal: null });
    expect(process.log).not.toMatch(/\n\s+at |node_modules|\/work\//);
    for (const value of Object.values(environment)) if (value === SECRET) expect(process.log).not.toContain(value);
    return process.log;
  }

  const faults: [string, Record<string, string>, string[]][] = [
    [
      'an unknown role and numbers that are invalid, out of range or fractional: all faults together',
      {
        ROLE: 'leader',
        NODE_ENV: 'staging',
        PORT: 'eighty',
        CONTROL_PLANE_PORT: '70000',
        HEALTH_PORT: '0',
        DATABASE_POOL_SIZE: '2.5',
        DATABASE_STATEMENT_TIMEOUT_MS: '-1',
        CHANGE_FEED_MAX_AGE_MS: '1e4',
        ISSUER_URL: 'localhost:8000',
        LOG_LEVEL: 'loud',
        DATABASE_URL: 'mysql://x',
        CONTROL_PLANE_TOKEN: 'short',
        MASTER_KEY: 'short',
        CORESDK_SIDECAR_ADDR: 'nowhere',
        BOOTSTRAP_TENANT: 'Not A Slug',
        BOOTSTRAP_CLIENT_ID: 'admin',
      },
      [
        'ROLE must be one of all, backend, control-plane, sidecar, worker.',
        'NODE_ENV must be one of',
        'PORT must be a whole number from 1 to 65535.',
        'CONTROL_PLANE_PORT must be a whole number',
        'HEALTH_PORT must be a whole number',
        'DATABASE_POOL_SIZE must be a whole number',
        'DATABASE_STATEMENT_TIMEOUT_MS must be a whole number',
        'CHANGE_FEED_MAX_AGE_MS must be a whole number',
        'ISSUER_URL must be a URL',
        'LOG_LEVEL must be one of',
        'DATABASE_URL must begin with postgres://',
        'DATABASE_MIGRATION_URL must be set with DATABASE_URL',
        'CONTROL_PLANE_TOKEN must have at least 16 characters',
        'MASTER_KEY must have at least 32 characters',
        'CORESDK_SIDECAR_ADDR must be host:port',
        'BOOTSTRAP_TENANT must be lower-case',
        'BOOTSTRAP_CLIENT_ID must be app-',
      ],
    ],
    [
      'a backend without its required settings',
      { ROLE: 'backend' },
      [
        'CONTROL_PLANE_URL must be set',
        'CORESDK_SIDECAR_ADDR must be set',
        'CORESDK_SERVICE_TOKEN must be set',
        'MASTER_KEY must be set',
      ],
    ],
    [
      'a sidecar without its secrets',
      { ROLE: 'sidecar' },
      ['CORESDK_SERVICE_TOKEN must be set', 'MASTER_KEY must be set'],
    ],
    [
      'a control plane without secrets',
      { ROLE: 'control-plane' },
      ['MASTER_KEY must be set', 'CONTROL_PLANE_TOKEN must be set'],
    ],
    [
      'production without secrets',
      { NODE_ENV: 'production' },
      [
        'MASTER_KEY must be set with NODE_ENV=production',
        'CONTROL_PLANE_TOKEN must be set with NODE_ENV=production',
        'AUDIT_SIGNING_KEY_FILE must be set for the control plane with NODE_ENV=production',
      ],
    ],
    [
      'a control plane in production without the addresses of its backends',
      { ROLE: 'control-plane', NODE_ENV: 'production', CONTROL_PLANE_TOKEN: SECRET, MASTER_KEY: SECRET },
      [
        'TRUSTED_PROXIES must be set with ROLE=control-plane in production, to the addresses of the backends',
        'AUDIT_SIGNING_KEY_FILE must be set for the control plane with NODE_ENV=production',
      ],
    ],
    [
      'a sidecar that would listen on the network',
      { ROLE: 'sidecar', CORESDK_SERVICE_TOKEN: SECRET, MASTER_KEY: SECRET, CORESDK_SIDECAR_ADDR: '0.0.0.0:50051' },
      ['CORESDK_SIDECAR_ADDR must be a loopback address or unix:/path'],
    ],
    [
      'a sidecar that would listen on the network over IPv6, with a database that no process migrates',
      { CORESDK_SIDECAR_ADDR: '[::]:50051', DATABASE_URL: 'postgres://u@127.0.0.1/x' },
      ['CORESDK_SIDECAR_ADDR must be a loopback address or unix:/path', 'DATABASE_MIGRATION_URL must be set'],
    ],
    [
      'equal ports',
      { PORT: '9091' },
      ['PORT, CONTROL_PLANE_PORT, HEALTH_PORT, CORESDK_SIDECAR_ADDR must be different ports'],
    ],
    [
      'a sidecar on the same port as a different surface',
      { PORT: '50051', CORESDK_SIDECAR_ADDR: '127.0.0.1:50051' },
      ['must be different ports'],
    ],
    ['an invalid sidecar port', { CORESDK_SIDECAR_ADDR: '127.0.0.1:99999' }, ['CORESDK_SIDECAR_ADDR']],
  ];

  function expectAll(log: string, sentences: readonly string[]): void {
    for (const sentence of sentences) expect(log).toContain(sentence);
    const count = log.split('\n').filter((line) => line.startsWith('  - ')).length;
    expect(count).toBe(sentences.length);
  }

  test.each(faults)('%s', (_name, environment, sentences) => {
    const fault = faultOf(() => readSettings(environment));
    expect(fault).toBeInstanceOf(ConfigError);
    expectAll(fault.message, sentences);
    for (const value of Object.values(environment)) if (value === SECRET) expect(fault.message).not.toContain(value);
  });

  test.each(faults.filter(([name]) => WITH_PROCESS.includes(name)))(
    'is reported before anything starts: %s',
    async (...fault) => {
      const [, environment, sentences] = fault;
      expectAll(await refusal(environment), sentences);
    },
  );

  test('names a port in use by a different program, and the setting to change', async () => {
    const [port = 0, other = 0, sidecar = 0] = await freePorts(3);
    const squatter: Server = createServer().listen(port);
    try {
      const log = await refusal({
        PORT: String(other),
        HEALTH_PORT: String(port),
        CORESDK_SIDECAR_ADDR: `127.0.0.1:${sidecar}`,
        LOG_LEVEL: 'silent',
      });
      expect(log).toContain(`EADDRINUSE`);
      expect(log).toContain('Another program uses this port');
    } finally {
      squatter.close();
    }
  });
});

describe('a graceful stop', () => {
  let installation: Installation;
  let token: string;

  beforeAll(async () => {
    installation = await Installation.start({ layout: 'all' });
    const app = await installation.register(await installation.adminToken());
    token = await installation.token(app.client_id, app.client_secret);
  });

  afterAll(() => installation.remove());
  beforeEach(() => installation.launch());

  /** Holds a lock that a new project needs, so that its request stays in flight. */
  async function lockProjects(): Promise<Client> {
    const locker = await installation.connect();
    await locker.query('BEGIN; LOCK TABLE projects.projects IN ACCESS EXCLUSIVE MODE');
    return locker;
  }

  function createProject(key: string): Promise<Answer<Project>> {
    return installation.backend<Project>('/v1/projects', { token, json: { key, name: key } });
  }

  test('completes requests in flight, reports not ready, refuses new requests, and exits with 0', async () => {
    const program = installation.process('all');
    const locker = await lockProjects();
    const inFlight = createProject('FLIGHT');
    await eventually(async () => {
      const waiting = await installation.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
      expect(waiting).toHaveLength(1);
    });
    program.signal('SIGTERM');
    await eventually(async () => expect(await program.readiness()).toBe(503));
    await eventually(() => expect(installation.backend('/healthz', {})).rejects.toThrow('fetch failed'));
    expect(program.isRunning).toBe(true);
    await locker.query('COMMIT');
    await locker.end();
    const answer = await inFlight;
    expect(answer.status).toBe(201);
    // The caller keeps its connection open for reuse; the server must not wait for it to close.
    expect(await program.ending(10_000)).toEqual({ code: 0, signal: null });
    expect(await program.readiness()).toBeNull();
    await installation.launch();
    const got = await installation.backend<Project>(`/v1/projects/${answer.body.id}`, { token });
    expect(got.body).toEqual(answer.body);
  });

  test('a second start finds the bootstrap completed, and does not print any secrets', async () => {
    const shown = installation.process('all').log.match(/Admin client id/g) ?? [];
    expect(shown).toHaveLength(1);
    expect(installation.logs()).not.toContain(installation.secrets.adminSecret);
  });

  test('does not wait for a client that has sent half a request', async () => {
    const half = await openSocket(installation.backendUrl);
    half.on('error', () => undefined);
    half.write(
      `POST /v1/oauth/token HTTP/1.1\r\nHost: x\r\nAuthorization: ${basicHeader('a', 'b')}\r\nContent-Length: 9\r\n`,
    );
    const idle = await openSocket(installation.backendUrl);
    idle.on('error', () => undefined);
    const program = installation.process('all');
    await eventually(async () => expect((await installation.backend('/healthz')).status).toBe(200));
    program.signal('SIGTERM');
    try {
      expect(await program.ending(12_000)).toEqual({ code: 0, signal: null });
    } finally {
      half.destroy();
      idle.destroy();
    }
  });

  test('ends a client’s stream, and does not wait for it', async () => {
    const watch = installation.sidecar().stream('/grpc.health.v1.Health/Watch');
    await watch.first;
    const program = installation.process('all');
    program.signal('SIGTERM');
    expect(await program.ending(8_000)).toEqual({ code: 0, signal: null });
    expect(await watch.ended).not.toBe(Grpc.OK);
  });

  test('ends a process that is still starting, and leaves nothing running', async () => {
    const program = installation.process('all');
    await program.stop();
    program.launch();
    await eventually(() => expect(program.readiness()).resolves.toBe(503));
    program.signal('SIGTERM');
    expect(await program.ending()).toEqual({ code: 0, signal: null });
  });
});
