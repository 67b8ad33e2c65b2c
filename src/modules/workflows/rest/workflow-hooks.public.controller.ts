import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import type { CallContext } from '../../../kernel/context/call-context';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiHeader, ApiTags } from '../../../kernel/http/openapi/open-api';
import { requestState } from '../../../kernel/http/request-state';
import { Caller, Guarded, PublicRoute } from '../../../kernel/http/routes/route-access';
import { EntryLimit } from '../../../kernel/http/routes/route-decorators';
import { WorkflowHooksPort } from '../contract/workflow-hooks.port';
import { WORKFLOW_LIMITS } from '../contract/workflow-limits';
import {
  hookRotation,
  type HookRotation,
  triggered,
  type Triggered,
  workflowHook,
  type WorkflowHook,
} from '../contract/workflows.types';

const ID = { id: 'Id of the workflow.' };
const BODY = {
  types: ['application/json', 'application/cloudevents+json'],
  limitBytes: WORKFLOW_LIMITS.maxValueBytes,
} as const;

/** Incoming webhook calls that trigger workflows. */
@ApiTags('workflows')
@Controller('v1/workflows')
export class WorkflowHooksPublicController {
  constructor(private readonly hooks: WorkflowHooksPort) {}

  @Post('hooks/:id')
  @EntryLimit('failures')
  @HttpCode(202)
  @PublicRoute()
  @AcceptsBody(BODY)
  @ApiHeader({
    name: 'webhook-id',
    required: true,
    description: 'The id of the call. It must be the same for each retry, so that retries start only one run.',
  })
  @ApiHeader({
    name: 'webhook-timestamp',
    required: true,
    description: 'The time of the call in Unix seconds, at most five minutes off.',
  })
  @ApiHeader({
    name: 'webhook-signature',
    required: true,
    description: 'The signature: `v1,` and base64 (Standard Webhooks 1.0).',
  })
  @Docs({
    summary: 'Run a workflow with a signed call',
    status: 202,
    errors: [401, 422],
    answer: triggered,
    params: ID,
  })
  receiveWorkflowHook(
    @Req() request: Request,
    @Param('id') id: string,
    @Sent() body: SentBody | null,
  ): Promise<Triggered> {
    const { requestId, ip, traceparent } = requestState(request);
    return this.hooks.receive({
      workflowId: id,
      id: request.get('webhook-id') ?? '',
      timestamp: request.get('webhook-timestamp') ?? '',
      signature: request.get('webhook-signature') ?? '',
      body: body?.bytes ?? new Uint8Array(),
      from: { requestId, ip, traceparent },
    });
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Guarded({ scope: 'workflows.write', resourceType: 'workflow', action: 'workflow.rotate_secret' })
  @Docs({
    summary: 'Create a new secret for calls that trigger a workflow',
    status: 200,
    answer: workflowHook,
    params: ID,
    isKeyed: true,
  })
  rotateWorkflowHookSecret(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: hookRotation.prefault({}) }) rotation: HookRotation,
  ): Promise<WorkflowHook> {
    return this.hooks.rotateSecret(context, id, rotation);
  }
}
