import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { Binaries } from '../../src/kernel/database/embedded/binaries';
import { ADMIN_ROLE, type Credentials, DATABASE, urlFor } from '../../src/kernel/database/embedded/credentials';
import { type DataLocation, giveTo } from '../../src/kernel/database/embedded/data-location';
import { openEmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres';
import { openInstallation, prepareData, prepareFolders } from '../../src/kernel/database/embedded/installation';
import { SERVER_ENVIRONMENT, serverArguments } from '../../src/kernel/database/embedded/server-settings';
import { DatabaseProxy } from './database-proxy';
import { eventually } from './eventually';
import { freePorts } from './free-ports';
import type { DatabaseUrls } from './installation';
import { makeDataDir } from './prepared-data';
import { byPort, inDatabase } from './test-server';

const run = promisify(execFile);
const POLL_MS = 20;
/** Only servers crash here, not machines, so no data needs to reach the disk. */
const SETTINGS = { fsync: 'off' };

/**
 * A PostgreSQL server and its standby behind one address, which leads to the current primary. A commit waits for the standby, so both
 * servers have all acknowledged writes.
 */
export class PostgresPair {
  private constructor(
    private readonly folder: string,
    private readonly programs: Programs,
    private readonly proxy: DatabaseProxy,
    private primary: Server,
    private standby: Server | null,
    /** URLs with the address that never changes. */
    readonly urls: DatabaseUrls,
  ) {}

  /** The time at which the primary last began to accept connections, by `performance.now()`. */
  openedAt = 0;

  /** Creates a migrated database, and starts both servers. */
  static async open(): Promise<PostgresPair> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'coresdk-pair-')));
    // If the tests run as root, the servers run as a different user, who needs access to the parent folders.
    await chmod(folder, 0o711);
    const dataDir = join(folder, 'data');
    await makeDataDir(dataDir);
    const embedded = await openEmbeddedPostgres({ dataDir, log: () => undefined, settings: SETTINGS });
    const { appUrl, ownerUrl, adminUrl } = embedded;
    await embedded.stop();
    const { root, controlFolder } = await prepareFolders(dataDir);
    const installation = await openInstallation(root, controlFolder, { log: () => undefined });
    const programs = { ...(await prepareData(installation)), user: installation.location.user };
    const primary = new Server(programs, installation.location.dataDirectory, await freePort());
    const proxy = await DatabaseProxy.open(primary.port);
    const through = (url: string): string => proxy.through(byPort(url));
    const urls = {
      appUrl: through(appUrl),
      ownerUrl: through(ownerUrl),
      adminUrl: through(inDatabase(adminUrl, DATABASE)),
    };
    const pair = new PostgresPair(folder, programs, proxy, primary, null, urls);
    await pair.startBoth();
    return pair;
  }

  /**
   * Stops the primary and starts it again, with a new standby. Resolves when it accepts connections.
   * @param signal SIGINT: ends connections and writes a checkpoint. SIGQUIT: recovers from its WAL, as after a crash.
   */
  async restart(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    await this.primary.end(signal);
    await this.startBoth();
  }

  /** Kills the primary (kill -9), and the standby takes over. Resolves when it accepts connections. */
  async failOver(): Promise<void> {
    const { standby } = this;
    if (standby === null) throw new Error('The standby has taken over already: restart first.');
    const lost = this.primary;
    await lost.end('SIGKILL');
    await query(standby.adminUrl, 'SELECT pg_promote(true, 60)');
    this.primary = standby;
    this.standby = null;
    this.proxy.leadTo(standby.port);
    this.openedAt = performance.now();
    await rm(lost.dataDirectory, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Ends every connection of the product. @returns the number of connections. */
  async terminateAll(): Promise<number> {
    const [row] = await query<{ n: number }>(
      this.primary.adminUrl,
      `SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity WHERE usename LIKE 'coresdk_%'`,
    );
    this.openedAt = performance.now();
    return row?.n ?? 0;
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.standby?.end('SIGQUIT');
    await this.primary.end('SIGQUIT');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Starts the standby as a copy of the primary, which must be stopped. */
  private async startBoth(): Promise<void> {
    await this.standby?.end('SIGQUIT');
    if (this.standby) await rm(this.standby.dataDirectory, { recursive: true, force: true, maxRetries: 10 });
    const port = await freePort();
    const standby = new Server(this.programs, join(this.folder, `standby-${port}`), port);
    await run('cp', ['-pR', this.primary.dataDirectory, standby.dataDirectory]);
    await standby.follow(this.primary);
    this.standby = standby;
    this.primary.start({ synchronous_standby_names: '*' });
    await this.primary.untilOpen();
    this.openedAt = performance.now();
    await eventually(async () => {
      const standbys = await query(
        this.primary.adminUrl,
        `SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'`,
      );
      expect(standbys.length).toBe(1);
    });
  }
}

interface Programs {
  readonly binaries: Binaries;
  readonly credentials: Credentials;
  readonly user: DataLocation['user'];
}

/** One server of the pair. */
class Server {
  private child: ChildProcess | null = null;

  constructor(
    private readonly programs: Programs,
    readonly dataDirectory: string,
    readonly port: number,
  ) {}

  /** The superuser's URL for the product's database, by the server's own port. */
  get adminUrl(): string {
    return urlFor(ADMIN_ROLE, this.programs.credentials.admin, { port: this.port, socketFolder: null }, DATABASE);
  }

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(settings: Readonly<Record<string, string>>): void {
    const { binaries, user } = this.programs;
    const args = serverArguments(this.dataDirectory, this.port, { ...SETTINGS, ...settings });
    this.child = spawn(join(binaries.folder, 'bin', 'postgres'), args, {
      ...user.switchTo,
      env: SERVER_ENVIRONMENT,
      cwd: '/',
      stdio: 'ignore',
    });
  }

  /** Starts as the standby of `primary`, which need not be running yet. The data must be a copy of the primary's. */
  async follow(primary: Server): Promise<void> {
    const signal = join(this.dataDirectory, 'standby.signal');
    await writeFile(signal, '');
    await giveTo(this.programs.user, signal);
    const { admin } = this.programs.credentials;
    this.start({
      primary_conninfo: `host=127.0.0.1 port=${primary.port} user=${ADMIN_ROLE} password=${admin}`,
      wal_retrieve_retry_interval: '100ms',
    });
  }

  /** Resolves when the server accepts connections. */
  async untilOpen(): Promise<void> {
    for (;;) {
      if (!this.isRunning) throw new Error(`PostgreSQL exited with ${this.child?.exitCode} while it was starting.`);
      const isOpen = await query(this.adminUrl, 'SELECT 1').then(
        () => true,
        () => false,
      );
      if (isOpen) return;
      await sleep(POLL_MS);
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === null || !this.isRunning) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  // Its server can stop.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
