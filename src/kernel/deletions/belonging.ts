import { z } from 'zod';

/** Maximum number of items of one kind that are named in a report. */
const MAX_ITEMS = 100;

/** Data that depends on a deleted resource, as shown in the report about the deletion. */
export const belonging = z
  .object({
    what: z.string(),
    becomes: z.enum(['deleted', 'ended', 'paused', 'kept']),
    count: z.number().int().nullable().meta({ description: '`null` if the items are not counted.' }),
    note: z.string(),
    items: z
      .array(z.object({ id: z.string(), name: z.string() }))
      .optional()
      .meta({ description: `The first ${MAX_ITEMS} items, if they have names.` }),
  })
  .meta({ id: 'Belonging' });

export type Belonging = Readonly<z.infer<typeof belonging>>;
export type BelongingItem = NonNullable<Belonging['items']>[number];

/** The data that a module stores for a deletable resource, and what happens to the data when the resource is deleted. */
export type BelongingSource = Pick<Belonging, 'what' | 'becomes' | 'note'> &
  (
    | {
        /** Returns the number of items; `null` if they are not counted. */
        readonly count: (tenantId: string, id: string) => Promise<number | null>;
      }
    | {
        /** Returns all items. */
        readonly list: (tenantId: string, id: string) => Promise<readonly BelongingItem[]>;
      }
  );

/** A registry where the modules of a process declare what happens to their data when a resource is deleted. */
export class BelongingRegistry {
  private readonly sources: BelongingSource[] = [];

  register(source: BelongingSource): void {
    this.sources.push(source);
  }

  /** Returns the data that each registered source stores for a resource, in order of registration. */
  of(tenantId: string, id: string): Promise<readonly Belonging[]> {
    return Promise.all(this.sources.map((source) => found(source, tenantId, id)));
  }
}

async function found(source: BelongingSource, tenantId: string, id: string): Promise<Belonging> {
  const { what, becomes, note } = source;
  if ('count' in source) return { what, becomes, count: await source.count(tenantId, id), note };
  const items = await source.list(tenantId, id);
  return { what, becomes, count: items.length, note, items: items.slice(0, MAX_ITEMS) };
}
