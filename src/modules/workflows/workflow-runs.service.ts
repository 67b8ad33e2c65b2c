import { Injectable } from '@nestjs/common';
import { withNewIdempotencyKey, type CallContext, requireTenant } from '../../kernel/context/call-context';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { Writes } from '../../kernel/idempotency/writes';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { statesOf } from '../jobs/contract/job-status';
import { isTerminal, type Job } from '../jobs/contract/job.types';
import { JobsPort } from '../jobs/contract/jobs.port';
import { StartAuthorizationPort } from '../jobs/contract/start-authorization.port';
import { AccountsPort } from '../users/contract/accounts.port';
import { USER_ROLES, type UserRole } from '../users/contract/users.types';
import { WorkflowsPort } from './contract/workflows.port';
import type { WorkflowRunsPort } from './contract/workflow-runs.port';
import type {
  ApprovalOrder,
  Cancelled,
  CancelOrder,
  RunQuery,
  RunStep,
  WholeWorkflowRun,
  WorkflowRun,
} from './contract/workflows.types';
import { jobOf } from './domain/run-job';
import { graphView, stepViews, toRun } from './domain/run-view';
import { RunsRepository, type BegunRun } from './storage/runs.repository';

@Injectable()
export class WorkflowRunsService implements WorkflowRunsPort {
  constructor(
    private readonly repository: RunsRepository,
    private readonly workflows: WorkflowsPort,
    private readonly jobs: JobsPort,
    private readonly start: StartAuthorizationPort,
    private readonly accounts: AccountsPort,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async list(context: CallContext, workflowId: string, query: RunQuery): Promise<CountedPage<WorkflowRun>> {
    const { name } = await this.workflows.get(context, workflowId);
    const { status, ...rest } = query;
    const states = status === undefined ? undefined : [...(statesOf(status) ?? [])];
    const page = await this.jobs.list(context, { ...rest, type: 'workflow', kind: name, states });
    return { ...page, items: page.items.map(toRun) };
  }

  async get(context: CallContext, runId: string): Promise<WholeWorkflowRun> {
    const job = await this.job(context, runId);
    const tenantId = requireTenant(context);
    const run = await this.repository.find(tenantId, runId);
    if (run === null) return { ...toRun(job), workflowId: null, version: null, steps: [], graph: null };
    const stored = await this.repository.steps(tenantId, runId);
    const { workflowId, version, definition } = run;
    const steps = stepViews(definition, stored, run.undoes !== null);
    return { ...toRun(job), workflowId, version, steps, graph: graphView(definition, steps) };
  }

  async cancel(context: CallContext, runId: string, { reason, compensate }: CancelOrder): Promise<Cancelled> {
    const { kind, image } = await this.job(context, runId);
    // Checked before the run is canceled, because a caller without the right to run the workflow would otherwise leave the cancellation
    // half done.
    if (compensate) await this.start.assert(context, { type: 'workflow', kind, image });
    const ended = await this.jobs.cancel({ ...context, idempotencyKey: null }, runId, reason);
    const run = await this.repository.find(requireTenant(context), runId);
    if (!compensate || run === null || ended.state !== 'cancelled' || run.undoes !== null) {
      return { run: toRun(ended), compensationJobId: null };
    }
    // Later reports from the run's worker are not stored, so that the set of steps to undo is fixed.
    await this.repository.close(requireTenant(context), runId);
    const { id } = await this.compensation(context, runId, run, ended);
    return { run: toRun(ended), compensationJobId: id };
  }

  async decide(
    context: CallContext,
    runId: string,
    stepId: string,
    { decision, comment }: ApprovalOrder,
  ): Promise<RunStep> {
    const job = await this.job(context, runId);
    const tenantId = requireTenant(context);
    const run = await this.repository.find(tenantId, runId);
    const step = run?.definition.steps.find(({ id }) => id === stepId);
    if (step?.type !== 'approval') throw new AppError('not_found', 'There is no such approval.');
    await this.assertRole(context, step.role);
    if (isTerminal(job.state)) throw decided();
    const by = context.actor.id;
    const isApproved = decision === 'approve';
    const request = { action: 'workflow.step.approve', input: { runId, stepId, decision, comment } };
    const decidedStep = await this.writes.once(context, request, async (tx) => {
      const output = { decision, by, comment, at: new Date(this.clock.nowMs()).toISOString() };
      const error = isApproved ? null : { code: 'denied', message: `The step was rejected by ${by}.` };
      const state = isApproved ? 'succeeded' : 'failed';
      const changed = await this.repository.decide(tx, tenantId, runId, stepId, { state, output, error });
      if (changed === null) throw decided();
      const metadata = { stepId, decision };
      const audited = { action: 'workflow.step.approve', resourceType: 'workflow', resourceId: runId, metadata };
      await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
      const { state: status, ...rest } = changed;
      return { ...rest, type: step.type, status };
    });
    await this.jobs.wake(context, runId);
    return decidedStep;
  }

  private async job(context: CallContext, runId: string): Promise<Job> {
    const job = await this.jobs.get(context, runId);
    if (job.type !== 'workflow') throw new AppError('not_found', 'There is no such run.');
    return job;
  }

  /** Returns the job that undoes a run. There is only one such job, regardless of how many requests are made. */
  private compensation(context: CallContext, runId: string, run: BegunRun, { input }: Job): Promise<Job> {
    const { workflowId, version, definition } = run;
    return this.jobs.submit(
      withNewIdempotencyKey(context, `undo-${runId}`),
      jobOf(definition, { workflowId, version, undoes: runId }, input),
    );
  }

  /** Throws unless the caller is a person with at least this role. `owner` is the highest role. */
  private async assertRole(context: CallContext, least: UserRole): Promise<void> {
    const { actor } = context;
    const account = actor.type === 'user' ? await this.accounts.get(context, actor.id) : null;
    const isEnough =
      account !== null && account.status === 'active' && USER_ROLES.indexOf(account.role) <= USER_ROLES.indexOf(least);
    if (!isEnough) throw new AppError('forbidden', `Only a person with the role ${least} or above can decide on this.`);
  }
}

function decided(): AppError {
  return new AppError('conflict', 'The approval has already been decided or has expired, or its run has ended.');
}
