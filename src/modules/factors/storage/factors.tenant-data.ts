import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

const BOUND = 'Factors belong to the address of one installation; users add new ones at a different one.';

export const factorsTenantData: TenantData = {
  module: 'factors',
  tables: [
    {
      table: 'factors.factors',
      key: ['id'],
      exported: { leftOut: BOUND },
      erased: 'rows',
      kept: 'Until the user removes it, or the user is deleted.',
    },
    {
      table: 'factors.user_handles',
      key: ['user_id'],
      exported: { leftOut: BOUND },
      erased: 'rows',
      kept: 'Until the user is deleted.',
    },
    {
      table: 'factors.recovery_codes',
      key: ['user_id', 'code_hash'],
      exported: { leftOut: BOUND },
      erased: 'rows',
      kept: 'Until the code is used or replaced, or the user is deleted.',
    },
    {
      table: 'factors.used_challenges',
      key: ['challenge_hash'],
      exported: { leftOut: 'Challenges belong to the installation that made them.' },
      erased: 'rows',
      kept: 'For one day.',
    },
    {
      table: 'factors.sign_in_rules',
      key: ['app_id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the rule, its app or the tenant is deleted.',
    },
  ],
};
