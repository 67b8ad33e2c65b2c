import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import type { TenantRow } from '../../../kernel/tenant-data/tenant-data';
import { newTenant } from '../contract/tenants.types';

const storedTenant = z.object({
  ...newTenant.required({ logoUri: true, color: true, settings: true, plan: true }).shape,
  id: z.string(),
  status: z.enum(['active', 'suspended', 'pending_deletion']),
  createdAt: z.iso.datetime({ offset: true }),
});

/** A tenant from an archive. */
export type IncomingTenant = Readonly<z.infer<typeof storedTenant>>;

/**
 * Validates the tenant in a row of an archive like any other tenant. A tenant that was about to be deleted is imported
 * as suspended, so that the importer can decide again.
 * @param slug the new slug; `null` keeps the slug from the archive.
 * Errors: `unprocessable`.
 */
export function incomingTenant(row: TenantRow, slug: string | null): IncomingTenant {
  const { logo_uri: logoUri, created_at: createdAt, slug: own, ...rest } = row;
  const { id, name, plan, status, color, settings } = rest;
  const checked = storedTenant.safeParse({
    id,
    slug: slug ?? own,
    name,
    plan,
    status: status === 'pending_deletion' ? 'suspended' : status,
    logoUri,
    color,
    settings,
    createdAt,
  });
  if (checked.success) return checked.data;
  const member = checked.error.issues[0]?.path.join('/') ?? '';
  throw new AppError('unprocessable', `The tenant in the archive is not valid at /${member}.`);
}
