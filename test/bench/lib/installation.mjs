import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryFlags } from '../../../scripts/steps/server-flags.mjs';
import { moveOffServingCore } from './cores.mjs';
import { processTree, residentMb } from './proc.mjs';
import { freePorts, untilReady } from './processes.mjs';

/** The scopes of every test app in the bench; each installation declares them. */
const SCOPES = ['projects.read', 'projects.write'];
const SETTLE_MS = 500;
/** The time that V8 takes to collect garbage and return the memory. */
const COLLECTED_MS = 3_000;

/** Options of an installation that supports {@link heldMb}. */
export const COLLECTABLE = ['--expose-gc', '--require', './test/bench/lib/collect-garbage.cjs'];

/** Returns the memory in MB of a process started with {@link COLLECTABLE}, after garbage collection. */
export async function heldMb(pid) {
  process.kill(pid, 'SIGUSR2');
  await sleep(COLLECTED_MS);
  return residentMb(pid);
}

/** One installation of the platform in a separate DATA_DIR, with its roles as separate processes. */
export class Installation {
  #processes;
  #nodeArgs;
  #databasePid = null;

  constructor(processes, { folder, nodeArgs = [] }) {
    this.#processes = processes;
    this.#nodeArgs = nodeArgs;
    this.dataDir = mkdtempSync(path.join(folder, 'data-'));
    // If the bench runs as root, PostgreSQL runs as a different user, who needs access.
    chmodSync(this.dataDir, 0o711);
    this.controlPlaneToken = secret('cpt_');
    this.owner = { email: 'owner@example.com', password: secret('') };
    const auditKey = path.join(this.dataDir, 'audit-signing-key.pem');
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(auditKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    this.env = {
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      DATA_DIR: this.dataDir,
      ISSUER_URL: 'http://localhost:8000',
      MASTER_KEY: randomBytes(32).toString('base64url'),
      CONTROL_PLANE_TOKEN: this.controlPlaneToken,
      AUDIT_SIGNING_KEY_FILE: auditKey,
      BOOTSTRAP_CLIENT_SECRET: secret('cs_'),
      CORESDK_SERVICE_TOKEN: secret('svc_'),
      BOOTSTRAP_ADMIN_EMAIL: this.owner.email,
      BOOTSTRAP_ADMIN_PASSWORD: this.owner.password,
      TRUSTED_PROXIES: '127.0.0.1',
      // All requests come from one address.
      LIMIT_PER_ADDRESS: '0',
      LIMIT_PER_CLIENT: '0',
      // In production, the control plane does not start without this setting.
      TRUSTED_PROXIES: '127.0.0.1',
    };
  }

  /** Starts the control plane and waits until it is ready. Moves PostgreSQL, which the control plane starts, off the serving core. */
  async controlPlane({ core = 'serving' } = {}) {
    const [port, healthPort] = await freePorts(2);
    const env = { ROLE: 'control-plane', CONTROL_PLANE_PORT: port, HEALTH_PORT: healthPort };
    const role = await this.#role('control-plane', env, healthPort, core);
    this.#findDatabase();
    if (core !== 'any') this.keepDatabaseAway();
    this.url = `http://127.0.0.1:${port}`;
    return { ...role, url: this.url };
  }

  /** Starts a sidecar and waits until it is ready. */
  async sidecar({ core = 'serving', name = 'sidecar' } = {}) {
    const [port, healthPort] = await freePorts(2);
    const address = `127.0.0.1:${port}`;
    const env = { ROLE: 'sidecar', CORESDK_SIDECAR_ADDR: address, HEALTH_PORT: healthPort };
    const role = await this.#role(name, env, healthPort, core);
    if (core !== 'any') this.keepDatabaseAway();
    return { ...role, address };
  }

  /** Starts a backend that uses the running control plane and a sidecar, and waits until the backend is ready. */
  async backend({ address }, { core = 'serving' } = {}) {
    const [port, healthPort] = await freePorts(2);
    const env = {
      ROLE: 'backend',
      PORT: port,
      HEALTH_PORT: healthPort,
      CONTROL_PLANE_URL: this.url,
      CORESDK_SIDECAR_ADDR: address,
    };
    const role = await this.#role('backend', env, healthPort, core);
    if (core !== 'any') this.keepDatabaseAway();
    return { ...role, url: `http://127.0.0.1:${port}` };
  }

  /**
   * Starts everything in one process, as `npm start` does. Returns the milliseconds until it is ready as `readyMs`, the public
   * API as `backendUrl`, the sidecar's address as `address`, and OPA's as `opaUrl`.
   */
  async all() {
    const [port, controlPlanePort, healthPort, grpcPort, opaPort] = await freePorts(5);
    const env = {
      ROLE: 'all',
      PORT: port,
      CONTROL_PLANE_PORT: controlPlanePort,
      HEALTH_PORT: healthPort,
      CORESDK_SIDECAR_ADDR: `127.0.0.1:${grpcPort}`,
      CORESDK_OPA_ADDR: `127.0.0.1:${opaPort}`,
    };
    const role = await this.#role('all', env, healthPort, 'any');
    this.#findDatabase();
    this.url = `http://127.0.0.1:${controlPlanePort}`;
    const opaUrl = `http://${env.CORESDK_OPA_ADDR}`;
    return { ...role, backendUrl: `http://127.0.0.1:${port}`, address: env.CORESDK_SIDECAR_ADDR, opaUrl };
  }

  #findDatabase() {
    this.#databasePid = Number(readFileSync(path.join(this.dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  }

  /** The processes of the database; counted in addition to the serving process. */
  databasePids() {
    return this.#databasePid === null ? [] : processTree(this.#databasePid);
  }

  /**
   * Moves the database off the serving core. The postmaster starts all its connections, so this includes the connections of processes on
   * that core.
   */
  keepDatabaseAway() {
    moveOffServingCore(...this.databasePids());
  }

  /** Registers an app. Returns its `Authorization` header and ids. */
  async registerApp(members = {}) {
    const answer = await fetch(`${this.url}/api/v1/apps?tenant=default`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.controlPlaneToken}` },
      body: JSON.stringify({ name: 'Bench', declared_scopes: SCOPES, default_scopes: SCOPES, ...members }),
    });
    if (answer.status !== 201) throw new Error(`No app: ${answer.status} ${await answer.text()}`);
    const app = await answer.json();
    return { clientId: app.client_id, clientSecret: app.client_secret };
  }

  /** Uploads a policy bundle (JSON form) for the first tenant. Returns the version. */
  async uploadPolicy(bundle) {
    const answer = await fetch(`${this.url}/api/v1/tenants/default/policy`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.controlPlaneToken}` },
      body: JSON.stringify(bundle),
    });
    if (!answer.ok) throw new Error(`No policy: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).version;
  }

  /** Replaces the flags of the first tenant. */
  putFlags(document) {
    return this.#put('/api/v1/flags/document?tenant=default', document);
  }

  /** Creates or replaces one flag of the first tenant. */
  putFlag(key, flag) {
    return this.#put(`/api/v1/flags/${key}?tenant=default`, flag);
  }

  /** Sets whether successful plain reads of the first tenant are recorded as `each` or `aggregated`. */
  recordReads(reads) {
    return this.#put('/api/v1/audit/retention?tenant=default', { keepDays: null, legalHold: null, reads });
  }

  async #put(path, json) {
    const answer = await fetch(this.url + path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.controlPlaneToken}` },
      body: JSON.stringify(json),
    });
    if (!answer.ok) throw new Error(`${path} was refused: ${answer.status} ${await answer.text()}`);
  }

  /** The metadata with which a service of this installation calls its sidecars. */
  serviceHeaders() {
    return { 'x-service-token': this.env.CORESDK_SERVICE_TOKEN, 'x-service-name': 'bench' };
  }

  async #role(name, env, healthPort, core) {
    const began = performance.now();
    const started = this.#processes.start(name, ['dist/bundle/src/main.js'], {
      env: { ...this.env, ...env },
      core,
      // Our processes run as the product starts them. Peers run with their defaults.
      nodeArgs: [...memoryFlags, ...this.#nodeArgs],
    });
    await untilReady(started, `http://127.0.0.1:${healthPort}/readyz`);
    const readyMs = performance.now() - began;
    await sleep(SETTLE_MS);
    return { ...started, readyMs };
  }
}

function secret(prefix) {
  return prefix + randomBytes(24).toString('base64url');
}
