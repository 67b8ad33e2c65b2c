import type {
  NewTriggerOwner,
  WholeWorkflowRun,
  WholeWorkflowVersion,
  Workflow,
  WorkflowApprovalOrder,
  WorkflowCancelled,
  WorkflowCancelOrder,
  WorkflowDefinition,
  WorkflowDiff,
  WorkflowHook,
  WorkflowHookRotation,
  WorkflowRun,
  ListWorkflowRunsQuery,
  WorkflowRunStep,
  DiffWorkflowVersionsQuery,
  ListWorkflowsQuery,
  ListWorkflowVersionsQuery,
  WorkflowTriggered,
  WorkflowTriggerState,
  WorkflowVerdict,
  WorkflowVersion,
} from '../generated/schemas.js';
import type { CallOptions, ChangeOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** Steps in an order, with waits, approvals and what undoes them. */
export class WorkflowsApi extends Api {
  /** Starts a run. @returns the id of its job, which is that of the run as well. */
  trigger(id: string, input?: unknown, options?: WriteOptions): Promise<WorkflowTriggered> {
    return this.make(path`/v1/workflows/${id}/trigger`, { input }, options);
  }

  /** Returns the owner of its trigger, and whether the platform paused the trigger. */
  triggerState(id: string, options?: CallOptions): Promise<WorkflowTriggerState> {
    return this.load(path`/v1/workflows/${id}/trigger`, options);
  }

  /** Has its trigger run it from now on under the authority of the caller, also when the platform paused it. */
  resumeTrigger(id: string, options?: WriteOptions): Promise<WorkflowTriggerState> {
    return this.make(path`/v1/workflows/${id}/trigger/resume`, undefined, options);
  }

  /** Offers its trigger to another owner, who takes it over by resuming it. */
  transferTrigger(id: string, to: NewTriggerOwner, options?: WriteOptions): Promise<WorkflowTriggerState> {
    return this.make(path`/v1/workflows/${id}/trigger/transfer`, to, options);
  }

  create(definition: WorkflowDefinition, options?: WriteOptions): Promise<Workflow> {
    return this.make('/v1/workflows', definition, options);
  }

  list(query?: ListWorkflowsQuery, options?: CallOptions): Pages<Workflow> {
    return this.listOf('/v1/workflows', query, options);
  }

  get(id: string, options?: CallOptions): Promise<Workflow> {
    return this.load(path`/v1/workflows/${id}`, options);
  }

  /** Makes its next version. */
  update(id: string, definition: WorkflowDefinition, options?: ChangeOptions): Promise<Workflow> {
    return this.place(path`/v1/workflows/${id}`, definition, options);
  }

  delete(id: string, options?: ChangeOptions): Promise<void> {
    return this.remove(path`/v1/workflows/${id}`, options);
  }

  /** Says what is wrong with a definition, and saves nothing. @param definition as an object, or as YAML. */
  validate(definition: WorkflowDefinition | string, options?: CallOptions): Promise<WorkflowVerdict> {
    if (typeof definition !== 'string') return this.ask('/v1/workflows/validate', definition, options);
    const headers = { 'content-type': 'application/yaml' };
    const order = { method: 'POST', path: '/v1/workflows/validate', content: definition, headers } as const;
    return this.http.json({ ...order, repeat: 'always' }, options);
  }

  versions(id: string, query?: ListWorkflowVersionsQuery, options?: CallOptions): Pages<WorkflowVersion> {
    return this.listOf(path`/v1/workflows/${id}/versions`, query, options);
  }

  version(id: string, version: number, options?: CallOptions): Promise<WholeWorkflowVersion> {
    return this.load(path`/v1/workflows/${id}/versions/${version}`, options);
  }

  /** Makes an earlier version the newest again. */
  restore(id: string, version: number, options?: WriteOptions & ChangeOptions): Promise<Workflow> {
    return this.make(path`/v1/workflows/${id}/versions/${version}/restore`, undefined, options);
  }

  diff(id: string, between: DiffWorkflowVersionsQuery, options?: CallOptions): Promise<WorkflowDiff> {
    return this.load(path`/v1/workflows/${id}/diff`, options, between);
  }

  /** Newest first. */
  runs(id: string, query?: ListWorkflowRunsQuery, options?: CallOptions): Pages<WorkflowRun> {
    return this.listOf(path`/v1/workflows/${id}/runs`, query, options);
  }

  /** A run with its steps. */
  run(runId: string, options?: CallOptions): Promise<WholeWorkflowRun> {
    return this.load(path`/v1/workflows/runs/${runId}`, options);
  }

  cancelRun(runId: string, order: WorkflowCancelOrder = {}, options?: WriteOptions): Promise<WorkflowCancelled> {
    return this.make(path`/v1/workflows/runs/${runId}/cancel`, order, options);
  }

  /** Decides on a step that waits for somebody. */
  approve(
    runId: string,
    stepId: string,
    decision: WorkflowApprovalOrder = {},
    options?: WriteOptions,
  ): Promise<WorkflowRunStep> {
    return this.make(path`/v1/workflows/runs/${runId}/steps/${stepId}/approve`, decision, options);
  }

  /**
   * Of a workflow that is started by signed calls: where they are sent, and a new secret, which is in this answer and never
   * again. `sign` of `@cpod/sdk/webhooks` makes their headers.
   */
  rotateHookSecret(id: string, rotation: WorkflowHookRotation = {}, options?: WriteOptions): Promise<WorkflowHook> {
    return this.make(path`/v1/workflows/${id}/rotate-secret`, rotation, options);
  }
}
