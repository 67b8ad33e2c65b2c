const STOP = Symbol.for('coresdk.test-server.stop');

interface Kept {
  [STOP]?: () => Promise<void>;
}

/** Keeps, until the run ends, the function that stops the server. Jest's setup and teardown share only the process. */
export function keepServer(stop: () => Promise<void>): void {
  (globalThis as Kept)[STOP] = stop;
}

/** Runs after the last test file. */
export default async function globalTeardown(): Promise<void> {
  await (globalThis as Kept)[STOP]?.();
}
