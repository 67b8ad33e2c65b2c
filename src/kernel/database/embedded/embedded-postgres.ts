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
  /** The installation's DATA_DIR; data in `<dataDir>/postgres`, our records in `<dataDir>/postgres-control`. */
  readonly dataDir: string;
  /** Takes one line for the operator: where the data are, what was started, what is wrong. Never a password. */
  readonly log: (line: string) => void;
  /** More PostgreSQL settings, such as `fsync: 'off'` in tests; unused when the server runs already. */
  readonly settings?: Record<string, string>;
  /** The port of a server that has to be started; by default the last one if free, else any free one. */
  readonly port?: number;
}

/** A running embedded database and our share in it. The URLs stay the same until {@link stop}, crashes included. */
export interface EmbeddedPostgres {
  /** Role `coresdk_owner`: owns database `coresdk` and changes its schema; no superuser. */
  readonly ownerUrl: string;
  /** Role `coresdk_app`: may connect to `coresdk`, owns nothing, is bound by row security. */
  readonly appUrl: string;
  /** The superuser in database `postgres`, for provisioning and tests only. */
  readonly adminUrl: string;
  /** True when this process started the server, false when it found it running. */
  readonly started: boolean;
  /**
   * Gives our share up; the last one out, who owns the server by then, stops it, fast: close your connections first.
   * While other living processes use it the server runs on and one of them owns it. May be called twice.
   */
  stop(): Promise<void>;
}

/**
 * Connects to the installation's embedded PostgreSQL, starting (and on the first call creating) it when none runs.
 * Processes of one installation share one server, also when they start at the same moment; it outlives a kill -9 of
 * any of them, and whoever owns it starts it again when it crashes.
 *
 * @throws EmbeddedPostgresError that says what to change: no binaries for this machine, data of another major version,
 *   a folder that cannot be used, a full disk.
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
 * The server with the roles and the database in it. A server that was found may be one that was killed this instant:
 * the kernel ends a process, its command line and its sockets one after the other. So a lost connection is looked into
 * again.
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
