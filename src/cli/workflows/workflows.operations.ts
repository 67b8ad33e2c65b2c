import { NEW_OWNER } from '../jobs/jobs.operations';
import { body, endsNow, query } from '../operations/field';
import type { Operation } from '../operations/operation';

const read = ['workflows.read'];
const write = ['workflows.write'];
const change = [...read, ...write];
const WORKFLOW = '/v1/workflows/{id}';
const TRIGGER = ['type', 'status', 'pauseReason', 'owner.type', 'owner.id', 'pendingOwner.type', 'pendingOwner.id'];
const COLUMNS = ['id', 'name', 'version', 'status', 'createdAt', 'updatedAt'];
const VERSION = ['version', 'createdAt', 'createdBy'];
const RUN = ['id', 'workflow', 'status', 'createdAt', 'startedAt', 'completedAt'];

/** `coresdk workflows …` commands that each make one call. */
export const workflowsOperations: readonly Operation[] = [
  {
    name: 'workflows trigger',
    summary: 'Show who owns the trigger of a workflow, and whether it is paused',
    call: `GET ${WORKFLOW}/trigger`,
    scopes: read,
    columns: TRIGGER,
    examples: ['workflows trigger wfl-01j…'],
  },
  {
    name: 'workflows resume-trigger',
    summary: 'Resume the trigger of a workflow under your authority, even if the platform paused it',
    call: `POST ${WORKFLOW}/trigger/resume`,
    scopes: write,
    columns: TRIGGER,
    examples: ['workflows resume-trigger wfl-01j…'],
  },
  {
    name: 'workflows transfer-trigger',
    summary: 'Offer the trigger of a workflow to another owner, who takes it over by resuming it',
    call: `POST ${WORKFLOW}/trigger/transfer`,
    scopes: write,
    fields: [...NEW_OWNER],
    columns: TRIGGER,
    examples: ['workflows transfer-trigger wfl-01j… --to user --id usr-01j…'],
  },
  {
    name: 'workflows list',
    summary: 'List workflows',
    call: 'GET /v1/workflows',
    scopes: read,
    fields: [
      query.text('status', 'status', { words: ['active', 'draft', 'disabled'] }),
      query.text('sort', 'createdAt or name; a leading - reverses the order'),
    ],
    list: 'pages',
    columns: COLUMNS,
    examples: ['workflows list --status active'],
  },
  {
    name: 'workflows get',
    summary: 'Show a workflow',
    call: `GET ${WORKFLOW}`,
    scopes: read,
    columns: [...COLUMNS, 'description', 'trigger', 'steps', 'timeoutSeconds'],
    examples: ['workflows get wfl-01j… --json'],
  },
  {
    name: 'workflows delete',
    summary: 'Delete a workflow; its runs continue',
    call: `DELETE ${WORKFLOW}`,
    changes: WORKFLOW,
    scopes: change,
    columns: [],
    danger: 'Delete the workflow {id}?',
    done: '{id} is deleted.',
    examples: ['workflows delete wfl-01j… --yes'],
  },
  {
    name: 'workflows versions',
    summary: 'List the versions of a workflow, newest first',
    call: `GET ${WORKFLOW}/versions`,
    scopes: read,
    list: 'pages',
    columns: VERSION,
    examples: ['workflows versions wfl-01j…'],
  },
  {
    name: 'workflows get-version',
    summary: 'Show a version with its definition',
    call: `GET ${WORKFLOW}/versions/{version}`,
    scopes: read,
    columns: [...VERSION, 'definition'],
    examples: ['workflows get-version wfl-01j… 2 --json'],
  },
  {
    name: 'workflows diff',
    summary: 'Compare two versions of a workflow',
    call: `GET ${WORKFLOW}/diff`,
    scopes: read,
    fields: [
      query.number('from', 'first version', { isArgument: true }),
      query.number('to', 'second version', { isArgument: true }),
    ],
    columns: ['from', 'to', 'added', 'removed', 'changed', 'members'],
    examples: ['workflows diff wfl-01j… 1 2'],
  },
  {
    name: 'workflows restore',
    summary: 'Make an earlier version the newest again',
    call: `POST ${WORKFLOW}/versions/{version}/restore`,
    changes: WORKFLOW,
    scopes: change,
    columns: COLUMNS,
    danger: 'Replace the workflow {id} with version {version}?',
    examples: ['workflows restore wfl-01j… 1 --yes'],
  },
  {
    name: 'workflows runs',
    summary: 'List the runs of a workflow, newest first',
    call: `GET ${WORKFLOW}/runs`,
    scopes: read,
    fields: [query.text('status', 'status', { words: ['queued', 'running', 'completed', 'failed', 'cancelled'] })],
    list: 'pages',
    columns: RUN,
    examples: ['workflows runs wfl-01j… --status failed'],
  },
  {
    name: 'workflows get-run',
    summary: 'Show a run with its steps',
    call: 'GET /v1/workflows/runs/{runId}',
    scopes: read,
    columns: [...RUN, 'input', 'output', 'error', 'steps'],
    examples: ['workflows get-run job-01j… --json'],
  },
  {
    name: 'workflows cancel-run',
    summary: 'Cancel a run, and undo its finished steps if requested',
    call: 'POST /v1/workflows/runs/{runId}/cancel',
    scopes: write,
    fields: [
      body.text('reason', 'reason to record'),
      body.switch('compensate', 'also runs the undo steps of the finished steps'),
    ],
    columns: ['run.id', 'run.status', 'compensationJobId'],
    danger: 'Cancel the run {runId}?',
    examples: ['workflows cancel-run job-01j… --compensate --yes'],
  },
  {
    name: 'workflows approve',
    summary: 'Approve or reject a step that waits for approval',
    call: 'POST /v1/workflows/runs/{runId}/steps/{stepId}/approve',
    scopes: write,
    fields: [
      body.text('decision', 'decision (approve)', { words: ['approve', 'reject'] }),
      body.text('comment', 'comment to record'),
    ],
    columns: ['id', 'type', 'status', 'output', 'endedAt'],
    examples: [
      'workflows approve job-01j… release',
      "workflows approve job-01j… release --decision reject --comment 'Not on a Friday'",
    ],
  },
  {
    name: 'workflows rotate-secret',
    summary: 'Give the calls that trigger a workflow a new secret, which is shown only once',
    call: `POST ${WORKFLOW}/rotate-secret`,
    scopes: write,
    fields: [body.number('overlapSeconds', 'seconds that the old secret stays valid', { option: 'overlap' })],
    columns: ['url'],
    secret: 'secret',
    danger: 'Invalidate the old secret of {id} immediately?',
    isDangerous: endsNow,
    examples: [
      'workflows rotate-secret wfl-01j… --overlap 3600 --only secret',
      'workflows rotate-secret wfl-01j… --overlap 0 --yes',
    ],
  },
];
