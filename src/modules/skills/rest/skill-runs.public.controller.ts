import { Body, Controller, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { abortOnClose } from '../../../kernel/http/streams/abort-on-close';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { isTerminal } from '../../jobs/contract/job.types';
import { skillRunOrder, type SkillRunOrder } from '../contract/skill-run.types';
import { SkillRunsPort } from '../contract/skill-runs.port';
import { runQuery, type RunQuery, skillRun, type SkillRun, toRun } from './run-view';

/** Runs of skills. Each run is a job. */
@ApiTags('skills')
@Controller('v1/skills/:name/run')
export class SkillRunsPublicController {
  constructor(private readonly runs: SkillRunsPort) {}

  @Post()
  @HttpCode(202)
  @Guarded({ scope: 'skills.run', action: 'skill.run', resourceType: 'skill' })
  @Docs({
    summary: 'Run a skill: 202 with the job, or 200 if it ends within the wait',
    status: 202,
    also: [200],
    answer: skillRun,
    params: { name: 'Name of the skill.' },
    query: runQuery,
    isKeyed: true,
  })
  async runSkill(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Body({ schema: skillRunOrder.prefault({}) }) order: SkillRunOrder,
    @Query({ schema: runQuery }) { wait }: RunQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SkillRun> {
    const job =
      wait > 0
        ? await this.runs.run(context, name, order, wait * 1_000, abortOnClose(response))
        : await this.runs.start(context, name, order);
    response.setHeader('Location', `/v1/jobs/${job.id}`);
    if (isTerminal(job.state)) response.status(200);
    return toRun(job);
  }
}
