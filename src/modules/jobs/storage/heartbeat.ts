import type { Client } from 'pg';

/** A worker that is not known to be gone. */
export interface LivingExecutor {
  readonly id: string;
  /** How often it has told that it lives. */
  readonly beats: number;
}

/** Tells that a worker lives. @returns all that do; none when this one is taken for dead. */
export async function tellThatItLives(client: Client, executorId: string): Promise<readonly LivingExecutor[]> {
  const { rows } = await client.query<LivingExecutor>('SELECT id, beats::float8 AS beats FROM jobs.beat($1)', [
    executorId,
  ]);
  return rows;
}
