import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { AppBelongingsPort } from '../apps/contract/app-belongings.port';
import { UserBelongingsPort } from '../users/contract/user-belongings.port';
import { OwnedSchedulesRepository } from './storage/owned-schedules.repository';

const REPORT = {
  what: 'jobSchedules',
  becomes: 'paused',
  note: 'Each is paused when it is next due. To keep one running, have another owner resume it: POST /v1/jobs/schedules/{name}/transfer offers it.',
} as const;

/** Reports the schedules of users who are deleted. */
@Injectable()
class SchedulesOfUsers {
  constructor(belongings: UserBelongingsPort, schedules: OwnedSchedulesRepository) {
    belongings.register({ ...REPORT, list: (tenantId, userId) => schedules.ofUser(tenantId, userId) });
  }
}

/** Reports the schedules of apps that are deleted. */
@Injectable()
class SchedulesOfApps {
  constructor(belongings: AppBelongingsPort, schedules: OwnedSchedulesRepository) {
    belongings.register({ ...REPORT, list: (tenantId, clientId) => schedules.ofApp(tenantId, clientId) });
  }
}

/** Names schedules of jobs in the reports of deletions, where those are made. */
@Module({})
export class OwnedSchedulesModule {
  /** @param of what this process deletes. */
  static host(of: { readonly users: boolean; readonly apps: boolean }): DynamicModule {
    const users = of.users ? [SchedulesOfUsers] : [];
    const apps = of.apps ? [SchedulesOfApps] : [];
    return { module: OwnedSchedulesModule, providers: [OwnedSchedulesRepository, ...users, ...apps] };
  }
}
