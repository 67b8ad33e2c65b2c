import type { TenantData } from '../../../kernel/tenant-data/tenant-data';

export const projectsTenantData: TenantData = {
  module: 'projects',
  tables: [
    {
      table: 'projects.projects',
      key: ['id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until it is purged, 30 days after it was deleted.',
      // Archives from older versions do not contain the authors of projects.
      admitted: (row) => ({ created_by: row['owner_id'], updated_by: row['owner_id'], ...row }),
    },
    {
      table: 'projects.members',
      key: ['project_id', 'user_id'],
      exported: 'rows',
      erased: 'rows',
      kept: 'Until the member is removed, or the project is purged.',
    },
  ],
};
