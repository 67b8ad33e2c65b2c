import { EXPORT_KIND } from './tasks/export-kind';
import { IMPORT_KIND } from './tasks/import-order';

/** The acts that transfers need, by kind of job: those that their routes ask the policy about. */
export const TRANSFER_ACTS = {
  [IMPORT_KIND]: { action: 'user.import', resource: 'user', requiredScope: 'users.write', context: {} },
  [EXPORT_KIND]: { action: 'user.list', resource: 'user', requiredScope: 'users.read', context: {} },
} as const;
