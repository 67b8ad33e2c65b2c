import { type DynamicModule, Module } from '@nestjs/common';
import type { UrlRules } from '../../kernel/network/receiver-url';
import { DefinitionThreads } from './definition-threads';
import { InputCheck } from './input-check';
import { StepEgress } from './run/step-egress';
import { StepCalls } from './run/step-calls';
import { WorkflowRunner } from './run/workflow.runner';
import { RunsRepository } from './storage/runs.repository';
import { WORKFLOW_URL_RULES } from './workflow-url-rules';

/** Runs workflows, in a worker. */
@Module({})
export class WorkflowsWorkerModule {
  /** @param rules what URLs of webhook steps may lead to. */
  static host(rules: UrlRules): DynamicModule {
    return {
      module: WorkflowsWorkerModule,
      providers: [
        RunsRepository,
        DefinitionThreads,
        InputCheck,
        StepEgress,
        StepCalls,
        WorkflowRunner,
        { provide: WORKFLOW_URL_RULES, useValue: rules },
      ],
      exports: [WorkflowRunner],
    };
  }
}
