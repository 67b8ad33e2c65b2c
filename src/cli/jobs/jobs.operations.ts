import { body, query } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['jobs.read'];
const write = ['jobs.write'];
const types = ['skill', 'workflow', 'sync', 'container'];
const COLUMNS = ['id', 'type', 'kind', 'status', 'progress', 'stage', 'createdAt', 'completedAt'];
const ONE = [
  ...['id', 'type', 'kind', 'status', 'state', 'progress', 'stage', 'attempt', 'maxAttempts', 'priority'],
  ...['createdAt', 'startedAt', 'completedAt', 'userId', 'node', 'exitCode', 'error.code', 'error.message', 'output'],
];
const SCHEDULE = [
  'name',
  'cron',
  'timeZone',
  'paused',
  'pauseReason',
  'owner.type',
  'owner.id',
  'nextAt',
  'lastAt',
  'lastJobId',
];
/** Submitting a job must not bypass the scopes that the job's own API requires. A task (`sync`) is named after its API. */
function runScopes({ type, kind }: Readonly<Record<string, unknown>>): readonly string[] {
  if (type === 'skill') return ['skills.run'];
  if (type === 'workflow') return ['workflows.write'];
  return type === 'sync' ? [`${String(kind).split('/')[0]}.write`] : [];
}

/** The user or app to which a trigger is offered. */
export const NEW_OWNER = [
  body.text('type', 'type of the new owner', { option: 'to', words: ['user', 'app'], isRequired: true }),
  body.text('id', 'ID of the user, or client ID of the app', { option: 'id', isRequired: true }),
];

