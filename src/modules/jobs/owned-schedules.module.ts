import { Injectable, Module, Optional } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { optionalPorts } from '../../kernel/composition/ports';
import { AppBelongingsPort } from '../apps/contract/app-belongings.port';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { OwnedSchedulesRepository } from './storage/owned-schedules.repository';

const REPORT = {
  what: 'jobSchedules',
  becomes: 'paused',
  note: 'Each schedule is paused when it is next due. To keep it running, have another owner resume it. Use POST /v1/jobs/schedules/{name}/transfer to offer it.',
} as const;

/** Lists job schedules in the deletion reports for users and apps, in a process that deletes users and apps. */
@Injectable()
class OwnedSchedules {
  constructor(
    schedules: OwnedSchedulesRepository,
    @Optional() users?: UserBelongingsPort,
    @Optional() apps?: AppBelongingsPort,
  ) {
    users?.register({ ...REPORT, list: (tenantId, userId) => schedules.ofUser(tenantId, userId) });
    apps?.register({ ...REPORT, list: (tenantId, clientId) => schedules.ofApp(tenantId, clientId) });
  }
}

@Module({
  imports: [KernelModule, optionalPorts(UserBelongingsPort, AppBelongingsPort)],
  providers: [OwnedSchedulesRepository, OwnedSchedules],
})
export class OwnedSchedulesModule {}
