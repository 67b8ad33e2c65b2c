import { z } from 'zod';

/** A custom scope of a tenant, or one of the platform's own (`custom: false`). */
export const scope = z
  .object({
    name: z.string(),
    description: z.string(),
    resource: z.string().nullable(),
    custom: z.boolean(),
    created_at: z.string().nullable(),
  })
  .meta({ id: 'Scope' });

export const newScope = z
  .strictObject({
    name: z.string().min(1).max(128),
    description: z.string().trim().min(1).max(500),
    resource: z.string().trim().min(1).max(500).nullable().default(null),
  })
  .meta({ id: 'NewScope' });

export type Scope = Readonly<z.infer<typeof scope>>;
export type NewScope = Readonly<z.infer<typeof newScope>>;
