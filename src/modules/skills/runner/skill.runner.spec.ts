import { outage } from '../../../kernel/errors/app-error';
import { type JobRun, JobUndecided, type RunnableJob } from '../../jobs/contract/job-runner';
import type { SkillsConfig } from '../skills.config';
import type { RunnableVersions } from './runnable-versions';
import type { SkillCalls } from './skill-calls';
import { SkillRunner } from './skill.runner';

const image = `add:1@sha256:${'0'.repeat(64)}`;
const job = { job: { tenantId: 'tnt-a', kind: 'add' }, request: { image, input: {} } } as unknown as RunnableJob;

it.each<[string, Error, boolean]>([
  ['waits while the store is unavailable', outage('store_unavailable'), true],
  ['fails because of an internal error', new Error('a fault'), false],
])('a run whose version cannot be read %s', async (_name, error, waits) => {
  const versions = { of: () => Promise.reject(error) } as unknown as RunnableVersions;
  const runner = new SkillRunner(versions, {} as SkillCalls, { SKILLS_THREADS: 1 } as SkillsConfig);
  const thrown = await runner.run(job, {} as JobRun).catch((fault: unknown) => fault);
  expect(thrown instanceof JobUndecided).toBe(waits);
});
