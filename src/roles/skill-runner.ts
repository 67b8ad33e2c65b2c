import type { ModuleMetadata } from '@nestjs/common';
import type { JobsWorkerOptions } from '../modules/jobs/jobs-worker.module';
import { SkillRunner } from '../modules/skills/runner/skill.runner';
import { SkillsRunnerModule } from '../modules/skills/skills-runner.module';
import type { Settings } from './settings';

type Runners = Omit<JobsWorkerOptions, 'base' | 'isEager'>;

/**
 * Adds the runner of skills to what a process runs jobs with.
 * @param reachable modules with what skills may be granted and what built-in skills look at, as far as the process has it.
 */
export function withSkills(
  runners: Runners,
  { role, sealing }: Settings,
  reachable: NonNullable<ModuleMetadata['imports']>,
): Runners {
  const skills = SkillsRunnerModule.host({
    isProduction: role.NODE_ENV === 'production',
    hasKeys: sealing.MASTER_KEY !== null,
    imports: reachable,
  });
  return { ...runners, imports: [...runners.imports, skills], runners: [...runners.runners, SkillRunner] };
}
