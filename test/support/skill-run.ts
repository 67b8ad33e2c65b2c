import type { RunJob } from '../../src/modules/skills/sandbox/thread-job';

/** A run of one module, for tests. */
export function runJob(
  code: string,
  { input = {}, ...members }: Partial<Omit<RunJob, 'input'>> & { readonly input?: unknown } = {},
): RunJob {
  return {
    kind: 'run',
    modules: { 'main.js': code },
    main: 'main.js',
    input: JSON.stringify(input),
    inputSchema: 'true',
    outputSchema: 'true',
    capabilities: [],
    about: { skill: 'test' },
    cpuMs: 300,
    wallMs: 5_000,
    ...members,
  };
}
