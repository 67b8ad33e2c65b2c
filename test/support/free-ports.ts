import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

/** Below the range from which the system takes ports for outgoing connections, so that none is taken meanwhile. */
const FIRST = 12_000;
const LAST = 32_000;

/** Different free TCP ports, free on both IPv4 and IPv6. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(FIRST, LAST);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
