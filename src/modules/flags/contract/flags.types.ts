import { z } from 'zod';
import type { FlagEvaluation } from './flag-evaluation.types';

/** The change feed topic for new flag versions. The key is the tenant id, and the payload is `{version}`. */
export const FLAGS_TOPIC = 'flags';

/** An evaluation, with the version of the tenant's flags that it used. */
export interface SnapshotEvaluation {
  readonly snapshotId: string;
  readonly evaluation: FlagEvaluation;
}

/** The evaluations of all flags, which use the same version. */
export interface SnapshotEvaluations {
  readonly snapshotId: string;
  readonly evaluations: readonly FlagEvaluation[];
}

/** A flag as the APIs return it: its definition in flagd's JSON, with its key and its evaluation without a context. */
export const flagResource = z
  .object({
    key: z.string(),
    name: z.string().meta({ description: "The name in the flag's metadata, or its key." }),
    enabled: z.boolean().meta({ description: 'True if the flag is on when evaluated without a context.' }),
    state: z.enum(['ENABLED', 'DISABLED']),
    variants: z.record(z.string(), z.unknown()),
    defaultVariant: z.string().nullable().meta({ description: "`null` for the caller's own default." }),
    targeting: z.record(z.string(), z.unknown()).nullable(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    etag: z.string().meta({ description: 'For If-Match in a change.' }),
  })
  .meta({ id: 'Flag' });
export type FlagResource = Readonly<z.infer<typeof flagResource>>;

/** A flag after a write, with the version of the tenant's flags that the write created. */
export interface WrittenFlag {
  readonly flag: FlagResource;
  readonly version: number;
}

/** A page of flags, all from one version. */
export interface FlagPage {
  readonly items: readonly FlagResource[];
  readonly nextCursor: string | null;
  readonly snapshotId: string;
}
