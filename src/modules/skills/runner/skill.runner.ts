import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { outageOf } from '../../../kernel/errors/app-error';
import {
  JobFailure,
  type JobOutcome,
  type JobRun,
  JobRunner,
  JobUndecided,
  type RunnableJob,
} from '../../jobs/contract/job-runner';
import type { JsonValue } from '../../jobs/contract/job.types';
import { SKILL_LIMITS } from '../contract/skill-limits';
import { boundedJson } from '../domain/json-shape';
import { parseReference, referenceText, type SkillReference } from '../domain/skill-reference';
import { skillsConfig, type SkillsConfig } from '../skills.config';
import { RunnableVersions } from './runnable-versions';
import { SkillCalls } from './skill-calls';

/**
 * There is more than one slot per thread, because calls in the `http` runtime wait without occupying a thread, and so do the jobs of a
 * tenant that already uses all its threads.
 */
const SLOTS_PER_THREAD = 4;

/** Runs jobs of the type `skill`. A job's kind is the skill, and its image is the version. */
@Injectable()
export class SkillRunner extends JobRunner {
  readonly type = 'skill';
  readonly kinds = null;
  readonly slots: number;

  constructor(
    private readonly versions: RunnableVersions,
    private readonly calls: SkillCalls,
    @InjectConfig(skillsConfig) { SKILLS_THREADS }: SkillsConfig,
  ) {
    super();
    this.slots = SKILLS_THREADS * SLOTS_PER_THREAD;
  }

  async run({ job, request }: RunnableJob, run: JobRun): Promise<JobOutcome> {
    const reference = await this.referenceOf(job.tenantId, job.kind, request.image, run);
    const version = await this.versions.of(job.tenantId, reference).catch(putOff);
    if (version === null)
      throw new JobFailure('input', 'This version of the skill no longer exists.', { mayRetry: false });
    const { maxValueBytes: bytes, maxValueLevels: levels } = SKILL_LIMITS;
    const input = boundedJson(request.input, { bytes, levels });
    if (input === null) {
      throw new JobFailure('input', `The input has more than ${levels} levels.`, { mayRetry: false });
    }
    let logged: Promise<void> = Promise.resolve();
    const output = await this.calls
      .run(version, input, {
        tenantId: job.tenantId,
        context: run.context,
        runId: job.id,
        jobId: job.id,
        attempt: job.attempt,
        parent: null,
        depth: 0,
        signal: run.signal,
        endsAtMs: Number.POSITIVE_INFINITY,
        log: (stream, text) => {
          // A failed log write ends the run through the run's signal.
          logged = logged.then(() => run.log(stream, text)).catch(() => undefined);
        },
        progress: (progress) => {
          run.progress(progress);
        },
      })
      .finally(() => logged);
    return { result: JSON.parse(output) as JsonValue };
  }

  /**
   * Returns the version of a job. A job without a version uses the version that is current at its first attempt, and keeps that version for
   * retries.
   */
  private async referenceOf(tenantId: string, kind: string, image: string, run: JobRun): Promise<SkillReference> {
    const named = parseReference(image);
    if (named !== null && named.name === kind) return named;
    if (image !== '')
      throw new JobFailure('input', 'The image of a skill must be name:version@sha256:hash.', { mayRetry: false });
    const chosen = await run.step('version', async () => {
      const found = await this.versions.choose(tenantId, kind, {});
      return found === null ? '' : referenceText(found);
    });
    const reference = parseReference(chosen);
    if (reference === null) throw new JobFailure('input', `There is no skill "${kind}".`, { mayRetry: false });
    return reference;
  }
}

/** Postpones a run while its version cannot be read. This is safe because none of the skill's code has run yet. */
function putOff(error: unknown): never {
  throw outageOf(error) === null ? error : new JobUndecided(error);
}
