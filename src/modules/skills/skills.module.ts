import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { SkillRunsPort } from './contract/skill-runs.port';
import { SkillsPort } from './contract/skills.port';
import { SkillChecks } from './sandbox/skill-checks';
import { IS_PRODUCTION } from './is-production';
import { SkillDefinitions } from './skill-definitions';
import { SkillRunsService } from './skill-runs.service';
import { SkillSigning } from './skill-signing';
import { SkillsService, SkillStores } from './skills.service';
import { AliasesRepository } from './storage/aliases.repository';
import { RunnableRepository } from './storage/runnable.repository';
import { SigningRepository } from './storage/signing.repository';
import { SkillsRepository } from './storage/skills.repository';

interface SkillsOptions {
  readonly isProduction: boolean;
  readonly jobs: NonNullable<ModuleMetadata['imports']>;
}

/** Skills are registered, looked at, and handed in to be run; it runs none. */
@Module({})
export class SkillsModule {
  /** @param isProduction whether URLs are https whatever else is allowed. @param jobs the module with `JobsPort`, and where jobs are run that with `InlineJobsPort`. */
  static host({ isProduction, jobs }: SkillsOptions): DynamicModule {
    return {
      module: SkillsModule,
      global: true,
      imports: jobs,
      providers: [
        SkillsRepository,
        AliasesRepository,
        SigningRepository,
        RunnableRepository,
        SkillStores,
        SkillChecks,
        SkillDefinitions,
        SkillSigning,
        { provide: IS_PRODUCTION, useValue: isProduction },
        { provide: SkillsPort, useClass: SkillsService },
        { provide: SkillRunsPort, useClass: SkillRunsService },
      ],
      exports: [SkillsPort, SkillRunsPort],
    };
  }
}
