import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareBinaries, type Binaries } from './binaries';
import { createCredentials, readCredentials, type Credentials } from './credentials';
import { createCluster, hasCluster } from './data-directory';
import { locateData, reachableFolder, type DataLocation } from './data-location';
import { sweepDrafts } from './draft';
import { EmbeddedPostgresError, storageFault } from './embedded-postgres.error';
import { makeFolder } from './private-files';
import { ServerLog } from './server-log';

/** The options that a caller can set for the server; see `EmbeddedPostgresOptions`. */
export interface InstallationOptions {
  readonly log: (line: string) => void;
  readonly settings?: Readonly<Record<string, string>>;
  readonly port?: number;
}

/** The folders of one DATA_DIR. The control files stay in DATA_DIR; the data may be elsewhere. */
export interface Installation {
  readonly controlFolder: string;
  readonly location: DataLocation;
  readonly serverLog: ServerLog;
  readonly options: InstallationOptions;
}

/** Creates DATA_DIR and its control folder if missing. Returns absolute paths without links, so that a path can serve as a name. */
export async function prepareFolders(
  dataDir: string,
): Promise<{ readonly root: string; readonly controlFolder: string }> {
  try {
    // Root's server runs as a different user, who must be able to traverse a folder created here.
    await makeFolder(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    const root = await realpath(dataDir);
    const controlFolder = join(root, 'postgres-control');
    await makeFolder(controlFolder, 0o700);
    return { root, controlFolder };
  } catch (fault) {
    throw storageFault(`use DATA_DIR ${dataDir}`, fault);
  }
}

/** Locates an installation's data, or chooses the location for it. Call under the startup lock. */
export async function openInstallation(
  root: string,
  controlFolder: string,
  options: InstallationOptions,
): Promise<Installation> {
  const location = await locateData(root, controlFolder, options.log);
  return { controlFolder, location, serverLog: new ServerLog(join(root, 'postgres.log')), options };
}

/** Prepares the passwords, programs and data directory. The first start creates all of them. */
export async function prepareData(
  installation: Installation,
): Promise<{ readonly credentials: Credentials; readonly binaries: Binaries }> {
  const { controlFolder, options } = installation;
  const { dataDirectory, user } = installation.location;
  const copyParent = async (): Promise<string> => (user.switchTo === undefined ? controlFolder : reachableFolder(user));
  const binaries = await prepareBinaries(user, copyParent, options.log);
  const exists = await hasCluster(dataDirectory, binaries.majorVersion);
  const known = await readCredentials(controlFolder);
  if (exists && known === undefined) {
    throw new EmbeddedPostgresError(
      `${dataDirectory} contains data, but its passwords (${join(controlFolder, 'credentials.json')}) are missing: ` +
        'restore that file, or choose an empty DATA_DIR to start over',
    );
  }
  const credentials = known ?? (await createCredentials(controlFolder));
  if (exists) {
    await sweepDrafts(dataDirectory);
  } else {
    options.log(`creating the embedded database in ${dataDirectory}`);
    const durable = options.settings?.['fsync'] !== 'off';
    await createCluster(dataDirectory, binaries, user, credentials.admin, durable);
  }
  return { credentials, binaries };
}
