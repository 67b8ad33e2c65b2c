import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AcceptsBody, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { queryOf } from '../../../kernel/pages/parameters';
import { FORM, ownFormOf } from '../../../kernel/pages/sent-form';
import { JobsPort } from '../../jobs/contract/jobs.port';
import type { Asked } from './console-access';
import { ConsoleSurface } from './console-surface';
import { JobsConsole } from './jobs-console';

const ID = { id: 'Id of the job.' };
const of = (action: string, id: string): Asked => ({ action, resource: `job/${id}` });

/** The console's job pages. */
@ApiTags('console')
@Controller('console/jobs')
export class JobsConsolePublicController {
  constructor(
    private readonly surface: ConsoleSurface,
    private readonly pages: JobsConsole,
    private readonly jobs: JobsPort,
  ) {}

  @Get()
  @PublicRoute()
  @Docs({ summary: 'Show the jobs in the tenant of the signed-in user as a page', status: 200 })
  async showJobsPage(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.surface.page(request, response, { action: 'job.list', resource: 'job' }, (visitor) =>
      this.pages.list(visitor, queryOf(request.url)),
    );
  }

  @Get(':id')
  @PublicRoute()
  @Docs({ summary: 'Show a job as a page, which updates while the job runs', status: 200, params: ID })
  async showJobPage(@Req() request: Request, @Res() response: Response, @Param('id') id: string): Promise<void> {
    await this.surface.page(request, response, of('job.get', id), (visitor) => this.pages.job(visitor, id));
  }

  @Post(':id/cancel')
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'Cancel a job with the form on its page', status: 303, errors: [409], params: ID })
  async cancelConsoleJob(
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    const form = ownFormOf(body);
    const asked = { ...of('job.cancel', id), back: `/console/jobs/${id}`, csrf: form.csrf };
    await this.surface.form(request, response, asked, async ({ context }) => {
      await this.jobs.cancel(context, id, form.value('reason'));
      return `/console/jobs/${id}`;
    });
  }

  @Post(':id/requeue')
  @PublicRoute()
  @AcceptsBody(FORM)
  @Docs({ summary: 'Requeue a job with the form on its page', status: 303, errors: [409], params: ID })
  async requeueConsoleJob(
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
    @Sent() body: SentBody | null,
  ): Promise<void> {
    const asked = { ...of('job.requeue', id), back: `/console/jobs/${id}`, csrf: ownFormOf(body).csrf };
    await this.surface.form(request, response, asked, async ({ context }) => {
      const made = await this.jobs.requeue(context, id);
      return `/console/jobs/${made.id}`;
    });
  }
}
