import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { WorkflowRunsPort } from '../contract/workflow-runs.port';
import {
  approvalOrder,
  type ApprovalOrder,
  cancelled,
  type Cancelled,
  cancelOrder,
  type CancelOrder,
  runQuery,
  type RunQuery,
  runStep,
  type RunStep,
  wholeWorkflowRun,
  type WholeWorkflowRun,
  workflowRun,
  type WorkflowRun,
} from '../contract/workflows.types';

const READ = { scope: 'workflows.read', resourceType: 'workflow' };
const WRITE = { scope: 'workflows.write', resourceType: 'workflow' };
const RUN = { runId: 'Id of the run, which is the id of its job.' };

/** Runs of workflows. */
@ApiTags('workflows')
@Controller('v1/workflows')
export class WorkflowRunsPublicController {
  constructor(private readonly runs: WorkflowRunsPort) {}

  @Get(':id/runs')
  @Guarded({ ...READ, action: 'workflow.run.list' })
  @Docs({
    summary: 'List the runs of a workflow, newest first',
    status: 200,
    answer: countedPageOf(workflowRun),
    params: { id: 'Id of the workflow.' },
    query: runQuery,
  })
  listWorkflowRuns(
    @Caller() context: CallContext,
    @Param('id') id: string,
    @Query({ schema: runQuery }) query: RunQuery,
  ): Promise<CountedPage<WorkflowRun>> {
    return this.runs.list(context, id, query);
  }

  @Get('runs/:runId')
  @Guarded({ ...READ, action: 'workflow.run.get' })
  @Docs({ summary: 'Get a run with its steps and its graph', status: 200, answer: wholeWorkflowRun, params: RUN })
  getWorkflowRun(@Caller() context: CallContext, @Param('runId') runId: string): Promise<WholeWorkflowRun> {
    return this.runs.get(context, runId);
  }

  @Post('runs/:runId/cancel')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'workflow.run.cancel' })
  @Docs({
    summary: 'Cancel a run, and undo it if requested',
    status: 200,
    answer: cancelled,
    params: RUN,
    isKeyed: true,
  })
  cancelWorkflowRun(
    @Caller() context: CallContext,
    @Param('runId') runId: string,
    @Body({ schema: cancelOrder.prefault({}) }) order: CancelOrder,
  ): Promise<Cancelled> {
    return this.runs.cancel(context, runId, order);
  }

  @Post('runs/:runId/steps/:stepId/approve')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'workflow.step.approve' })
  @Docs({
    summary: 'Approve or reject a step that waits for approval',
    status: 200,
    answer: runStep,
    params: { ...RUN, stepId: 'Id of the step.' },
    isKeyed: true,
  })
  decideWorkflowApproval(
    @Caller() context: CallContext,
    @Param('runId') runId: string,
    @Param('stepId') stepId: string,
    @Body({ schema: approvalOrder.prefault({}) }) order: ApprovalOrder,
  ): Promise<RunStep> {
    return this.runs.decide(context, runId, stepId, order);
  }
}
