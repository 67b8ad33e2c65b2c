import { z } from 'zod';
import { pageQuery } from '../../lists/page';

/** `?tenant=` of the control plane: the tenant that a request of the installation itself refers to (rest.md §4). */
export const tenantQuery = z.strictObject({
  tenant: z.string().max(64).optional().meta({ description: 'Id or slug. Required with the service token.' }),
});

/** {@link tenantQuery}, for a list. */
export const tenantPageQuery = pageQuery.extend(tenantQuery.shape);

export type TenantPageQuery = z.infer<typeof tenantPageQuery>;
