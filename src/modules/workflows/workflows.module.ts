import { type DynamicModule, Module } from '@nestjs/common';
import type { UrlRules } from '../../kernel/network/receiver-url';
import { WorkflowRunsPort } from './contract/workflow-runs.port';
import { WorkflowsPort } from './contract/workflows.port';
import { DefinitionCheck, WORKFLOW_URL_RULES } from './definition-check';
import { RunsRepository } from './storage/runs.repository';
import { WorkflowsRepository } from './storage/workflows.repository';
import { WorkflowRunsService } from './workflow-runs.service';
import { WorkflowTriggers } from './workflow-triggers';
import { WorkflowsService } from './workflows.service';

/** Workflows are kept, triggered and looked at; it runs none. */
@Module({})
export class WorkflowsModule {
  /** @param rules what URLs of webhook steps may lead to. */
  static host(rules: UrlRules): DynamicModule {
    return {
      module: WorkflowsModule,
      providers: [
        WorkflowsRepository,
        RunsRepository,
        DefinitionCheck,
        WorkflowTriggers,
        { provide: WORKFLOW_URL_RULES, useValue: rules },
        { provide: WorkflowsPort, useClass: WorkflowsService },
        { provide: WorkflowRunsPort, useClass: WorkflowRunsService },
      ],
      exports: [WorkflowsPort, WorkflowRunsPort],
    };
  }
}
