import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';
import { DEFAULT_ALIAS, shownDefinition, SKILL_RUNTIMES } from './skill-definition.types';
import { SKILL_LIMITS } from './skill-limits';

const jsonSchema = z.union([z.record(z.string(), z.unknown()), z.boolean()]);
const versionNumber = z.number().int().min(1);

/** A skill, with the description of its newest version. */
export const skill = z
  .object({
    name: z.string(),
    description: z.string(),
    category: z.string(),
    runtime: z.enum(SKILL_RUNTIMES),
    inputSchema: jsonSchema,
    outputSchema: jsonSchema,
    version: versionNumber.meta({ description: 'The newest version.' }),
    hash: z.string().meta({ description: 'The SHA-256 of the registered content of that version, in hex.' }),
    aliases: z.record(z.string(), versionNumber).meta({
      description: `A run without a version or alias uses the \`${DEFAULT_ALIAS}\` alias or, if it is not set, the newest version.`,
    }),
    revision: z.number().int().meta({ description: 'The number of changes. The entity tag is derived from it.' }),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
    updatedAt: z.iso.datetime(),
    updatedBy: z.string(),
  })
  .meta({ id: 'Skill' });

export type Skill = Readonly<z.infer<typeof skill>>;

/** The result of registering a version. */
export const registeredSkill = skill
  .extend({
    isNew: z.boolean().meta({ description: 'False if the newest version is identical and stays the newest.' }),
    signingSecret: z.string().nullable().meta({
      description:
        'The secret that signs the calls of the `http` runtime (Standard Webhooks). It is shown only once, with the first such version.',
    }),
  })
  .meta({ id: 'RegisteredSkill' });

export type RegisteredSkill = Readonly<z.infer<typeof registeredSkill>>;

/** A version, which never changes. */
export const skillVersion = z
  .object({
    name: z.string(),
    version: versionNumber,
    hash: z.string(),
    runtime: z.enum(SKILL_RUNTIMES),
    description: z.string(),
    aliases: z.array(z.string()),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
  })
  .meta({ id: 'SkillVersion' });

export type SkillVersion = Readonly<z.infer<typeof skillVersion>>;

/** A version with its full definition. */
export const wholeSkillVersion = skillVersion.extend({ definition: shownDefinition }).meta({ id: 'WholeSkillVersion' });

export type WholeSkillVersion = Readonly<z.infer<typeof wholeSkillVersion>>;

export const skillQuery = listQuery({
  sorts: ['name'],
  filters: { category: z.string().max(100).optional(), runtime: z.enum(SKILL_RUNTIMES).optional() },
});
export type SkillQuery = Readonly<z.infer<typeof skillQuery>>;

export const skillVersionQuery = listQuery({ sorts: ['version'], filters: {} }).extend({
  sort: z.enum(['-version', 'version']).default('-version').meta({ description: 'Newest first by default.' }),
});
export type SkillVersionQuery = Readonly<z.infer<typeof skillVersionQuery>>;

export const aliasOrder = z.strictObject({ version: versionNumber.max(2_147_483_647) }).meta({ id: 'SkillAliasOrder' });
export type AliasOrder = Readonly<z.infer<typeof aliasOrder>>;

export const signingRotation = z
  .strictObject({
    overlapSeconds: z.number().int().min(0).max(SKILL_LIMITS.maxOverlapSeconds).default(86_400).meta({
      description: 'The time for which calls are also signed with the previous secret.',
    }),
  })
  .meta({ id: 'SkillSigningRotation' });
export type SigningRotation = Readonly<z.infer<typeof signingRotation>>;

export const signingSecret = z.object({ signingSecret: z.string() }).meta({ id: 'SkillSigningSecret' });
export type SigningSecret = Readonly<z.infer<typeof signingSecret>>;
