import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import { Clock } from '../../../kernel/time/clock';
import {
  JobFailure,
  type JobOutcome,
  type JobPause,
  type JobRun,
  JobRunner,
  type RunnableJob,
} from '../../jobs/contract/job-runner';
import type { WorkflowDefinition } from '../contract/workflow-definition.types';
import { InputCheck } from '../input-check';
import { parseImage } from '../domain/run-job';
import { RunsRepository } from '../storage/runs.repository';
import { WorkflowExecutor } from './workflow-executor';
import { RunClosed } from './step-work';
import { StepCalls } from './step-calls';

/** The number is high, because runs mostly wait for other jobs. */
const SLOTS = 100;
/** The error codes of a refused input. Other errors are temporary, and the run is retried. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['invalid_request', 'unprocessable']);

/** Runs jobs of the type `workflow`. A job's kind is the workflow's name, and its image is the version. */
@Injectable()
export class WorkflowRunner extends JobRunner {
  readonly type = 'workflow';
  readonly kinds = null;
  readonly slots = SLOTS;
  override readonly resumes = true;

  constructor(
    private readonly runs: RunsRepository,
    private readonly calls: StepCalls,
    private readonly inputs: InputCheck,
    private readonly clock: Clock,
  ) {
    super();
  }

  async run({ job, request }: RunnableJob, run: JobRun): Promise<JobOutcome | JobPause> {
    const { tenantId, id } = job;
    const order = parseImage(request.image);
    if (order === null) {
      throw new JobFailure('input', 'Start a workflow with its trigger, not by submitting a job.', { mayRetry: false });
    }
    const begun = await this.runs.begin(tenantId, id, order);
    if (begun === null)
      throw new JobFailure('input', 'This version of the workflow no longer exists.', { mayRetry: false });
    // The input is not checked again once a step has begun, for example after a pause.
    const isAtStart = begun.isNew || (await this.runs.steps(tenantId, id)).length === 0;
    if (isAtStart && begun.undoes === null) await this.assertInput(run, begun.definition, request.input);
    const walk = new WorkflowExecutor(
      {
        tenantId,
        keyId: begun.undoes ?? id,
        runId: id,
        run,
        definition: begun.definition,
        pins: begun.pins,
        runs: this.runs,
        calls: this.calls,
        nowMs: () => this.clock.nowMs(),
      },
      request.input,
    );
    try {
      if (begun.undoes === null) return await walk.run(begun.isNew);
      await walk.reload();
      const undone = (await this.runs.steps(tenantId, begun.undoes)).filter(({ state }) => state === 'succeeded');
      return (await walk.undo(undone)) ?? { result: { undone: begun.undoes } };
    } catch (error) {
      if (error instanceof RunClosed) throw new JobFailure('failed', 'The run was cancelled.', { mayRetry: false });
      throw error;
    }
  }

  /**
   * Checks the input regardless of who submitted the run. A trigger has already checked it, but a job or another workflow's step has not.
   */
  private async assertInput({ context }: JobRun, definition: WorkflowDefinition, input: unknown): Promise<void> {
    try {
      await this.inputs.assert(context, definition, input);
    } catch (error) {
      if (!(error instanceof AppError) || !FINAL.has(error.code)) throw error;
      const { pointer = '/input' } = error.fields[0] ?? {};
      throw new JobFailure('input', `The input is invalid: ${pointer} ${error.message}`, { mayRetry: false });
    }
  }
}
