import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { AppError } from '../../../kernel/errors/app-error';
import { invalidInput } from '../../../kernel/http/input/schema-pipe';
import { Writes } from '../../../kernel/idempotency/writes';
import { newId } from '../../../kernel/ids/ids';
import { Clock } from '../../../kernel/time/clock';
import { principalOf } from '../../auth/contract/principal.types';
import { submitterOf } from '../../auth/contract/submitter';
import { isNewOwner, type NewTriggerOwner } from '../../auth/contract/trigger-owner';
import { JOB_LIMITS } from '../contract/job-limits';
import { type JobSchedule, newJobSchedule, type NewJobSchedule, scheduleName } from '../contract/job-schedule.types';
import type { JobSchedulesPort } from '../contract/job-schedules.port';
import { JobAdmission } from '../job-admission';
import { SchedulesRepository } from '../storage/schedules.repository';
import { checkedRequest } from '../submitted-request';
import { nextTick, scheduleFault } from './next-tick';
import { ScheduleRights } from './schedule-rights';
import { stageScheduleEvent } from './schedule-events';

@Injectable()
export class JobSchedulesService implements JobSchedulesPort {
  constructor(
    private readonly repository: SchedulesRepository,
    private readonly admission: JobAdmission,
    private readonly rights: ScheduleRights,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async put(context: CallContext, name: string, asked: NewJobSchedule): Promise<JobSchedule> {
    const tenantId = requireTenant(context);
    const { cron, timeZone, job, paused } = checked(name, asked);
    await this.rights.assertMayHave(context, job);
    await this.admission.assertTaken(job);
    const nextMs = paused ? null : nextTick(cron, timeZone, this.clock.nowMs());
    const authority = { submitter: submitterOf(context), principal: principalOf(context) };
    const write = { tenantId, id: newId('jsc'), name, cron, timeZone, job, paused, ...authority, nextMs };
    return this.writes.once(context, { action: 'job.schedule.put', input: { name, asked } }, async (tx) => {
      const schedule = await this.repository.put(tx, write, JOB_LIMITS.maxSchedulesPerTenant);
      if (schedule === null) {
        throw new AppError('conflict', `A tenant can have at most ${JOB_LIMITS.maxSchedulesPerTenant} job schedules.`);
      }
      await this.record(tx, context, 'job.schedule.put', schedule.id, { name, cron, timeZone, paused });
      return schedule;
    });
  }

  list(context: CallContext): Promise<readonly JobSchedule[]> {
    return this.repository.list(requireTenant(context));
  }

  async get(context: CallContext, name: string): Promise<JobSchedule> {
    const schedule = await this.repository.find(requireTenant(context), name);
    if (schedule === null) throw noSuchSchedule();
    return schedule;
  }

  async resume(context: CallContext, name: string): Promise<JobSchedule> {
    const { cron, timeZone, job } = await this.get(context, name);
    await this.rights.assertMayHave(context, job);
    const nextMs = nextTick(cron, timeZone, this.clock.nowMs());
    const authority = { submitter: submitterOf(context), principal: principalOf(context) };
    return this.writes.once(context, { action: 'job.schedule.resume', input: { name } }, async (tx) => {
      const resumed = await this.repository.resume(tx, requireTenant(context), name, { ...authority, nextMs });
      if (resumed === null) throw noSuchSchedule();
      await this.record(tx, context, 'job.schedule.resume', resumed.id, { name });
      return resumed;
    });
  }

  async transfer(context: CallContext, name: string, to: NewTriggerOwner): Promise<JobSchedule> {
    if (isNewOwner(context, to)) return this.resume(context, name);
    const { job } = await this.get(context, name);
    await this.rights.assertMayTake(context, to, job);
    return this.writes.once(context, { action: 'job.schedule.transfer', input: { name, to } }, async (tx) => {
      const offered = await this.repository.offer(tx, requireTenant(context), name, to);
      if (offered === null) throw noSuchSchedule();
      await this.record(tx, context, 'job.schedule.transfer', offered.id, { name, to: `${to.type}:${to.id}` });
      return offered;
    });
  }

  async remove(context: CallContext, name: string): Promise<void> {
    await this.writes.once(context, { action: 'job.schedule.delete', input: { name } }, async (tx) => {
      const id = await this.repository.remove(tx, requireTenant(context), name);
      if (id === null) throw noSuchSchedule();
      await this.record(tx, context, 'job.schedule.delete', id, { name });
    });
  }

  private record(
    tx: Tx,
    context: CallContext,
    action: string,
    resourceId: string,
    metadata: Readonly<Record<string, string | boolean>>,
  ): Promise<void> {
    return stageScheduleEvent(tx, context, { action, resourceId, metadata }, this.clock.nowMs());
  }
}

/** Errors: `invalid_request` with the invalid members. */
function checked(name: string, asked: NewJobSchedule) {
  if (!scheduleName.safeParse(name).success)
    throw invalidInput([{ path: ['name'], message: 'must be a valid name for a schedule' }]);
  const { success, data, error } = newJobSchedule.safeParse(asked);
  if (!success) throw invalidInput(error.issues);
  const fault = scheduleFault(data.cron, data.timeZone);
  if (fault !== null) throw invalidInput([{ path: [fault.member], message: fault.words }]);
  return { ...data, job: checkedRequest(data.job) };
}

function noSuchSchedule(): AppError {
  return new AppError('not_found', 'There is no such schedule.');
}
