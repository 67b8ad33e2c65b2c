import { Injectable, Optional } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { InlineJobsPort } from '../jobs/contract/inline-jobs.port';
import type { NewJob } from '../jobs/contract/job-request.types';
import { isTerminal, type Job } from '../jobs/contract/job.types';
import { JobsPort } from '../jobs/contract/jobs.port';
import { SKILL_LIMITS } from './contract/skill-limits';
import type { SkillRunOrder } from './contract/skill-run.types';
import type { SkillRunsPort } from './contract/skill-runs.port';
import { builtinSkill } from './domain/builtin-skills';
import { boundedJson } from './domain/json-shape';
import { referenceText } from './domain/skill-reference';
import { SkillChecks } from './sandbox/skill-checks';
import { type ChosenVersion, RunnableRepository } from './storage/runnable.repository';

/** The extra time of a job beyond its code's limit. It covers the startup, and ensures that the code reaches its own limit first. */
const SLACK_SECONDS = 10;

/** A requested run. Its input is within the limits, but not yet checked against the schema. */
interface Asked {
  readonly tenantId: string;
  readonly version: ChosenVersion;
  /** The input as JSON. */
  readonly value: string;
  readonly request: NewJob;
}

@Injectable()
export class SkillRunsService implements SkillRunsPort {
  constructor(
    private readonly jobs: JobsPort,
    private readonly versions: RunnableRepository,
    private readonly checks: SkillChecks,
    /** Present only in processes that run jobs. */
    @Optional() private readonly inline?: InlineJobsPort,
  ) {}

  async start(context: CallContext, name: string, order: SkillRunOrder): Promise<Job> {
    const asked = await this.asked(context, name, order);
    await this.assertFits(asked);
    return this.jobs.submit(context, asked.request);
  }

  async run(
    context: CallContext,
    name: string,
    order: SkillRunOrder,
    withinMs: number,
    signal?: AbortSignal,
  ): Promise<Job> {
    const until = performance.now() + withinMs;
    const asked = await this.asked(context, name, order);
    // The input of a run that starts immediately is checked in the thread that runs it. With an idempotency key, it is checked first,
    // because a key must be stored only for a request that can run.
    const isChecked = this.inline === undefined || context.idempotencyKey !== null;
    if (isChecked) await this.assertFits(asked);
    let job = (await this.inline?.run(context, asked.request, { withinMs, signal })) ?? null;
    if (job === null) {
      if (!isChecked) await this.assertFits(asked);
      job = await this.jobs.submit(context, asked.request);
    }
    // The job is queued, is waiting for its next attempt, or belongs to an earlier call with the same key.
    return this.wait(context, job, until - performance.now(), signal);
  }

  async wait(context: CallContext, job: Job, withinMs: number, signal?: AbortSignal): Promise<Job> {
    if (isTerminal(job.state) || withinMs <= 0) return job;
    const late = AbortSignal.timeout(Math.ceil(withinMs));
    const over = signal === undefined ? late : AbortSignal.any([late, signal]);
    // The iteration ends when the job ends or the signal fires.
    for await (const event of this.jobs.watch(context, job.id, { afterSeq: job.lastEvent, signal: over })) void event;
    return this.jobs.get(context, job.id);
  }

  /** Resolves a request. Errors: `not_found`; `invalid_request` for an input that no skill would accept. */
  private async asked(context: CallContext, name: string, order: SkillRunOrder): Promise<Asked> {
    const tenantId = requireTenant(context);
    const version = await this.choose(tenantId, name, order);
    const input = order.input ?? null;
    const { timeoutSeconds } = version;
    const request: NewJob = {
      type: 'skill',
      kind: name,
      image: referenceText(version),
      // All values of a parsed body are JSON.
      input: input as NonNullable<NewJob['input']>,
      ...(timeoutSeconds === null ? {} : { timeoutSeconds: timeoutSeconds + SLACK_SECONDS }),
      ...(order.priority === undefined ? {} : { priority: order.priority }),
      ...(order.delaySeconds === undefined ? {} : { delaySeconds: order.delaySeconds }),
      captureOutput: false,
      retry: { maxAttempts: order.maxAttempts },
    };
    return { tenantId, version, value: boundedInput(input), request };
  }

  private async choose(tenantId: string, name: string, order: SkillRunOrder): Promise<ChosenVersion> {
    const builtin = builtinSkill(name);
    if (builtin === null) {
      const chosen = await this.versions.choose(tenantId, name, order);
      if (chosen !== null) return chosen;
    } else if (order.alias === undefined && (order.version ?? 1) === builtin.version) {
      return { ...builtin, timeoutSeconds: null };
    }
    const isAny = order.alias === undefined && order.version === undefined;
    throw new AppError('not_found', `There is no such skill${isAny ? '' : ', or no such version of it'}.`);
  }

  /** Checks the input against its schema. Errors: `invalid_request` with pointers. */
  private async assertFits({ tenantId, version: { inputSchema }, value }: Asked): Promise<void> {
    if (inputSchema === true) return;
    const schema = JSON.stringify(inputSchema);
    const outcome = await this.checks.run(tenantId, { kind: 'fit', schema, value, pointer: '/input' });
    if (outcome.kind === 'fit' && outcome.faults.length === 0) return;
    if (outcome.kind === 'fit') throw unfit(outcome.faults);
    throw unfit([{ pointer: '/input', code: 'too_complex', message: 'takes too many resources to check' }]);
  }
}

/** Returns the input as JSON text. */
function boundedInput(input: unknown): string {
  const value = boundedJson(input, { bytes: SKILL_LIMITS.maxValueBytes, levels: SKILL_LIMITS.maxValueLevels });
  if (value !== null) return value;
  const message = `at most ${SKILL_LIMITS.maxValueBytes} bytes and ${SKILL_LIMITS.maxValueLevels} levels of JSON`;
  throw unfit([{ pointer: '/input', code: 'too_large', message }]);
}

function unfit(
  fields: readonly { readonly pointer: string; readonly code: string; readonly message: string }[],
): AppError {
  const [first] = fields;
  const message = `The input does not match the inputSchema at ${first?.pointer ?? '/input'}: ${first?.message ?? ''}.`;
  return new AppError('invalid_request', message, { fields });
}
