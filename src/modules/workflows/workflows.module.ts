import { type DynamicModule, Module } from '@nestjs/common';
import type { UrlRules } from '../../kernel/network/receiver-url';
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
import { TriggerSweeper } from './trigger-sweeper';
import { WORKFLOW_PUBLIC_URL, WorkflowHooksService } from './workflow-hooks.service';
import { WorkflowRunsService } from './workflow-runs.service';
import { WorkflowTriggerOwners } from './workflow-trigger-owners';
import { WorkflowTriggers } from './workflow-triggers';
import { WorkflowsService } from './workflows.service';
import { WORKFLOW_URL_RULES } from './workflow-url-rules';

/** Workflows are kept, triggered and looked at; it runs none. */
@Module({})
export class WorkflowsModule {
  /** @param rules what URLs of webhook steps may lead to. @param publicUrl under which the backend is reached from outside. */
  static host({ rules, publicUrl }: { readonly rules: UrlRules; readonly publicUrl: string }): DynamicModule {
    return {
      module: WorkflowsModule,
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
        TriggerSweeper,
        EventTriggers,
        { provide: WORKFLOW_PUBLIC_URL, useValue: publicUrl.replace(/\/$/, '') },
        { provide: WORKFLOW_URL_RULES, useValue: rules },
        { provide: WorkflowsPort, useClass: WorkflowsService },
        { provide: WorkflowRunsPort, useClass: WorkflowRunsService },
        { provide: WorkflowTriggersPort, useClass: WorkflowTriggerOwners },
        { provide: WorkflowHooksPort, useClass: WorkflowHooksService },
      ],
      exports: [WorkflowsPort, WorkflowRunsPort, WorkflowTriggersPort, WorkflowHooksPort],
    };
  }
}
