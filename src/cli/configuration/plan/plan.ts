import { z } from 'zod';

const fieldChange = z.object({ member: z.string(), from: z.unknown().optional(), to: z.unknown().optional() });

/** One change to one object. An adoption only marks an object as managed. */
export const change = z.object({
  action: z.enum(['create', 'update', 'delete', 'adopt']),
  tenant: z.string(),
  section: z.string(),
  key: z.string(),
  /** The identity of the object; `null` for one that is created. */
  id: z.string().nullable(),
  /** The entity tag from which the change was planned; `null` if the API has none. */
  tag: z.string().nullable(),
  fields: z.array(fieldChange),
  /** The members to set; empty for a deletion. */
  members: z.record(z.string(), z.unknown()),
  /** The place in the file, such as `platform.yaml:12:5`; empty for a deletion. */
  place: z.string(),
});

/** The changes that make an installation equal to a configuration. */
export const plan = z.object({
  format: z.literal(1),
  /** The name of the configuration. */
  name: z.string(),
  /** The IDs of the tenants by slug, by which an installation is recognized. `null` for a tenant that does not exist yet. */
  tenants: z.record(z.string(), z.string().nullable()),
  prune: z.boolean(),
  changes: z.array(change),
});

export type Change = Readonly<z.infer<typeof change>>;
export type Plan = Readonly<z.infer<typeof plan>>;

/** Returns the name of an object in messages, such as `acme/apps/Web shop`. */
export function nameOf({ tenant, section, key }: Pick<Change, 'tenant' | 'section' | 'key'>): string {
  return key === section || key === tenant ? `${tenant}/${section}` : `${tenant}/${section}/${key}`;
}
