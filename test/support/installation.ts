import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import {
  ADMIN_ROLE,
  APP_ROLE,
  type Credentials,
  DATABASE,
  readCredentials,
  urlFor,
} from '../../src/kernel/database/embedded/credentials';
import { locateData } from '../../src/kernel/database/embedded/data-location';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres';
import { stopPostmaster } from '../../src/kernel/database/embedded/postmaster';
import type { App, AppWithSecret } from '../../src/modules/apps/contract/apps.types';
import type { TokenAnswer } from '../../src/modules/oauth/contract/oauth.types';
import { freePorts } from './free-ports';
import { GrpcClient } from './grpc-client';
import { holdToDocument } from './held-surfaces';
import { type Answer, call, type Call } from './http-client';
import { makeDataDir } from './prepared-data';
import { RoleProcess } from './role-process';
import { inDatabase } from './test-server';

/** One process, or the control plane, sidecars and backend as separate processes. */
export type Layout = 'all' | 'split';

export interface InstallationOptions {
  /** The host name of the issuer; browsers have passkeys for `localhost`, but not for an address. 127.0.0.1 by default. */
  readonly host?: 'localhost';
  readonly layout: Layout;
  /** The number of sidecars in `split`; 1 by default. */
  readonly sidecars?: number;
  /** In `split`: starts a worker to run jobs. */
  readonly worker?: boolean;
  /**
   * `embedded` (default): the processes share the PostgreSQL instance in their `DATA_DIR`. `server`: they receive the URLs of an existing
   * PostgreSQL server, as in production. Alternatively, such URLs.
   */
  readonly database?: 'embedded' | 'server' | DatabaseUrls;
  /** A different checkout whose compiled program is started instead. */
  readonly checkout?: string;
  /** Additional variables for every process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The URLs of the product's database, by the role that connects to it. */
export interface DatabaseUrls {
  readonly appUrl: string;
  readonly ownerUrl: string;
  /** The superuser. */
  readonly adminUrl: string;
}

/** Returns a long random string, so that every installation has its own secrets. */
const newSecret = (): string => randomBytes(32).toString('base64url');

/** An installation of the compiled program with real processes, for one test file. Call {@link remove} at its end. */
export class Installation {
  readonly processes: readonly RoleProcess[];
  readonly backendUrl: string;
  /** The backend's address as browsers use it. */
  readonly issuerUrl: string;
  readonly controlPlaneUrl: string;
  readonly sidecarAddresses: readonly string[];
  private readonly clients: GrpcClient[] = [];
  private connection: Client | null = null;

  private constructor(
    readonly options: InstallationOptions,
    readonly folder: string,
    private readonly server: EmbeddedPostgres | null,
    private readonly urls: DatabaseUrls | null,
    readonly secrets: Readonly<Record<'masterKey' | 'controlPlaneToken' | 'serviceToken' | 'adminSecret', string>>,
    ports: readonly number[],
  ) {
    const [backend = 0, controlPlane = 0, ...rest] = ports;
    const sidecars = options.layout === 'all' ? 1 : (options.sidecars ?? 1);
    const sidecarPorts = rest.slice(0, sidecars);
    const healthPorts = rest.slice(sidecars);
    this.backendUrl = `http://127.0.0.1:${backend}`;
    this.controlPlaneUrl = `http://127.0.0.1:${controlPlane}`;
    this.issuerUrl = `http://${options.host ?? '127.0.0.1'}:${backend}`;
    holdToDocument(this.backendUrl, 'backend');
    holdToDocument(this.controlPlaneUrl, 'control-plane');
    this.sidecarAddresses = sidecarPorts.map((port) => `127.0.0.1:${port}`);
    const roles =
      options.layout === 'all'
        ? [{ name: 'all', role: 'all', sidecar: 0 }]
        : [
            { name: 'control-plane', role: 'control-plane', sidecar: 0 },
            ...sidecarPorts.map((_, index) => ({ name: `sidecar-${index + 1}`, role: 'sidecar', sidecar: index })),
            { name: 'backend', role: 'backend', sidecar: 0 },
            ...(options.worker === true ? [{ name: 'worker', role: 'worker', sidecar: 0 }] : []),
          ];
    this.processes = roles.map(
      ({ name, role, sidecar }, index) =>
        new RoleProcess(
          name,
          {
            ROLE: role,
            NODE_ENV: 'test',
            LOG_LEVEL: 'warn',
            DATA_DIR: this.dataDir,
            PORT: String(backend),
            CONTROL_PLANE_PORT: String(controlPlane),
            HEALTH_PORT: String(healthPorts[index]),
            ISSUER_URL: this.issuerUrl,
            CORESDK_SIDECAR_ADDR: this.sidecarAddresses[sidecar] ?? '',
            CORESDK_SERVICE_TOKEN: secrets.serviceToken,
            ...this.secretsOf(role),
            ...(role === 'backend' ? { CONTROL_PLANE_URL: this.controlPlaneUrl } : {}),
            ...this.databaseUrls(role),
            ...options.environment,
          },
          folder,
        ),
    );
  }

