import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { optionalPorts, ports } from '../../kernel/composition/ports';
import { AuthPort } from '../auth/contract/auth.port';
import { EgressPort } from '../gates/contract/egress.port';
import { SecretsPort } from '../secrets/contract/secrets.port';
import { FilesPort } from '../files/contract/files.port';
import { FileProjectsPort } from '../files/contract/file-projects.port';
import { FlagsPort } from '../flags/contract/flags.port';
import { AuditQueryPort } from '../audit/contract/audit-query.port';
import { GroupsPort } from '../users/contract/groups.port';
import { GrantFactsPort } from '../oauth/contract/grant-facts.port';
import { EntitlementsPort } from '../entitlements/contract/entitlements.port';
import { AccountsPort } from '../users/contract/accounts.port';
import { BuiltinRuntime } from './runner/builtin-runtime';
import { AccessReview } from './runner/builtins/access-review';
import { BuiltinAccess } from './runner/builtins/builtin-access';
import { LastUses } from './runner/builtins/last-uses';
import { LicenseOptimization } from './runner/builtins/license-optimization';
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

/** Runs skills, in a process that runs jobs. */
@Module({
  imports: [
    KernelModule,
    ports(AuthPort, EgressPort),
    optionalPorts(
      SecretsPort,
      FilesPort,
      FileProjectsPort,
      FlagsPort,
      AuditQueryPort,
      GroupsPort,
      GrantFactsPort,
      EntitlementsPort,
      AccountsPort,
      SkillSigning,
    ),
  ],
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
    LicenseOptimization,
    BuiltinRuntime,
    SkillCalls,
    SkillRunner,
    {
      provide: SkillSecrets,
      useFactory: (signing?: SkillSigning) => (signing ? new StoredSkillSecrets(signing) : new NoSkillSecrets()),
      inject: [{ token: SkillSigning, optional: true }],
    },
  ],
  exports: [SkillRunner],
})
export class SkillsRunnerModule {}
