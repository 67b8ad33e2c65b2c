import { NEW_OWNER } from '../jobs/jobs.operations';
import type { Operation } from '../operations/operation';

const COLUMNS = ['type', 'status', 'pauseReason', 'owner.type', 'owner.id', 'pendingOwner.type', 'pendingOwner.id'];
const scopes = ['workflows.write'];

/** `coresdk workflows …`: triggers and their owners. */
export const workflowsOperations: readonly Operation[] = [
  {
    name: 'workflows trigger',
    summary: 'Show who owns the trigger of a workflow, and whether it is paused',
    call: 'GET /v1/workflows/{id}/trigger',
    scopes: ['workflows.read'],
    columns: COLUMNS,
    examples: ['workflows trigger wfl-01j…'],
  },
  {
    name: 'workflows resume-trigger',
    summary: 'Resume the trigger of a workflow under your authority, even if the platform paused it',
    call: 'POST /v1/workflows/{id}/trigger/resume',
    scopes,
    columns: COLUMNS,
    examples: ['workflows resume-trigger wfl-01j…'],
  },
  {
    name: 'workflows transfer-trigger',
    summary: 'Offer the trigger of a workflow to another owner, who takes it over by resuming it',
    call: 'POST /v1/workflows/{id}/trigger/transfer',
    scopes,
    fields: [...NEW_OWNER],
    columns: COLUMNS,
    examples: ['workflows transfer-trigger wfl-01j… --to user --id usr-01j…'],
  },
];
