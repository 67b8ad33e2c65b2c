import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

const LEFT_OUT = {
  leftOut: 'Jobs belong to the installation that runs them. A different installation would run them again.',
};
const KEPT = 'As long as its job: JOBS_RETENTION_DAYS from the job’s end.';

export const jobsTenantData: TenantData = {
  module: 'jobs',
  tables: [
    {
      table: 'jobs.jobs',
      key: ['id'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'JOBS_RETENTION_DAYS from the end of the job.',
    },
    { table: 'jobs.events', key: ['job_id', 'seq'], exported: LEFT_OUT, erased: 'rows', kept: KEPT },
    { table: 'jobs.inputs', key: ['job_id', 'path'], exported: LEFT_OUT, erased: 'rows', kept: KEPT },
    { table: 'jobs.log_chunks', key: ['job_id', 'first_line'], exported: LEFT_OUT, erased: 'rows', kept: KEPT },
    { table: 'jobs.outputs', key: ['job_id', 'key'], exported: LEFT_OUT, erased: 'rows', kept: KEPT },
    {
      table: 'jobs.steps',
      key: ['job_id', 'number'],
      exported: LEFT_OUT,
      erased: 'rows',
      kept: 'Until its job has ended.',
    },
    {
      table: 'jobs.schedules',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the schedule is deleted.',
      // The importing installation computes the next tick itself, because an archive does not contain past ticks.
      admitted: (row) => ({
        ...row,
        paused: true,
        next_at: null,
        last_job_id: null,
        principal: null,
        pending_owner: null,
      }),
      reset:
        'Imported job schedules are paused. Resume each schedule; it then runs under the authority of the user who resumed it.',
    },
  ],
};