/** `coresdk jobs …`, except the commands that follow a job. */
export const jobsOperations: readonly Operation[] = [
  {
    name: 'jobs list',
    summary: 'List jobs, newest first',
    call: 'GET /v1/jobs',
    scopes: read,
    fields: [
      query.text('status', 'one or more of queued, running, completed, failed, cancelled, separated by commas'),
      query.text('type', 'type of job', { words: types }),
      query.text('kind', 'only jobs of this skill, task or name'),
      query.text('userId', 'only jobs of this user', { option: 'user' }),
      query.text('parentId', 'only jobs of this parent job', { option: 'parent' }),
      query.text('scheduleId', 'only jobs of this schedule', { option: 'schedule' }),
      query.text('sort', 'createdAt or -createdAt'),
    ],
    list: 'pages',
    columns: COLUMNS,
    examples: ['jobs list --status queued,running', 'jobs list --status failed --only id'],
  },
  {
    name: 'jobs get',
    summary: 'Show a job',
    call: 'GET /v1/jobs/{id}',
    scopes: read,
    columns: ONE,
    examples: ['jobs get job-01j…', 'jobs get job-01j… --only output'],
  },
  {
    name: 'jobs submit',
    summary: 'Submit a job: a skill, a task (sync) or a container; it runs when a worker has capacity',
    call: 'POST /v1/jobs',
    scopes: write,
    alsoScopes: runScopes,
    fields: [
      body.text('type', 'type of job', { words: ['skill', 'sync', 'container'], isArgument: true }),
      body.text('kind', 'the skill or task, or a name for a container', { isArgument: true }),
      body.json('input', 'input of the job'),
      body.text('image', 'image of a container'),
      body.number('priority', 'from 0 to 9 (most urgent)'),
      body.number('delaySeconds', 'seconds before it runs', { option: 'delay' }),
      body.number('timeoutSeconds', 'maximum run time in seconds', { option: 'timeout' }),
    ],
    columns: COLUMNS,
    examples: [
      `jobs submit skill double --input '{"n":21}' --only id`,
      'jobs submit container report --image report:3 --body-file more.json',
    ],
  },
  {
    name: 'jobs cancel',
    summary: 'Cancel a job; a job that has ended stays unchanged',
    call: 'POST /v1/jobs/{id}/cancel',
    scopes: write,
    fields: [body.text('reason', 'reason for the cancellation')],
    columns: COLUMNS,
    danger: 'Cancel {id}?',
    examples: ["jobs cancel job-01j… --reason 'wrong month' --yes"],
  },
  {
    name: 'jobs requeue',
    summary: 'Run a failed or cancelled job again, as a new job with the same request',
    call: 'POST /v1/jobs/{id}/requeue',
    scopes: write,
    alsoScopes: runScopes,
    looksAt: { path: '/v1/jobs/{id}', scopes: read },
    columns: [...COLUMNS, 'requeuedFrom'],
    examples: ['jobs requeue job-01j…'],
  },
  {
    name: 'jobs output',
    summary: 'List the output files of a job, with signed URLs',
    call: 'GET /v1/jobs/{id}/output',
    scopes: read,
    alsoScopes: runScopes,
    looksAt: { path: '/v1/jobs/{id}', scopes: read },
    fields: [query.number('ttlSeconds', 'how long the URLs are valid, in seconds', { option: 'ttl' })],
    list: 'whole',
    columns: ['key', 'size', 'contentType', 'url'],
    examples: ['jobs output job-01j… --only url'],
  },
  {
    name: 'jobs schedules',
    summary: 'List schedules by name',
    call: 'GET /v1/jobs/schedules',
    scopes: read,
    list: 'whole',
    columns: SCHEDULE,
    examples: ['jobs schedules'],
  },
  {
    name: 'jobs get-schedule',
    summary: 'Show a schedule with its next due time',
    call: 'GET /v1/jobs/schedules/{name}',
    scopes: read,
    columns: [...SCHEDULE, 'job'],
    examples: ['jobs get-schedule nightly'],
  },
  {
    name: 'jobs schedule',
    summary: 'Submit a job at the times of a cron pattern, or change its schedule',
    call: 'PUT /v1/jobs/schedules/{name}',
    scopes: write,
    alsoScopes: ({ job }) => runScopes(Object(job) as Readonly<Record<string, unknown>>),
    fields: [
      body.text('cron', 'cron pattern, such as "0 3 * * *"', { isRequired: true }),
      body.text('timeZone', 'time zone, such as Europe/Berlin (UTC)'),
      body.json('job', 'job to submit, such as {"type":"skill","kind":"double"}', { isRequired: true }),
      body.switch('paused', 'pauses the schedule'),
    ],
    columns: SCHEDULE,
    examples: [`jobs schedule nightly --cron '0 3 * * *' --job '{"type":"skill","kind":"double","input":{"n":3}}'`],
  },
  {
    name: 'jobs resume-schedule',
    summary: 'Resume a schedule under your authority, even if the platform paused it',
    call: 'POST /v1/jobs/schedules/{name}/resume',
    scopes: write,
    alsoScopes: ({ job }) => runScopes(Object(job) as Readonly<Record<string, unknown>>),
    looksAt: { path: '/v1/jobs/schedules/{name}', scopes: read },
    columns: SCHEDULE,
    examples: ['jobs resume-schedule nightly'],
  },
  {
    name: 'jobs transfer-schedule',
    summary: 'Offer a schedule to another owner, who takes it over by resuming it',
    call: 'POST /v1/jobs/schedules/{name}/transfer',
    scopes: write,
    fields: [...NEW_OWNER],
    columns: [...SCHEDULE, 'pendingOwner.type', 'pendingOwner.id'],
    examples: ['jobs transfer-schedule nightly --to user --id usr-01j…'],
  },
  {
    name: 'jobs unschedule',
    summary: 'Delete a schedule; its jobs remain',
    call: 'DELETE /v1/jobs/schedules/{name}',
    scopes: write,
    columns: [],
    danger: 'Delete the schedule {name}?',
    done: '{name} is deleted.',
    examples: ['jobs unschedule nightly --yes'],
  },
];
