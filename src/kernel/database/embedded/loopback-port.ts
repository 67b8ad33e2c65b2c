import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error';

/** Below the ephemeral port range of Linux (32768 and up), so that an outgoing connection cannot be using the port at the next start. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
/** A server that was killed a moment ago may still occupy the port: the kernel closes its sockets with a delay. */
const PREFERRED_ATTEMPTS = 10;
const PREFERRED_PAUSE_MS = 30;

/** Returns the preferred port if it is free, otherwise any free port on 127.0.0.1. */
export async function freePort(preferred: number | undefined): Promise<number> {
  for (let attempt = 0; preferred !== undefined && attempt < PREFERRED_ATTEMPTS; attempt += 1) {
    if (await isPortFree(preferred)) return preferred;
    await sleep(PREFERRED_PAUSE_MS);
  }
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port)) return port;
  }
  throw new EmbeddedPostgresError(`no free port between ${LOWEST} and ${HIGHEST} on 127.0.0.1; set DATABASE_URL`);
}

function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
