import { z } from 'zod';
import { retryPolicy } from '../../jobs/contract/job-request.types';
import { skillAlias } from './skill-definition.types';

/**
 * The choice of a version, by its number or by an alias. If neither is specified, the default alias applies or, if it is not set, the
 * newest version.
 */
export interface SkillChoice {
  readonly alias?: string | undefined;
  readonly version?: number | undefined;
}

/** A request to run a skill. */
export const skillRunOrder = z
  .strictObject({
    input: z.unknown().optional().meta({ description: 'Must match the inputSchema of the version that runs.' }),
    alias: skillAlias.optional(),
    version: z.number().int().min(1).max(2_147_483_647).optional(),
    priority: z.number().int().min(0).max(9).optional(),
    delaySeconds: z
      .number()
      .min(0)
      .max(365 * 86_400)
      .optional(),
    maxAttempts: retryPolicy.shape.maxAttempts,
  })
  .refine(({ alias, version }) => alias === undefined || version === undefined, {
    path: ['version'],
    message: 'name an alias or a version, but not both',
  })
  .meta({ id: 'SkillRunOrder' });
export type SkillRunOrder = Readonly<z.infer<typeof skillRunOrder>>;
