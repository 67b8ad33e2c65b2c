import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * The embedded database uses ports 20,000 and higher (`loopback-port.ts`). Our ports end below 20,000, so the two ranges never overlap,
 * and begin above the last port that `fetch` refuses to call (10080).
 */
const FIRST = 11_000;
const LAST = 20_000;
/** The number of Jest workers. Each has its own part of the range. */
const PARTS = 4;

/** Ports allocated by this worker, whether or not they are in use. A port is never allocated twice. */
const given = new Set<number>();

/**
 * Returns distinct free TCP ports of 127.0.0.1, ::1 and all addresses. They stay free until they are used: outgoing connections use other
 * ports, and neither other workers nor later calls in this worker get the same ports.
 */
export async function freePorts(count: number): Promise<number[]> {
  const { first, last } = ownPart();
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(first, last);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function ownPart(): { readonly first: number; readonly last: number } {
  const worker = Number(process.env['JEST_WORKER_ID'] ?? '1') % PARTS;
  const width = Math.floor((Math.min(LAST, ephemeralStart()) - FIRST) / PARTS);
  return { first: FIRST + worker * width, last: FIRST + (worker + 1) * width };
}

/**
 * Returns the start of the range from which Linux takes ports for outgoing connections. Containers can set it lower than 32768.
 */
function ephemeralStart(): number {
  const [start = LAST] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split('\t').map(Number);
  return start > FIRST + 1_000 ? start : LAST;
}

async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1', undefined]) if (await isTaken(port, host)) return false;
  return true;
}

/** Returns whether the port is in use. If this machine does not have the host (no IPv6), the port is not in use there. */
function isTaken(port: number, host: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (fault: NodeJS.ErrnoException) => resolve(fault.code !== 'EADDRNOTAVAIL'));
    server.listen({ port, exclusive: true, ...(host === undefined ? {} : { host }) }, () =>
      server.close(() => resolve(false)),
    );
  });
}
