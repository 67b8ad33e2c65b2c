import { databaseConfig } from '../../../kernel/database/database.config';
import { mayChangeSchema } from '../../../kernel/database/owner-rights';
import { isControlPlane } from '../../settings';
import type { Check } from '../check';
import { fail, ok } from '../finding';
import { explainConnection } from '../store-state';

/** Checks that the role that creates the schema can connect and has the necessary rights. */
export const ownerRoleCheck: Check = {
  group: 'Database',
  limitMs: 6_000,
  needs: ['DATABASE_URL', 'DATABASE_MIGRATION_URL'],
  async run({ settings, store }) {
    const { DATABASE_MIGRATION_URL: url } = settings.of(databaseConfig);
    // The database check reports this case.
    if (url === null || !isControlPlane(settings.role.ROLE) || store.state !== 'open') return [];
    const role = new URL(url.reveal()).username;
    try {
      if (await mayChangeSchema(url.reveal())) return [ok('owner role', `${role} can change the schema`)];
      const remedy = 'Set DATABASE_MIGRATION_URL to the owner of the database, coresdk_owner.';
      return [fail('owner role', `${role} cannot change the schema`, remedy)];
    } catch (error) {
      const { why, remedy } = explainConnection(error);
      return [fail('owner role', `${role}: ${why}`, remedy.replace('DATABASE_URL', 'DATABASE_MIGRATION_URL'))];
    }
  },
};
