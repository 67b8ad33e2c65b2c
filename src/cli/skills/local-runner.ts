import { isDeepStrictEqual } from 'node:util';
import { newUlid } from '../../kernel/ids/ids';
import { WorkerPool } from '../../kernel/threads/worker-pool';
import { AppError } from '../../kernel/errors/app-error';
import { JobFailure } from '../../modules/jobs/contract/job-runner';
import type { JavascriptDefinition } from '../../modules/skills/contract/skill-definition.types';
import { definitionHash } from '../../modules/skills/domain/definition-hash';
import { sourcesOf } from '../../modules/skills/domain/definition-sources';
import { outcomeFailure } from '../../modules/skills/runner/skill-failures';
import { CapabilityRefusal, type ThreadHost } from '../../modules/skills/sandbox/thread-host';
import { NESTED_RUN } from '../../modules/skills/sandbox/engine/call-arguments';
import { runSkillJob, skillJobHandler } from '../../modules/skills/sandbox/run-skill-job';
import type { SkillProgress, SkillThreadSettings } from '../../modules/skills/sandbox/thread-job';
import { CommandFault } from '../command';
import type { SkillProject, TestCase } from './skill-project';

/** The memory limit, equal to the default of `SKILLS_MEMORY_MB`. */
const MEMORY_BYTES = 64 * 1_048_576;
const HEAP_MB = 192;
const OWNER = 'local';

/** The result of a local run. */
export type LocalOutcome = { readonly output: unknown } | { readonly error: string };

/** Receives the code's output while the code runs. */
export interface LocalListener {
  readonly log: (stream: 'stdout' | 'stderr', text: string) => void;
  readonly progress: (progress: SkillProgress) => void;
}

/** Runs the skill in a folder in the same sandbox and with the same limits as workers. The test defines what capabilities return. */
export class LocalRunner {
  private constructor(
    private readonly threads: WorkerPool,
    private readonly project: SkillProject,
    private readonly definition: JavascriptDefinition,
    private readonly code: Readonly<Record<string, string>>,
  ) {}

  /** Checks and compiles the skill. Errors: `CommandFault` for a skill that has faults or a different runtime. */
  static async open(project: SkillProject): Promise<LocalRunner> {
    const { definition } = project;
    if (definition.runtime !== 'javascript') {
      throw new CommandFault(`Only skills with the runtime "javascript" run here, not "${definition.runtime}".`);
    }
    const threads = new WorkerPool({
      name: 'skill',
      maxThreads: 1,
      maxThreadsPerTenant: 1,
      keptThreads: 1,
      maxWaiting: 4,
      heapMb: HEAP_MB,
      preload: skillJobHandler(),
      settings: { memoryBytes: MEMORY_BYTES } satisfies SkillThreadSettings,
    });
    try {
      return new LocalRunner(threads, project, definition, await checked(threads, definition));
    } catch (error) {
      await threads.close();
      throw error instanceof AppError ? new CommandFault(error.message) : error;
    }
  }

  /** @param calls the results of capabilities; every other call is refused. */
  async run(input: unknown, calls: TestCase['calls'], listener: LocalListener): Promise<LocalOutcome> {
    const { definition, project } = this;
    const limits = { cpuMs: definition.cpuSeconds * 1_000, wallMs: definition.timeoutSeconds * 1_000 };
    const outcome = await runSkillJob(this.threads, {
      tenantId: OWNER,
      host: hostOf(calls, listener),
      job: {
        kind: 'run',
        modules: this.code,
        main: sourcesOf(definition).main,
        input: JSON.stringify(input ?? null),
        inputSchema: JSON.stringify(definition.inputSchema),
        outputSchema: JSON.stringify(definition.outputSchema),
        capabilities: Object.entries(definition.grants).flatMap(([name, list]) => (list.length > 0 ? [name] : [])),
        about: {
          skill: project.name,
          version: 0,
          hash: definitionHash(definition),
          runId: `local-${newUlid()}`,
          attempt: 1,
        },
        ...limits,
      },
    });
    if (outcome.kind === 'output') return { output: JSON.parse(outcome.value) as unknown };
    if (outcome.kind === 'checked' || outcome.kind === 'fit')
      throw new Error('The thread returned the result of a different type of job.');
    const failure: JobFailure = outcomeFailure(outcome, limits);
    return { error: failure.message };
  }

  close(): Promise<void> {
    return this.threads.close();
  }
}

async function checked(
  threads: WorkerPool,
  definition: JavascriptDefinition,
): Promise<Readonly<Record<string, string>>> {
  const outcome = await runSkillJob(threads, {
    tenantId: OWNER,
    job: {
      kind: 'check',
      inputSchema: JSON.stringify(definition.inputSchema),
      outputSchema: JSON.stringify(definition.outputSchema),
      sources: sourcesOf(definition).sources,
    },
  });
  if (outcome.kind !== 'checked') throw new CommandFault('Checking the skill takes too long.');
  if (outcome.faults.length > 0) {
    throw new CommandFault(outcome.faults.map(({ pointer, message }) => `${pointer}: ${message}`).join('\n'));
  }
  return outcome.code ?? {};
}

function hostOf(calls: TestCase['calls'], { log, progress }: LocalListener): ThreadHost {
  const call = (name: string, args: readonly unknown[]): Promise<unknown> => {
    const found = calls.find((one) => one.call === name && isDeepStrictEqual(one.args, args));
    if (found !== undefined) return Promise.resolve(found.result ?? null);
    return Promise.reject(new CapabilityRefusal('not_here', `The test does not mock ${name}${argumentsText(args)}.`));
  };
  return {
    call,
    nested: async (name, input) => JSON.stringify(await call(NESTED_RUN, [name, JSON.parse(input)])),
    log,
    progress,
  };
}

function argumentsText(args: readonly unknown[]): string {
  return `(${JSON.stringify(args).slice(1, -1)})`.slice(0, 200);
}
