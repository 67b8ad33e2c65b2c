import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { NewJob } from '../jobs/contract/job-request.types';
import { isTerminal, type Job } from '../jobs/contract/job.types';
import { JobsPort } from '../jobs/contract/jobs.port';
import { SKILL_LIMITS } from './contract/skill-limits';
import type { SkillRunOrder } from './contract/skill-run.types';
import type { SkillRunsPort } from './contract/skill-runs.port';
import { builtinSkill } from './domain/builtin-skills';
import { boundedJson } from './domain/json-shape';
import { referenceText } from './domain/skill-reference';
import { CheckThreads } from './sandbox/check-threads';
import { type ChosenVersion, RunnableRepository } from './storage/runnable.repository';

/** What a job has beyond the time of its code: to begin, and to be ended by itself first. */
const SLACK_SECONDS = 10;

@Injectable()
export class SkillRunsService implements SkillRunsPort {
  constructor(
    private readonly jobs: JobsPort,
    private readonly versions: RunnableRepository,
    private readonly threads: CheckThreads,
  ) {}

  async start(context: CallContext, name: string, order: SkillRunOrder): Promise<Job> {
    const tenantId = requireTenant(context);
    const version = await this.choose(tenantId, name, order);
    const input = order.input ?? null;
    await this.assertFits(tenantId, version, input);
    const { timeoutSeconds } = version;
    return this.jobs.submit(context, {
      type: 'skill',
      kind: name,
      image: referenceText(version),
      // Whatever a parsed body has is JSON.
      input: input as NonNullable<NewJob['input']>,
      ...(timeoutSeconds === null ? {} : { timeoutSeconds: timeoutSeconds + SLACK_SECONDS }),
      ...(order.priority === undefined ? {} : { priority: order.priority }),
      ...(order.delaySeconds === undefined ? {} : { delaySeconds: order.delaySeconds }),
      captureOutput: false,
      retry: { maxAttempts: order.maxAttempts },
    });
  }

  async wait(context: CallContext, job: Job, withinMs: number, signal?: AbortSignal): Promise<Job> {
    if (isTerminal(job.state)) return job;
    const late = AbortSignal.timeout(withinMs);
    const over = signal === undefined ? late : AbortSignal.any([late, signal]);
    // It ends with the job, or with the signal.
    for await (const event of this.jobs.watch(context, job.id, { afterSeq: job.lastEvent, signal: over })) void event;
    return this.jobs.get(context, job.id);
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

  private async assertFits(tenantId: string, { inputSchema }: ChosenVersion, input: unknown): Promise<void> {
    const value = boundedJson(input, { bytes: SKILL_LIMITS.maxValueBytes, levels: SKILL_LIMITS.maxValueLevels });
    if (value === null) {
      const message = `at most ${SKILL_LIMITS.maxValueBytes} bytes and ${SKILL_LIMITS.maxValueLevels} levels of JSON`;
      throw unfit([{ pointer: '/input', code: 'too_large', message }]);
    }
    if (inputSchema === true) return;
    const schema = JSON.stringify(inputSchema);
    const outcome = await this.threads.run({ owner: tenantId, job: { kind: 'fit', schema, value, pointer: '/input' } });
    if (outcome.kind === 'fit' && outcome.faults.length === 0) return;
    if (outcome.kind === 'fit') throw unfit(outcome.faults);
    throw unfit([{ pointer: '/input', code: 'too_complex', message: 'takes too much to check' }]);
  }
}

function unfit(
  fields: readonly { readonly pointer: string; readonly code: string; readonly message: string }[],
): AppError {
  const [first] = fields;
  const words = `The input does not fit the inputSchema at ${first?.pointer ?? '/input'}: ${first?.message ?? ''}.`;
  return new AppError('invalid_request', words, { fields });
}
