import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const skillsTenantData: TenantData = {
  module: 'skills',
  tables: [
    {
      table: 'skills.skills',
      key: ['name'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the skill is deleted.',
    },
    {
      table: 'skills.versions',
      key: ['name', 'version'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the skill is deleted, or until there are more than 200 newer versions and no alias names this version.',
    },
    {
      table: 'skills.aliases',
      key: ['name', 'alias'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the alias or the skill is deleted.',
    },
    {
      table: 'skills.signing',
      key: ['name'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'Until the skill is deleted.',
      reset:
        'Skills with the http runtime have no signing secret. Rotate the secret of each skill and pass it to the owner of the endpoint.',
    },
  ],
};
