import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/database';
import { stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { invalidInput } from '../../../kernel/http/schema-pipe';
import { Writes } from '../../../kernel/idempotency/writes';
import { newId } from '../../../kernel/ids/ids';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { JOB_LIMITS } from '../contract/job-limits';
import { type JobSchedule, newJobSchedule, type NewJobSchedule, scheduleName } from '../contract/job-schedule.types';
import type { JobSchedulesPort } from '../contract/job-schedules.port';
import { JobAdmission } from '../job-admission';
import { submitterOf } from '../job-insertion';
import { StartAuthorization } from '../start-authorization';
import { SchedulesRepository } from '../storage/schedules.repository';
import { checkedRequest } from '../submitted-request';
import { nextTick, scheduleFault } from './next-tick';

@Injectable()
export class JobSchedulesService implements JobSchedulesPort {
  constructor(
    private readonly repository: SchedulesRepository,
    private readonly start: StartAuthorization,
    private readonly admission: JobAdmission,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async put(context: CallContext, name: string, asked: NewJobSchedule): Promise<JobSchedule> {
    const tenantId = requireTenant(context);
    const { cron, timeZone, job, paused } = checked(name, asked);
    await this.start.assert(context, job);
    await this.admission.assertTaken(job);
    const nextMs = paused ? null : nextTick(cron, timeZone, this.clock.nowMs());
    const write = {
      tenantId,
      id: newId('jsc'),
      name,
      cron,
      timeZone,
      job,
      paused,
      submitter: submitterOf(context),
      nextMs,
    };
    return this.writes.once(context, { action: 'job.schedule.put', input: { name, asked } }, async (tx) => {
      const schedule = await this.repository.put(tx, write, JOB_LIMITS.maxSchedulesPerTenant);
      if (schedule === null) {
        throw new AppError('conflict', `A tenant has at most ${JOB_LIMITS.maxSchedulesPerTenant} schedules of jobs.`);
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

  async remove(context: CallContext, name: string): Promise<void> {
    await this.writes.once(context, { action: 'job.schedule.delete', input: { name } }, async (tx) => {
      const id = await this.repository.remove(tx, requireTenant(context), name);
      if (id === null) throw noSuchSchedule();
      await this.record(tx, context, 'job.schedule.delete', id, { name });
    });
  }

  private async record(
    tx: Tx,
    context: CallContext,
    action: string,
    resourceId: string,
    metadata: Readonly<Record<string, string | boolean>>,
  ): Promise<void> {
    const audited = { action, resourceType: 'job_schedule', resourceId, metadata };
    await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

/** Errors: `invalid_request` with the members at fault. */
function checked(name: string, asked: NewJobSchedule) {
  if (!scheduleName.safeParse(name).success) throw invalidInput([{ path: ['name'], message: 'no name of a schedule' }]);
  const { success, data, error } = newJobSchedule.safeParse(asked);
  if (!success) throw invalidInput(error.issues);
  const fault = scheduleFault(data.cron, data.timeZone);
  if (fault !== null) throw invalidInput([{ path: [fault.member], message: fault.words }]);
  return { ...data, job: checkedRequest(data.job) };
}

function noSuchSchedule(): AppError {
  return new AppError('not_found', 'There is no such schedule.');
}
