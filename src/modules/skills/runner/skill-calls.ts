import { Injectable } from '@nestjs/common';
import { JobFailure, JobUndecided } from '../../jobs/contract/job-runner';
import { SKILL_LIMITS } from '../contract/skill-limits';
import type { HttpDefinition, JavascriptDefinition } from '../contract/skill-definition.types';
import { CapabilityRefusal } from '../sandbox/thread-host';
import type { RunnableVersion } from '../storage/runnable.repository';
import { BuiltinRuntime } from './builtin-runtime';
import { HttpRuntime } from './http-runtime';
import { JavascriptRuntime } from './javascript-runtime';
import { RunnableVersions } from './runnable-versions';
import { RunnerThreads } from './runner-threads';
import { misfitFailure } from './skill-failures';
import type { SkillFrame } from './skill-frame';

type Javascript = RunnableVersion & { readonly definition: JavascriptDefinition };
type Http = RunnableVersion & { readonly definition: HttpDefinition };

/** Runs skill versions of any runtime, both for jobs and for nested calls. */
@Injectable()
export class SkillCalls {
  constructor(
    private readonly versions: RunnableVersions,
    private readonly threads: RunnerThreads,
    private readonly javascript: JavascriptRuntime,
    private readonly http: HttpRuntime,
    private readonly builtin: BuiltinRuntime,
  ) {}

  /**
   * Runs a version.
   * @param input JSON text, like the result. Errors: `JobFailure`, or the reason with which the frame's signal was aborted.
   */
  async run(version: RunnableVersion, input: string, frame: SkillFrame): Promise<string> {
    if (isJavascript(version)) return this.javascript.run(version, input, frame, this);
    const { inputSchema, outputSchema } = version.definition;
    const badInput = await this.threads.misfits(frame, inputSchema, input, '/input');
    if (badInput.length > 0) throw misfitFailure('input', badInput);
    const output = isHttp(version)
      ? await this.http.run(version, input, frame)
      : await this.builtin.run(version.name, input, frame);
    const badOutput = await this.threads.misfits(frame, outputSchema, output, '/output');
    if (badOutput.length > 0) throw misfitFailure('output', badOutput);
    return output;
  }

  /** Runs a nested skill. Only the outermost skill reports progress to the job. Errors: `CapabilityRefusal`. */
  async nested(name: string, input: string, frame: SkillFrame, count: number): Promise<string> {
    if (frame.depth >= SKILL_LIMITS.maxNesting) {
      throw new CapabilityRefusal(
        'limit',
        `Calls of skills can be nested at most ${SKILL_LIMITS.maxNesting} levels deep.`,
      );
    }
    const reference = await this.versions.choose(frame.tenantId, name, {});
    const version = reference && (await this.versions.of(frame.tenantId, reference));
    if (version === null) throw new CapabilityRefusal('not_found', `There is no skill "${name}".`);
    const inner = { ...frame, depth: frame.depth + 1, runId: `${frame.runId}.${count}`, progress: () => undefined };
    try {
      return await this.run(version, input, inner);
    } catch (error) {
      if (error instanceof JobFailure) throw new CapabilityRefusal(error.code, `${name}: ${error.message}`);
      if (error instanceof JobUndecided) throw new CapabilityRefusal('unavailable', `${name}: ${error.message}`);
      throw error;
    }
  }
}

function isJavascript(version: RunnableVersion): version is Javascript {
  return version.definition.runtime === 'javascript';
}

function isHttp(version: RunnableVersion): version is Http {
  return version.definition.runtime === 'http';
}
