import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { IS_PRODUCTION } from './is-production';
import { BuiltinRuntime } from './runner/builtin-runtime';
import { AccessReview } from './runner/builtins/access-review';
import { BuiltinAccess } from './runner/builtins/builtin-access';
import { LastUses } from './runner/builtins/last-uses';
import { LicenseOptimisation } from './runner/builtins/license-optimisation';
import { CallerAccess } from './runner/caller-access';
import { Capabilities } from './runner/capabilities/capabilities';
import { FilesCapability } from './runner/capabilities/files.capability';
import { FlagsCapability } from './runner/capabilities/flags.capability';
import { HttpCapability } from './runner/capabilities/http.capability';
import { SecretsCapability } from './runner/capabilities/secrets.capability';
import { HttpRuntime } from './runner/http-runtime';
import { JavascriptRuntime } from './runner/javascript-runtime';
import { RunnableVersions } from './runner/runnable-versions';
import { RunnerThreads } from './runner/runner-threads';
import { SkillCalls } from './runner/skill-calls';
import { NoSkillSecrets, SkillSecrets } from './runner/skill-secrets';
import { SkillRunner } from './runner/skill.runner';
import { StoredSkillSecrets } from './runner/stored-skill-secrets';
import { SkillSigning } from './skill-signing';
import { RunnableRepository } from './storage/runnable.repository';
import { SigningRepository } from './storage/signing.repository';

export interface SkillsRunnerOptions {
  /** Whether URLs are https whatever else is allowed. */
  readonly isProduction: boolean;
  /** Whether this process holds `MASTER_KEY`, and so can sign. */
  readonly hasKeys: boolean;
  /** Modules with what code may be granted, and what built-in skills look at, as far as this process has it. */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
}

/** Runs skills, in a process that runs jobs. */
@Module({})
export class SkillsRunnerModule {
  static host({ isProduction, hasKeys, imports }: SkillsRunnerOptions): DynamicModule {
    const signing = hasKeys
      ? [SigningRepository, SkillSigning, { provide: SkillSecrets, useClass: StoredSkillSecrets }]
      : [{ provide: SkillSecrets, useClass: NoSkillSecrets }];
    return {
      module: SkillsRunnerModule,
      imports,
      providers: [
        RunnableRepository,
        RunnableVersions,
        RunnerThreads,
        HttpCapability,
        SecretsCapability,
        FilesCapability,
        FlagsCapability,
        Capabilities,
        JavascriptRuntime,
        HttpRuntime,
        LastUses,
        BuiltinAccess,
        CallerAccess,
        AccessReview,
        LicenseOptimisation,
        BuiltinRuntime,
        SkillCalls,
        SkillRunner,
        ...signing,
        { provide: IS_PRODUCTION, useValue: isProduction },
      ],
      exports: [SkillRunner],
    };
  }
}
