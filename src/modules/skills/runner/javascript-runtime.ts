import { Injectable } from '@nestjs/common';
import type { CallNode } from '../../../kernel/threads/call-slots';
import { Clock } from '../../../kernel/time/clock';
import { contextOfPrincipal } from '../../auth/contract/principal.types';
import { JobFailure } from '../../jobs/contract/job-runner';
import type { JavascriptDefinition } from '../contract/skill-definition.types';
import { SKILL_LIMITS } from '../contract/skill-limits';
import { sourcesOf } from '../domain/definition-sources';
import type { ThreadHost } from '../sandbox/thread-host';
import type { RunJob } from '../sandbox/thread-job';
import type { RunnableVersion } from '../storage/runnable.repository';
import { Capabilities } from './capabilities/capabilities';
import type { CapabilityCall, CapabilityHost } from './capabilities/capability-call';
import { RunnerThreads } from './runner-threads';
import { outcomeFailure } from './skill-failures';
import { leftMs, type SkillFrame } from './skill-frame';

/** Runs a tenant's code in the sandbox, with its granted capabilities. */
@Injectable()
export class JavascriptRuntime {
  constructor(
    private readonly threads: RunnerThreads,
    private readonly capabilities: Capabilities,
    private readonly clock: Clock,
  ) {}

  /** Runs a version. The input and the output are JSON texts. Errors: `JobFailure`. */
  async run(
    version: RunnableVersion & { readonly definition: JavascriptDefinition },
    input: string,
    frame: SkillFrame,
    host: CapabilityHost,
  ): Promise<string> {
    const { name, definition, code, hash } = version;
    const { grants } = definition;
    const limits = {
      cpuMs: definition.cpuSeconds * 1_000,
      wallMs: leftMs(frame, definition.timeoutSeconds, this.clock.nowMs()),
    };
    const node: CallNode = {
      parent: frame.parent,
      mayNest: grants.skills.length > 0 && frame.depth < SKILL_LIMITS.maxNesting,
    };
    const inner: SkillFrame = { ...frame, parent: node, endsAtMs: this.clock.nowMs() + limits.wallMs };
    // Nested skills end when this skill ends, even if they are still waiting for a thread.
    const ended = new AbortController();
    const signal = AbortSignal.any([frame.signal, ended.signal]);
    let nested = 0;
    const nextCall = (): number => (nested += 1);
    const call: CapabilityCall = { frame: withRightsOf(version, inner), grants, host, nextCall };
    const calls: ThreadHost = {
      call: (capability, args) => this.capabilities.call(capability, args, call),
      nested: (skill, value) => this.capabilities.nested(skill, value, { ...call, frame: { ...inner, signal } }),
      log: (stream, text) => {
        frame.log(stream, text);
      },
      progress: (progress) => {
        frame.progress(progress);
      },
    };
    const job: RunJob = {
      kind: 'run',
      modules: code ?? {},
      main: sourcesOf(definition).main,
      input,
      inputSchema: JSON.stringify(definition.inputSchema),
      outputSchema: JSON.stringify(definition.outputSchema),
      capabilities: granted(grants),
      about: { skill: name, version: version.version, hash, runId: frame.runId, attempt: frame.attempt },
      ...limits,
    };
    const { tenantId } = frame;
    const outcome = await this.threads
      .run({ tenantId, job, skill: name, host: calls, signal: frame.signal, call: node })
      .finally(() => ended.abort(new Error('The skill that ran this one has ended.')));
    if (outcome.kind === 'output') return outcome.value;
    if (frame.signal.aborted) throw frame.signal.reason;
    if (outcome.kind === 'fit' || outcome.kind === 'checked')
      throw new Error('The thread returned the result of a different type of job.');
    throw outcomeFailure(outcome, limits);
  }
}

/**
 * Returns the frame in which capabilities act. They act on behalf of the caller. If the version requests it, they instead act on behalf
 * of the principal that registered the version, with that principal's current permissions.
 */
function withRightsOf({ definition, principal }: RunnableVersion, frame: SkillFrame): SkillFrame {
  if (definition.runtime !== 'javascript' || definition.runAs !== 'owner') return frame;
  if (principal === null) throw new JobFailure('failed', 'The owner of this version is unknown. Register it again.');
  return { ...frame, context: contextOfPrincipal(principal, frame.tenantId, frame.context) };
}

function granted(grants: JavascriptDefinition['grants']): readonly string[] {
  return Object.entries(grants).flatMap(([name, list]) => (list.length > 0 ? [name] : []));
}
