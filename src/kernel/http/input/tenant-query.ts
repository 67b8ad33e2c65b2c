import { z } from 'zod';
import { pageQuery } from '../../lists/page';

/** `?tenant=` of the control plane: whose things are meant, when the caller is the installation itself (rest.md §4). */
export const tenantQuery = z.strictObject({
  tenant: z.string().max(64).optional().meta({ description: 'Id or slug; needed with the service token.' }),
});

/** {@link tenantQuery} on a list. */
export const tenantPageQuery = pageQuery.extend(tenantQuery.shape);

export type TenantPageQuery = z.infer<typeof tenantPageQuery>;
