import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { optionalPorts, ports } from '../../kernel/composition/ports';
import { JobsPort } from '../jobs/contract/jobs.port';
import { InlineJobsPort } from '../jobs/contract/inline-jobs.port';
import { SkillRunsPort } from './contract/skill-runs.port';
import { SkillsPort } from './contract/skills.port';
import { SkillChecks } from './sandbox/skill-checks';
import { SkillDefinitions } from './skill-definitions';
import { SkillRunsService } from './skill-runs.service';
import { SkillSigning } from './skill-signing';
import { SkillsService, SkillStores } from './skills.service';
import { AliasesRepository } from './storage/aliases.repository';
import { RunnableRepository } from './storage/runnable.repository';
import { SigningRepository } from './storage/signing.repository';
import { SkillsRepository } from './storage/skills.repository';

/** Registers and shows skills, and submits their runs, but does not run them. */
@Module({
  imports: [KernelModule, ports(JobsPort), optionalPorts(InlineJobsPort)],
  providers: [
    SkillsRepository,
    AliasesRepository,
    SigningRepository,
    RunnableRepository,
    SkillStores,
    SkillChecks,
    SkillDefinitions,
    SkillSigning,

    { provide: SkillsPort, useClass: SkillsService },
    { provide: SkillRunsPort, useClass: SkillRunsService },
  ],
  exports: [SkillsPort, SkillRunsPort, SkillSigning],
})
export class SkillsModule {}
