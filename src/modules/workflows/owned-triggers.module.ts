import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { AppBelongingsPort } from '../apps/contract/app-belongings.port';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { OwnedTriggersRepository } from './storage/owned-triggers.repository';

const REPORT = {
  what: 'workflowTriggers',
  becomes: 'paused',
  note: 'Each is paused when it next fires. To keep one running, have another owner resume it: POST /v1/workflows/{id}/trigger/transfer offers it.',
} as const;

/** Reports the triggers of users who are deleted. */
@Injectable()
class TriggersOfUsers {
  constructor(belongings: UserBelongingsPort, triggers: OwnedTriggersRepository) {
    belongings.register({ ...REPORT, list: (tenantId, userId) => triggers.ofUser(tenantId, userId) });
  }
}

/** Reports the triggers of apps that are deleted. */
@Injectable()
class TriggersOfApps {
  constructor(belongings: AppBelongingsPort, triggers: OwnedTriggersRepository) {
    belongings.register({ ...REPORT, list: (tenantId, clientId) => triggers.ofApp(tenantId, clientId) });
  }
}

/** Names triggers of workflows in the reports of deletions, where those are made. */
@Module({})
export class OwnedTriggersModule {
  /** @param of what this process deletes. */
  static host(of: { readonly users: boolean; readonly apps: boolean }): DynamicModule {
    const users = of.users ? [TriggersOfUsers] : [];
    const apps = of.apps ? [TriggersOfApps] : [];
    return { module: OwnedTriggersModule, providers: [OwnedTriggersRepository, ...users, ...apps] };
  }
}
