import { z } from 'zod';

const readyz = z.object({
  status: z.enum(['ready', 'not_ready']),
  missing: z.array(z.string()).default([]),
  notes: z.array(z.string()).default([]),
});
const TIMEOUT_MS = 2_000;
/** The format of prom-client; labels can follow the name. */
const FEED_AGE = /^coresdk_change_feed_age_seconds(?:\{[^}]*\})? (\S+)$/m;

/** The state that a running process on this machine reports. */
export interface RunningProcess {
  readonly ready: boolean;
  /** Conditions that must still be met before the process can serve requests. */
  readonly missing: readonly string[];
  readonly notes: readonly string[];
  /** The age of its knowledge of changes; `null` if the process does not report the age. */
  readonly feedAgeSeconds: number | null;
}

/** Queries the health port; returns `null` if none of our processes responds there. */
export async function findRunningProcess(healthPort: number): Promise<RunningProcess | null> {
  try {
    const state = readyz.parse(JSON.parse(await text(healthPort, '/readyz')));
    const age = FEED_AGE.exec(await text(healthPort, '/metrics'))?.[1];
    return {
      ready: state.status === 'ready',
      missing: state.missing,
      notes: state.notes,
      feedAgeSeconds: age === undefined || !Number.isFinite(Number(age)) ? null : Number(age),
    };
  } catch {
    return null;
  }
}

async function text(port: number, path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return answer.text();
}
