import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ExpectedVersions, IfMatch, Versioned } from '../../../kernel/http/conditions/versions';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { workflowDefinition } from '../contract/workflow-definition.types';
import { WORKFLOW_LIMITS } from '../contract/workflow-limits';
import { WorkflowsPort } from '../contract/workflows.port';
import {
  triggered,
  type Triggered,
  triggerOrder,
  type TriggerOrder,
  wholeWorkflowVersion,
  type WholeWorkflowVersion,
  workflow,
  type Workflow,
  workflowDiff,
  type WorkflowDiff,
  workflowDiffQuery,
  type WorkflowDiffQuery,
  workflowQuery,
  type WorkflowQuery,
  workflowVerdict,
  type WorkflowVerdict,
  workflowVersion,
  type WorkflowVersion,
  workflowVersionQuery,
  type WorkflowVersionQuery,
} from '../contract/workflows.types';

const READ = { scope: 'workflows.read', resourceType: 'workflow' };
const WRITE = { scope: 'workflows.write', resourceType: 'workflow' };
const ID = { id: 'Id of the workflow.' };
const DEFINITION = {
  types: ['application/yaml', 'application/json'],
  limitBytes: WORKFLOW_LIMITS.maxDefinitionBytes,
} as const;
/** The service parses the definition, in a worker thread if it is large. */
const SAVED = {
  types: ['application/json'],
  limitBytes: WORKFLOW_LIMITS.maxDefinitionBytes,
  schema: workflowDefinition,
} as const;

/** The workflows of a tenant. */
@ApiTags('workflows')
@Controller('v1/workflows')
export class WorkflowsPublicController {
  constructor(private readonly workflows: WorkflowsPort) {}

  @Post()
  @Versioned()
  @AcceptsBody(SAVED)
  @Guarded({ ...WRITE, action: 'workflow.create' })
  @Docs({ summary: 'Create a workflow', status: 201, answer: workflow, isKeyed: true })
  async createWorkflow(@Caller() context: CallContext, @Sent() body: SentBody | null): Promise<Workflow> {
    return this.workflows.create(context, await this.workflows.read(context, textOf(body)));
  }

  @Post('validate')
  @HttpCode(200)
  @AcceptsBody(DEFINITION)
  @Guarded({ ...READ, action: 'workflow.validate', asks: 'workflow.get', isRead: true })
  @Docs({ summary: 'Validate a definition in YAML or JSON', status: 200, answer: workflowVerdict })
  validateWorkflow(@Caller() context: CallContext, @Sent() body: SentBody | null): Promise<WorkflowVerdict> {
    return this.workflows.validate(context, textOf(body));
  }

  @Get()
  @Guarded({ ...READ, action: 'workflow.list' })
  @Docs({ summary: 'List workflows', status: 200, answer: countedPageOf(workflow), query: workflowQuery })
  listWorkflows(
    @Caller() context: CallContext,
    @Query({ schema: workflowQuery }) query: WorkflowQuery,
  ): Promise<CountedPage<Workflow>> {
    return this.workflows.list(context, query);
  }

  @Get(':id')
  @Versioned('If-None-Match')
  @Guarded({ ...READ, action: 'workflow.get' })
  @Docs({ summary: 'Get a workflow', status: 200, answer: workflow, params: ID })
  getWorkflow(@Caller() context: CallContext, @Param('id') id: string): Promise<Workflow> {
    return this.workflows.get(context, id);
  }

  @Put(':id')
  @Versioned('If-Match')
  @AcceptsBody(SAVED)
  @Guarded({ ...WRITE, action: 'workflow.update' })
  @Docs({ summary: 'Create the next version of a workflow', status: 200, answer: workflow, params: ID })
  async replaceWorkflow(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Sent() body: SentBody | null,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Workflow> {
    return this.workflows.replace(context, id, await this.workflows.read(context, textOf(body)), expected);
  }

  @Delete(':id')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'workflow.delete' })
  @Docs({ summary: 'Delete a workflow; its runs continue', status: 204, params: ID, isConditional: true })
  deleteWorkflow(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<void> {
    return this.workflows.remove(context, id, expected);
  }

  @Get(':id/versions')
  @Guarded({ ...READ, action: 'workflow.version.list' })
  @Docs({
    summary: 'List the versions of a workflow',
    status: 200,
    answer: countedPageOf(workflowVersion),
    params: ID,
    query: workflowVersionQuery,
  })
  listWorkflowVersions(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: workflowVersionQuery }) query: WorkflowVersionQuery,
  ): Promise<CountedPage<WorkflowVersion>> {
    return this.workflows.versions(context, id, query);
  }

  @Get(':id/versions/:version')
  @Guarded({ ...READ, action: 'workflow.version.get' })
  @Docs({
    summary: 'Get a version with its definition',
    status: 200,
    answer: wholeWorkflowVersion,
    params: { ...ID, version: 'Number of the version.' },
  })
  getWorkflowVersion(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('version') version: string,
  ): Promise<WholeWorkflowVersion> {
    return this.workflows.version(context, id, versionOf(version));
  }

  @Post(':id/versions/:version/restore')
  @HttpCode(200)
  @Versioned('If-Match')
  @Guarded({ ...WRITE, action: 'workflow.restore' })
  @Docs({
    summary: 'Make an earlier version the newest again',
    status: 200,
    answer: workflow,
    params: { ...ID, version: 'Number of the version.' },
    isKeyed: true,
  })
  restoreWorkflowVersion(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Param('version') version: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<Workflow> {
    return this.workflows.restore(context, id, versionOf(version), expected);
  }

  @Get(':id/diff')
  @Guarded({ ...READ, action: 'workflow.version.diff', asks: 'workflow.get' })
  @Docs({
    summary: 'Compare two versions',
    status: 200,
    answer: workflowDiff,
    params: ID,
    query: workflowDiffQuery,
  })
  diffWorkflowVersions(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: workflowDiffQuery }) query: WorkflowDiffQuery,
  ): Promise<WorkflowDiff> {
    return this.workflows.diff(context, id, query);
  }

  @Post(':id/trigger')
  @HttpCode(202)
  @Guarded({ ...WRITE, action: 'workflow.trigger' })
  @Docs({ summary: 'Run a workflow', status: 202, answer: triggered, params: ID, isKeyed: true })
  triggerWorkflow(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Body({ schema: triggerOrder }) order: TriggerOrder,
  ): Promise<Triggered> {
    return this.workflows.trigger(context, id, order);
  }
}

/** Returns the text of the definition in the request body; empty when there is none. */
function textOf(body: SentBody | null): string {
  return body?.bytes.toString('utf8') ?? '';
}

/** Parses the version number in a path. Errors: `not_found` for malformed numbers, which no version has. */
function versionOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AppError('not_found', 'There is no such version of this workflow.');
}
