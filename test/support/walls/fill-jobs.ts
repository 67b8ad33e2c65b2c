import { newId } from '../../../src/kernel/ids/ids';
import { queryAs } from '../test-database';
import type { TenantCalls } from './tenant-calls';

/** A job that has ended, so that nobody runs it, with all that it left, and a schedule that is paused. */
export async function fillJobs(calls: TenantCalls, tag: string): Promise<void> {
  const { secret, tenant, world } = calls;
  const [job, schedule] = [newId('job'), newId('jsc')];
  await queryAs(
    world.database.adminUrl,
    `WITH made AS (
       INSERT INTO jobs.jobs (tenant_id, id, type, kind, state, place, request, result, timeout_seconds, submitted_by,
         last_event, log_lines, started_at, finished_at)
       VALUES ($1, $2, 'sync', 'walls', 'succeeded', NULL, jsonb_build_object('name', $3::text),
         jsonb_build_object('value', $3::text), 60, '{}', 1, 1, now(), now())
     ), told AS (
       INSERT INTO jobs.events (tenant_id, job_id, seq, type, data)
       VALUES ($1, $2, 1, 'submitted', jsonb_build_object('name', $3::text))
     ), given AS (
       INSERT INTO jobs.inputs (tenant_id, job_id, path, content) VALUES ($1, $2, 'in.txt', convert_to($3, 'UTF8'))
     ), logged AS (
       INSERT INTO jobs.log_chunks (tenant_id, job_id, first_line, lines, content)
       VALUES ($1, $2, 0, 1, convert_to($3, 'UTF8'))
     ), left_behind AS (
       INSERT INTO jobs.outputs (tenant_id, job_id, key, object, size_bytes) VALUES ($1, $2, 'out-' || $5, $3, 1)
     )
     INSERT INTO jobs.schedules (tenant_id, id, name, cron, time_zone, request, paused, submitted_by)
     VALUES ($1, $4, 'every-' || $5, '0 0 * * *', 'UTC', jsonb_build_object('name', $3::text), true, '{}')`,
    [tenant.id, job, secret, schedule, tag],
  );
  calls.know('jobs', job, `out-${tag}`);
  calls.know('schedules', schedule, `every-${tag}`);
}
