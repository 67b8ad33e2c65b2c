import { Injectable, Module, Optional } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { optionalPorts } from '../../kernel/composition/ports';
import { AppBelongingsPort } from '../apps/contract/app-belongings.port';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { OwnedTriggersRepository } from './storage/owned-triggers.repository';

const REPORT = {
  what: 'workflowTriggers',
  becomes: 'paused',
  note: 'Each trigger is paused when it next fires. To keep it running, have another owner resume it. Use POST /v1/workflows/{id}/trigger/transfer to offer it.',
} as const;

/** Lists workflow triggers in the deletion reports for users and apps, in a process that deletes users and apps. */
@Injectable()
class OwnedTriggers {
  constructor(
    triggers: OwnedTriggersRepository,
    @Optional() users?: UserBelongingsPort,
    @Optional() apps?: AppBelongingsPort,
  ) {
    users?.register({ ...REPORT, list: (tenantId, userId) => triggers.ofUser(tenantId, userId) });
    apps?.register({ ...REPORT, list: (tenantId, clientId) => triggers.ofApp(tenantId, clientId) });
  }
}

@Module({
  imports: [KernelModule, optionalPorts(UserBelongingsPort, AppBelongingsPort)],
  providers: [OwnedTriggersRepository, OwnedTriggers],
})
export class OwnedTriggersModule {}
