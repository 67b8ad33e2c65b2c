import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { newTriggerOwner, type NewTriggerOwner } from '../../auth/contract/trigger-owner';
import {
  WorkflowTriggersPort,
  workflowTriggerState,
  type WorkflowTriggerState,
} from '../contract/workflow-triggers.port';

const READ = { scope: 'workflows.read', resourceType: 'workflow' };
const WRITE = { scope: 'workflows.write', resourceType: 'workflow' };
const ID = { id: 'Id of the workflow.' };

/** Triggers of workflows, and their owners. */
@ApiTags('workflows')
@Controller('v1/workflows/:id/trigger')
export class WorkflowTriggersPublicController {
  constructor(private readonly triggers: WorkflowTriggersPort) {}

  @Get()
  @Guarded({ ...READ, action: 'workflow.trigger.get' })
  @Docs({
    summary: 'Get the owner and the status of the trigger of a workflow',
    status: 200,
    answer: workflowTriggerState,
    params: ID,
  })
  getWorkflowTrigger(@Caller() context: CallContext, @Param('id') id: string): Promise<WorkflowTriggerState> {
    return this.triggers.get(context, id);
  }

  @Post('resume')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'workflow.trigger.resume' })
  @Docs({
    summary: 'Let the trigger of a workflow run under your authority from now on, even if the platform paused it',
    status: 200,
    answer: workflowTriggerState,
    params: ID,
    isKeyed: true,
  })
  resumeWorkflowTrigger(@Caller() context: CallContext, @Param('id') id: string): Promise<WorkflowTriggerState> {
    return this.triggers.resume(context, id);
  }

  @Post('transfer')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'workflow.trigger.transfer' })
  @Docs({
    summary: 'Offer the trigger of a workflow to another owner, who takes it over by resuming it',
    status: 200,
    errors: [422],
    answer: workflowTriggerState,
    params: ID,
    isKeyed: true,
  })
  transferWorkflowTrigger(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: newTriggerOwner }) to: NewTriggerOwner,
  ): Promise<WorkflowTriggerState> {
    return this.triggers.transfer(context, id, to);
  }
}
