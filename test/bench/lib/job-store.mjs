import { setTimeout as sleep } from 'node:timers/promises';

const LINE = 'a line of a log, as long as most of them are: some eighty characters of text';
const CHUNK_BYTES = 65_536;
const TIME = (1_700_000_000_000).toString(36).padStart(9, '0');

/** Inserts queued jobs for a tenant, as if they had been submitted. */
export async function queue(client, tenantId, count, kind, input) {
  await client.query(
    `WITH made AS (
       INSERT INTO jobs.jobs (tenant_id, id, type, kind, request, input, timeout_seconds, submitted_by, last_event)
       SELECT $1, 'job-' || substr(md5($1 || n), 1, 26), 'sync', $3,
         '{"captureLogs": true, "captureOutput": false, "retry": {"maxAttempts": 1, "firstDelaySeconds": 5, "maxDelaySeconds": 600, "factor": 2}, "command": [], "args": [], "env": {}, "inputUri": "", "secretRefs": [], "secretBundles": [], "limits": {"cpuRequest": "", "cpuLimit": "", "memoryRequest": "", "memoryLimit": "", "gpuCount": 0}, "timeoutSeconds": 0, "outputPrefix": ""}',
         $4::jsonb, 3600, '{"actorType": "service", "actorId": "bench", "appId": null}', 1
       FROM generate_series(1, $2) AS n RETURNING tenant_id, id
     ) INSERT INTO jobs.events (tenant_id, job_id, seq, type) SELECT tenant_id, id, 1, 'created' FROM made`,
    [tenantId, count, kind, JSON.stringify(input)],
  );
}

/** Removes all queued jobs. */
export async function clearQueue(client) {
  for (let left = 1; left > 0;) {
    // Works in batches, and skips jobs that are being assigned, because a worker takes many jobs at a time.
    const { rowCount } = await client.query(
      `UPDATE jobs.jobs SET place = NULL, state = 'cancelled', finished_at = now() WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM jobs.jobs WHERE place <> 'held' LIMIT 5000 FOR UPDATE SKIP LOCKED))`,
    );
    left = rowCount;
  }
  await untilIdle(client);
  await client.query('TRUNCATE jobs.jobs, jobs.events, jobs.log_chunks CASCADE');
  await client.query('VACUUM ANALYZE jobs.jobs');
}

/** Waits until no job is queued or running. */
export async function untilIdle(client) {
  for (;;) {
    const { rows } = await client.query('SELECT EXISTS (SELECT FROM jobs.jobs WHERE place IS NOT NULL) AS busy');
    if (!rows[0].busy) return;
    await sleep(20);
  }
}

/** Returns the time at which an ended job started, in Unix milliseconds, from its task's result. */
export async function beginningOf(client, id) {
  for (;;) {
    const { rows } = await client.query('SELECT state, result FROM jobs.jobs WHERE id = $1', [id]);
    if (rows[0]?.state === 'succeeded') return rows[0].result.at;
    if (rows[0] === undefined || rows[0].state === 'failed') throw new Error(`The job ${id} did not succeed.`);
    await sleep(5);
  }
}

/** Stores an ended job with a log of this number of lines. */
export async function storeLog(client, tenantId, lines) {
  const id = 'job-01kb00000000000000000000zz';
  const line = `o${TIME}${LINE}\n`;
  const perChunk = Math.floor(CHUNK_BYTES / line.length);
  await queue(client, tenantId, 1, 'test/nap', { ms: 0 });
  await client.query(
    `UPDATE jobs.jobs SET id = $2, place = NULL, state = 'succeeded', log_lines = $3::int, log_bytes = $3::int * $4::int, finished_at = now()
     WHERE tenant_id = $1`,
    [tenantId, id, lines, line.length],
  );
  await client.query(
    `INSERT INTO jobs.log_chunks (tenant_id, job_id, first_line, lines, content)
     SELECT $1, $2, first, least($4::int, $3::int - first), convert_to(repeat($5, least($4::int, $3::int - first)), 'UTF8')
     FROM generate_series(0, $3::int - 1, $4::int) AS first`,
    [tenantId, id, lines, perChunk, line],
  );
  await client.query('VACUUM ANALYZE jobs.log_chunks');
  return id;
}
