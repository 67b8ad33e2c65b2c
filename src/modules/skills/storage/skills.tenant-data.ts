import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const skillsTenantData: TenantData = {
  module: 'skills',
  tables: [
    {
      table: 'skills.skills',
      key: ['name'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until somebody deletes the skill.',
    },
    {
      table: 'skills.versions',
      key: ['name', 'version'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until somebody deletes the skill, or there are more than 200 newer ones and no alias names it.',
    },
    {
      table: 'skills.aliases',
      key: ['name', 'alias'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until somebody deletes the alias or the skill.',
    },
    {
      table: 'skills.signing',
      key: ['name'],
      exported: 'sealed',
      erased: 'rows',
      kept: 'Until somebody deletes the skill.',
      reset: 'Skills of the runtime http have no signing secret: rotate it for each, and give it to who is called.',
    },
  ],
};
