import { type TenantData, textOf } from '../../../kernel/tenant-data/tenant-data';
import { GROUPS_TOPIC } from '../contract/groups.types';
import { USERS_TOPIC } from '../contract/users.topics';

export const usersTenantData: TenantData = {
  module: 'users',
  tables: [
    {
      table: 'users.users',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the user is deleted.',
      credentials: ['password_hash'],
      reset: 'No user has a password. Users set a new one with the link that “Forgot your password?” sends.',
      announced: (row, tenantId) => ({ topic: USERS_TOPIC, tenantId, key: textOf(row, 'id'), payload: {} }),
    },
    {
      table: 'users.sessions',
      key: ['id'],
      exported: { leftOut: 'Browser sessions belong to one installation; users sign in again at a different one.' },
      erased: 'rows',
      kept: 'Until the session ends or expires.',
    },
    {
      table: 'users.password_links',
      key: ['hash'],
      exported: { leftOut: 'Links lead to the installation that sent them.' },
      erased: 'rows',
      kept: 'Until the link expires.',
    },
    {
      table: 'users.sign_in_codes',
      key: ['id'],
      exported: { leftOut: 'Codes belong to the installation that sent them.' },
      erased: 'rows',
      kept: 'Until the code is used or expires.',
    },
    {
      table: 'users.invitations',
      key: ['id'],
      exported: { leftOut: 'Links lead to the installation that sent them; you can invite people again.' },
      erased: 'rows',
      kept: 'Until 30 days after it expires.',
    },
    {
      table: 'users.account_rules',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the tenant is deleted.',
    },
    {
      table: 'users.sent_mails',
      key: ['id'],
      exported: { leftOut: 'Mail counts belong to the installation that sent the mails.' },
      erased: 'rows',
      kept: 'For 24 hours; the mailbox is stored as a hash.',
    },
    {
      table: 'users.groups',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the group is deleted.',
      announced: (row, tenantId) => ({ topic: GROUPS_TOPIC, tenantId, key: textOf(row, 'id'), payload: {} }),
    },
    {
      table: 'users.group_members',
      key: ['group_id', 'user_id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the member leaves, or the group or the user is deleted.',
    },
    {
      table: 'users.group_groups',
      key: ['group_id', 'member_id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the group leaves its parent group, or either is deleted.',
    },
    {
      table: 'users.group_roles',
      key: [],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the tenant is deleted.',
    },
  ],
};
