import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { StartAuthorizationPort } from '../jobs/contract/start-authorization.port';
import { EgressPort } from '../gates/contract/egress.port';
import { SkillsPort } from '../skills/contract/skills.port';
import { JobsPort } from '../jobs/contract/jobs.port';
import { JobSchedulesPort } from '../jobs/contract/job-schedules.port';
import { AuthPort } from '../auth/contract/auth.port';
import { EventFeedPort } from '../events/contract/event-feed.port';
import { AccountsPort } from '../users/contract/accounts.port';
import { RateLimitPort } from '../rate-limit/contract/rate-limit.port';
import { WorkflowHooksPort } from './contract/workflow-hooks.port';
import { WorkflowRunsPort } from './contract/workflow-runs.port';
import { WorkflowTriggersPort } from './contract/workflow-triggers.port';
import { WorkflowsPort } from './contract/workflows.port';
import { DefinitionCheck } from './definition-check';
import { DefinitionThreads } from './definition-threads';
import { EventTriggers } from './event-triggers';
import { InputCheck } from './input-check';
import { StepRights } from './step-rights';
import { FiringsRepository } from './storage/firings.repository';
import { RunsRepository } from './storage/runs.repository';
import { TriggersRepository } from './storage/triggers.repository';
import { WorkflowsRepository } from './storage/workflows.repository';
import { TriggerPauses } from './trigger-pauses';
import { TriggerRights } from './trigger-rights';
import { TriggerAuthorityTask } from './trigger-authority-task';
import { WorkflowHooksService } from './workflow-hooks.service';
import { WorkflowRunsService } from './workflow-runs.service';
import { WorkflowTriggerOwners } from './workflow-trigger-owners';
import { WorkflowTriggers } from './workflow-triggers';
import { WorkflowsService } from './workflows.service';

/** Stores, triggers and shows workflows, but does not run them. */
@Module({
  imports: [
    KernelModule,
    ports(
      StartAuthorizationPort,
      EgressPort,
      SkillsPort,
      JobsPort,
      JobSchedulesPort,
      AuthPort,
      EventFeedPort,
      AccountsPort,
      RateLimitPort,
    ),
  ],
  providers: [
    WorkflowsRepository,
    RunsRepository,
    TriggersRepository,
    FiringsRepository,
    StepRights,
    DefinitionCheck,
    DefinitionThreads,
    InputCheck,
    WorkflowTriggers,
    TriggerRights,
    TriggerPauses,
    TriggerAuthorityTask,
    EventTriggers,

    { provide: WorkflowsPort, useClass: WorkflowsService },
    { provide: WorkflowRunsPort, useClass: WorkflowRunsService },
    { provide: WorkflowTriggersPort, useClass: WorkflowTriggerOwners },
    { provide: WorkflowHooksPort, useClass: WorkflowHooksService },
  ],
  exports: [WorkflowsPort, WorkflowRunsPort, WorkflowTriggersPort, WorkflowHooksPort],
})
export class WorkflowsModule {}
