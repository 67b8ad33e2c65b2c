import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries';
import {
  ADMIN_ROLE,
  APP_ROLE,
  type Credentials,
  DATABASE,
  OWNER_ROLE,
  type ServerAddress,
  urlFor,
} from './credentials';
import { EmbeddedPostgresError, LostServerError, storageFault } from './embedded-postgres.error';
import { ensureServer } from './ensure-server';
import { type Installation, openInstallation, prepareData, prepareFolders } from './installation';
import { Ownership } from './ownership';
import { stopPostmaster } from './postmaster';
import { provision } from './provisioning';
import { withStartupLock } from './startup-lock';
import { Supervision } from './supervision';

const PROVISION_ATTEMPTS = 4;
const PROVISION_PAUSE_MS = 100;

export interface EmbeddedPostgresOptions {
  /** The installation's DATA_DIR. The data is in `<dataDir>/postgres`, and our records are in `<dataDir>/postgres-control`. */
  readonly dataDir: string;
  /** Receives lines for the operator about the location of the data, server starts and problems. They never contain a password. */
  readonly log: (line: string) => void;
  /** Additional PostgreSQL settings, such as `fsync: 'off'` in tests. Ignored if the server is already running. */
  readonly settings?: Record<string, string>;
  /** The port for a server that has to be started. Default: the previous port if it is free, otherwise any free port. */
  readonly port?: number;
}

/**
 * A handle to the running embedded database. The handle registers this process as a user of the server. The URLs stay the same until
 * {@link stop}, even across crashes.
 */
export interface EmbeddedPostgres {
  /** URL for the `coresdk_owner` role, which owns the `coresdk` database and changes its schema. Not a superuser. */
  readonly ownerUrl: string;
  /** URL for the `coresdk_app` role, which can connect to `coresdk`, owns no objects and is subject to row security. */
  readonly appUrl: string;
  /** URL for the superuser in the `postgres` database, only for provisioning and tests. */
  readonly adminUrl: string;
  /** True if this process started the server, false if it was already running. */
  readonly started: boolean;
  /**
   * Ends this process's use of the server. The last process to leave always owns the server and stops it in fast mode, so close your
   * connections first. While other live processes use the server, it keeps running and one of them owns it. You can call this method twice.
   */
  stop(): Promise<void>;
}

/**
 * Connects to the installation's embedded PostgreSQL. Starts it if it is not running, and creates it on the first call. Processes of one
 * installation share one server, even if they start simultaneously. The server survives a kill -9 of any of them, and its owner restarts it
 * after a crash.
 *
 * @throws EmbeddedPostgresError that says what to change, for example if there are no binaries for this machine, the data is from another
 * major version, a folder cannot be used, or the disk is full.
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { root, controlFolder } = await prepareFolders(options.dataDir);
  try {
    return await withStartupLock(root, () => open(root, controlFolder, options));
  } catch (fault) {
    throw fault instanceof EmbeddedPostgresError ? fault : storageFault(`run the embedded database of ${root}`, fault);
  }
}

async function open(root: string, controlFolder: string, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const installation = await openInstallation(root, controlFolder, options);
  const { dataDirectory } = installation.location;
  const { credentials, binaries } = await prepareData(installation);
  await installation.serverLog.keepBounded();
  const ownership = new Ownership(controlFolder);
  const { started, ...server } = await provisionedServer(
    installation,
    binaries,
    credentials,
    await ownership.isShared(),
  );
  await ownership.join();
  const owner = await ownership.claim();
  const found = started ? 'started' : 'found running';
  options.log(`embedded database ${found} on 127.0.0.1:${server.port}, data in ${dataDirectory}`);
  const supervision = new Supervision({ lockName: root, installation, binaries, ownership, port: server.port, owner });
  let stopped: Promise<void> | undefined;
  return {
    ownerUrl: urlFor(OWNER_ROLE, credentials.owner, server, DATABASE),
    appUrl: urlFor(APP_ROLE, credentials.app, server, DATABASE),
    adminUrl: urlFor(ADMIN_ROLE, credentials.admin, server, 'postgres'),
    started,
    stop: () => (stopped ??= leave()),
  };

  async function leave(): Promise<void> {
    await supervision.end();
    await withStartupLock(root, async () => {
      if (await ownership.leave()) await stopPostmaster(dataDirectory, options.log);
    });
  }
}

/**
 * Returns the server with its roles and database. Even if a server was found, it might have been killed a moment ago, because the kernel
 * removes a process, its command line and its sockets one after the other. This function therefore retries after a lost connection.
 */
async function provisionedServer(
  installation: Installation,
  binaries: Binaries,
  credentials: Credentials,
  keepPort: boolean,
): Promise<ServerAddress & { readonly started: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await ensureServer(installation, binaries, keepPort);
    try {
      await provision(server, credentials);
      return server;
    } catch (fault) {
      if (attempt === PROVISION_ATTEMPTS || !(fault instanceof LostServerError)) throw fault;
      installation.options.log(`${fault.message}; trying again`);
      await sleep(PROVISION_PAUSE_MS * attempt);
    }
  }
}
