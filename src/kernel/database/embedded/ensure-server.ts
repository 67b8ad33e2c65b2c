import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries';
import { clearLeftovers } from './clear-leftovers';
import { EmbeddedPostgresError, reasonOf } from './embedded-postgres.error';
import type { Installation } from './installation';
import { freePort } from './loopback-port';
import { awaitReady, startPostmaster, type Postmaster } from './postmaster';
import { readIfPresent, writePrivateFile } from './private-files';
import { isPortTaken } from './server-fault';

const ATTEMPTS = 3;

/**
 * Returns the installation's server, ready for use; `started` says whether this call started it. Call under the startup lock. `keepPort`
 * means that live processes have URLs that contain the previous port, so a new server must use that port.
 */
export async function ensureServer(
  installation: Installation,
  binaries: Binaries,
  keepPort: boolean,
): Promise<Postmaster & { readonly started: boolean }> {
  const { dataDirectory } = installation.location;
  const portFile = join(installation.controlFolder, 'port');
  const lastPort = parsePort(await readIfPresent(portFile));
  const demanded = keepPort ? lastPort : installation.options.port;
  let preferred = demanded ?? lastPort;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const running = await awaitReady(dataDirectory, installation.options.log);
      const server = running ?? (await start(installation, binaries, () => choosePort(preferred, demanded)));
      if (server.port !== lastPort) await writePrivateFile(portFile, String(server.port));
      return { ...server, started: running === undefined };
    } catch (fault) {
      if (attempt === ATTEMPTS) throw fault;
      installation.options.log(`${reasonOf(fault)}; trying again`);
      if (isPortTaken(reasonOf(fault))) preferred = demanded;
      await sleep(100 * attempt);
    }
  }
}

async function start(
  installation: Installation,
  binaries: Binaries,
  pickPort: () => Promise<number>,
): Promise<Postmaster> {
  const { dataDirectory, user } = installation.location;
  const { log, settings = {} } = installation.options;
  await clearLeftovers(dataDirectory);
  const appeared = await awaitReady(dataDirectory, log);
  if (appeared !== undefined) return appeared;
  const port = await pickPort();
  return startPostmaster({ dataDirectory, port, binaries, user, settings, serverLog: installation.serverLog, log });
}

async function choosePort(preferred: number | undefined, demanded: number | undefined): Promise<number> {
  const chosen = await freePort(preferred);
  if (demanded === undefined || chosen === demanded) return chosen;
  throw new EmbeddedPostgresError(
    `port ${demanded} on 127.0.0.1, which the embedded database needs, is in use by a different program: stop that program`,
  );
}

function parsePort(text: string | undefined): number | undefined {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