  /** Starts a new installation; resolves when every process is ready. */
  static async start(options: InstallationOptions): Promise<Installation> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'coresdk-e2e-')));
    // If the tests run as root, the embedded server runs as a different user, who needs access to the parent folders.
    await chmod(folder, 0o711);
    const server = options.database === 'server' ? await openServer(join(folder, 'server')) : null;
    const sidecars = options.layout === 'all' ? 1 : (options.sidecars ?? 1);
    const workers = options.worker === true ? 1 : 0;
    const ports = await freePorts(options.layout === 'all' ? 4 : 2 + sidecars + 2 + sidecars + workers);
    const secrets = {
      masterKey: newSecret(),
      controlPlaneToken: newSecret(),
      serviceToken: newSecret(),
      adminSecret: newSecret(),
    };
    const given = typeof options.database === 'object' ? options.database : null;
    const urls = server ? { ...server, adminUrl: inDatabase(server.adminUrl, DATABASE) } : given;
    const installation = new Installation(options, folder, server, urls, secrets, ports);
    if (options.checkout !== undefined) {
      for (const process of installation.processes) process.checkout = options.checkout;
    }
    await makeDataDir(installation.dataDir);
    try {
      await installation.launch();
    } catch (fault) {
      await installation.remove();
      throw fault;
    }
    return installation;
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** Returns the process of a role; `all` plays every role. */
  process(name: string): RoleProcess {
    const found = this.processes.find((process) => process.name === name) ?? this.processes[0];
    if (!found || (found.name !== name && found.name !== 'all')) throw new Error(`There is no process ${name}.`);
    return found;
  }

  /** Starts every stopped process on the same data. Resolves when all are ready. */
  async launch(): Promise<void> {
    for (const process of this.processes) if (!process.isRunning) process.launch();
    await Promise.all(this.processes.map((process) => process.untilReady()));
    // A running backend might have reported ready before it noticed that its sidecar was gone.
    for (const process of this.processes) await process.untilReady();
  }

  /** Sends SIGTERM to every process, the backend first, as an orchestrator does. */
  async stop(): Promise<void> {
    for (const process of [...this.processes].reverse()) await process.stop();
  }

  /** Kills every process (kill -9). The embedded database keeps running. */
  async killHard(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  /** Stops all processes, including an embedded database that survived a kill -9, and removes the installation's files. */
  async remove(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.connection?.end().catch(() => undefined);
    await this.killHard();
    await this.server?.stop();
    await removeData(this.dataDir);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Returns rows as the superuser, who sees the rows of all tenants. */
  async query<Row extends QueryResultRow>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    this.connection ??= await this.connectForQueries();
    const { rows } = await this.connection.query<Row>(sql, [...parameters]);
    return rows;
  }

  /** Opens a separate superuser connection, for example to hold locks. The caller ends it. */
  async connect(): Promise<Client> {
    const client = new Client({ connectionString: await this.adminUrl() });
    // The server can close the connection at the end of a test.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Returns the URL that the product's processes use, for a core that performs actions for which there is no API yet. */
  async appUrl(): Promise<string> {
    if (this.urls) return this.urls.appUrl;
    const { credentials, port } = await this.embedded();
    return urlFor(APP_ROLE, credentials.app, { port, socketFolder: null }, DATABASE);
  }

  /** Returns the superuser's URL for the same database. */
  async adminUrl(): Promise<string> {
    if (this.urls) return this.urls.adminUrl;
    const { credentials, port } = await this.embedded();
    return urlFor(ADMIN_ROLE, credentials.admin, { port, socketFolder: null }, DATABASE);
  }

  /** Returns all output of the processes. */
  logs(): string {
    return this.processes.map(({ log }) => log).join('\n');
  }

  backend<T>(path: string, options?: Call): Promise<Answer<T>> {
    return call<T>(this.backendUrl + path, options);
  }

  controlPlane<T>(path: string, options?: Call): Promise<Answer<T>> {
    return call<T>(this.controlPlaneUrl + path, options);
  }

  /** Returns a client for a sidecar. The client sends the service token, or none if it is `null`. {@link remove} closes the client. */
  sidecar(index = 0, serviceToken: string | null = this.secrets.serviceToken): GrpcClient {
    const client = new GrpcClient(this.sidecarAddresses[index] ?? '', serviceToken ?? undefined);
    this.clients.push(client);
    return client;
  }

  /** Returns a client for each sidecar; see {@link sidecar}. */
  everySidecar(): GrpcClient[] {
    return this.sidecarAddresses.map((_, index) => this.sidecar(index));
  }

  /** Returns a token from the client_credentials grant. Throws if the request is refused. */
  async token(clientId: string, secret: string, scope?: string): Promise<string> {
    const answer = await this.backend<TokenAnswer>('/v1/oauth/token', {
      basic: [clientId, secret],
      form: { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) },
    });
    if (answer.status !== 200) throw new Error(`No token for ${clientId}: ${answer.text}`);
    return answer.body.access_token;
  }

  /** Returns an admin token of the first tenant. */
  adminToken(scope = 'admin'): Promise<string> {
    return this.token('app-admin', this.secrets.adminSecret, scope);
  }

  /** Registers an app. Throws if the request is refused. */
  async register(adminToken: string, app: Partial<App> = {}): Promise<AppWithSecret> {
    const scopes = ['projects.read', 'projects.write'];
    const json = { name: 'Shop', declared_scopes: scopes, default_scopes: scopes, ...app };
    const answer = await this.backend<AppWithSecret>('/v1/oauth/apps', { token: adminToken, json });
    if (answer.status !== 201) throw new Error(`The app was not registered: ${answer.text}`);
    return answer.body;
  }

  /** Forgets the connection when it ends, because an embedded server can be stopped and restarted. */
  private async connectForQueries(): Promise<Client> {
    const client = await this.connect();
    client.once('end', () => {
      this.connection = null;
    });
    return client;
  }

  private secretsOf(role: string): Record<string, string> {
    // A process that runs tenants' code never gets the master key.
    if (role === 'worker') return {};
    const { masterKey, controlPlaneToken, adminSecret } = this.secrets;
    if (role === 'sidecar' || role === 'backend') return { MASTER_KEY: masterKey };
    return { MASTER_KEY: masterKey, CONTROL_PLANE_TOKEN: controlPlaneToken, BOOTSTRAP_CLIENT_SECRET: adminSecret };
  }

  private databaseUrls(role: string): Record<string, string> {
    if (!this.urls) return {};
    const migrates = role === 'all' || role === 'control-plane';
    return {
      DATABASE_URL: this.urls.appUrl,
      ...(migrates ? { DATABASE_MIGRATION_URL: this.urls.ownerUrl } : {}),
    };
  }

  private async embedded(): Promise<{ readonly credentials: Credentials; readonly port: number }> {
    // Reads the files directly: if this process registered as a user of the server, it would keep the server running and supervised.
    const control = join(this.dataDir, 'postgres-control');
    const credentials = await readCredentials(control);
    if (!credentials) throw new Error(`There is no database in ${this.dataDir}.`);
    return { credentials, port: Number(await readFile(join(control, 'port'), 'utf8')) };
  }
}

/** Stops the embedded database of a `DATA_DIR`, whichever process left it running, and removes its files wherever they are. */
export async function removeData(dataDir: string): Promise<void> {
  const control = join(dataDir, 'postgres-control');
  const location = await locateData(dataDir, control, () => undefined).catch(() => null);
  if (location !== null) {
    await stopPostmaster(location.dataDirectory, () => undefined);
    await rm(location.dataDirectory, { recursive: true, force: true });
  }
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
}

async function openServer(dataDir: string): Promise<EmbeddedPostgres> {
  await makeDataDir(dataDir);
  return openEmbeddedPostgres({ dataDir, log: () => undefined, settings: { fsync: 'off' } });
}
