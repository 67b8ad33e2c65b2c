import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { CallContext } from '../../../kernel/context/call-context';
import { ConditionDocs, Docs } from '../../../kernel/http/openapi/api-docs';
import { unlessKnown } from '../../../kernel/http/conditions/conditions';
import { contentTag } from '../../../kernel/http/conditions/entity-tag';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { newTriggerOwner, type NewTriggerOwner } from '../../auth/contract/trigger-owner';
import { JobSchedulesPort } from '../contract/job-schedules.port';
import { newScheduleBody, type NewScheduleBody, toNewSchedule } from './job-requests';
import { scheduleView, type ScheduleView, toScheduleView } from './schedule-view';

const READ = { scope: 'jobs.read', resourceType: 'job_schedule' };
const WRITE = { scope: 'jobs.write', resourceType: 'job_schedule' };
const NAME = { name: 'Name of the schedule, with slashes encoded as `%2F`.' };

/** The schedules of recurring jobs. */
@ApiTags('jobs')
@Controller('v1/jobs/schedules')
export class JobSchedulesPublicController {
  constructor(private readonly schedules: JobSchedulesPort) {}

  @Get()
  @Guarded({ ...READ, action: 'job.schedule.list' })
  @Docs({ summary: 'List all job schedules by name on one page', status: 200, answer: pageOf(scheduleView) })
  async listJobSchedules(@Caller() context: CallContext): Promise<Page<ScheduleView>> {
    const schedules = await this.schedules.list(context);
    return { items: schedules.map(toScheduleView), nextCursor: null };
  }

  @Get(':name')
  @Guarded({ ...READ, action: 'job.schedule.get' })
  @ConditionDocs('If-None-Match')
  @Docs({ summary: 'Get a schedule with its next due time', status: 200, answer: scheduleView, params: NAME })
  async getJobSchedule(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ScheduleView | undefined> {
    const view = toScheduleView(await this.schedules.get(context, name));
    return unlessKnown(response, request.headers, contentTag(view), view);
  }

  @Put(':name')
  @Guarded({ ...WRITE, action: 'job.schedule.put' })
  @Docs({
    summary: 'Create or replace a schedule that submits a job according to a cron pattern',
    status: 200,
    answer: scheduleView,
    params: NAME,
  })
  async putJobSchedule(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Body({ schema: newScheduleBody }) body: NewScheduleBody,
  ): Promise<ScheduleView> {
    return toScheduleView(await this.schedules.put(context, name, toNewSchedule(body)));
  }

  @Post(':name/resume')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'job.schedule.resume' })
  @Docs({
    summary: 'Run a schedule under your authority from now on, even if the platform paused it',
    status: 200,
    answer: scheduleView,
    params: NAME,
    isKeyed: true,
  })
  async resumeJobSchedule(@Caller() context: CallContext, @Param('name') name: string): Promise<ScheduleView> {
    return toScheduleView(await this.schedules.resume(context, name));
  }

  @Post(':name/transfer')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'job.schedule.transfer' })
  @Docs({
    summary: 'Offer a schedule to another owner, who takes it over by resuming it',
    status: 200,
    errors: [422],
    answer: scheduleView,
    params: NAME,
    isKeyed: true,
  })
  async transferJobSchedule(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Body({ schema: newTriggerOwner }) to: NewTriggerOwner,
  ): Promise<ScheduleView> {
    return toScheduleView(await this.schedules.transfer(context, name, to));
  }

  @Delete(':name')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'job.schedule.delete' })
  @Docs({ summary: 'Delete a schedule but keep its jobs', status: 204, params: NAME })
  deleteJobSchedule(@Caller() context: CallContext, @Param('name') name: string): Promise<void> {
    return this.schedules.remove(context, name);
  }
}
