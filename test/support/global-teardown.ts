const STOP = Symbol.for('coresdk.test-server.stop');

interface Kept {
  [STOP]?: () => Promise<void>;
}

/** Keeps how to stop the server until the run ends: Jest gives setup and teardown no common place but the process. */
export function keepServer(stop: () => Promise<void>): void {
  (globalThis as Kept)[STOP] = stop;
}

/** After the last test file. */
export default async function globalTeardown(): Promise<void> {
  await (globalThis as Kept)[STOP]?.();
}
