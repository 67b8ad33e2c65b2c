import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { EgressPort } from '../gates/contract/egress.port';
import { DefinitionThreads } from './definition-threads';
import { InputCheck } from './input-check';
import { StepEgress } from './run/step-egress';
import { StepCalls } from './run/step-calls';
import { WorkflowRunner } from './run/workflow.runner';
import { RunsRepository } from './storage/runs.repository';

/** Runs workflows, in a worker. */
@Module({
  imports: [KernelModule, ports(EgressPort)],
  providers: [RunsRepository, DefinitionThreads, InputCheck, StepEgress, StepCalls, WorkflowRunner],
  exports: [WorkflowRunner],
})
export class WorkflowsWorkerModule {}
