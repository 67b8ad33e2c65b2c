import type { Manifest } from '../../kernel/composition/manifest';
import { usersConfig } from './users.config';
import { usersTenantData } from './storage/users.tenant-data';

export const usersManifest = {
  config: [usersConfig],
  hosted: {
    accounts: () => import('./accounts.module.js'),
    directory: () => import('./directory.module.js'),
    federation: () => import('./federation.module.js'),
    groups: () => import('./groups.module.js'),
    peopleBase: () => import('./people-base.module.js'),
    sessions: () => import('./sessions.module.js'),
    userLookup: () => import('./user-lookup.module.js'),
    userRows: () => import('./user-rows.module.js'),
    users: () => import('./users.module.js'),
  },
  controllers: {
    public: [
      () => import('./rest/groups.public.controller.js'),
      () => import('./rest/invitations.public.controller.js'),
      () => import('./rest/own-account.public.controller.js'),
      () => import('./rest/users.public.controller.js'),
    ],
    internal: [
      () => import('./rest/account-rules.internal.controller.js'),
      () => import('./rest/group-roles.internal.controller.js'),
    ],
  },
  tenantData: usersTenantData,
} satisfies Manifest;
