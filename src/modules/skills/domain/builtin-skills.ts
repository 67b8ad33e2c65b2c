import type { JsonSchema } from '../contract/skill-definition.types';
import type { Skill, WholeSkillVersion } from '../contract/skills.types';
import { definitionHash } from './definition-hash';

/** The names of the built-in skills. Every tenant has them, and they cannot be changed. */
export const BUILTIN_NAMES = ['access-review', 'license-optimisation'] as const;
export type BuiltinName = (typeof BUILTIN_NAMES)[number];

/** A built-in skill, as shown to tenants. */
interface BuiltinDefinition {
  readonly name: BuiltinName;
  readonly description: string;
  readonly category: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
}

const closed = (properties: Readonly<Record<string, unknown>>, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required: [...required],
  additionalProperties: false,
});
const text = { type: 'string' };
const day = { type: 'integer', minimum: 1, maximum: 365 };

const DEFINITIONS: readonly BuiltinDefinition[] = [
  {
    name: 'access-review',
    description:
      'Reviews the access of a group’s members: finds grants unused for some days, and people with far more access than others.',
    category: 'access',
    inputSchema: closed(
      {
        groupId: {
          type: 'string',
          pattern: '^grp-[0-9a-z]{26}$',
          description: 'The group whose members are reviewed.',
        },
        lookbackDays: { ...day, default: 90, description: 'The number of days for which a grant must be unused.' },
      },
      ['groupId'],
    ),
    outputSchema: closed(
      {
        unusedEntitlements: {
          type: 'array',
          items: closed(
            {
              personId: text,
              appId: text,
              entitlement: text,
              lastUsedAt: { type: ['string', 'null'], format: 'date-time' },
            },
            ['personId', 'appId', 'entitlement', 'lastUsedAt'],
          ),
        },
        riskySpreads: {
          type: 'array',
          items: closed({ personId: text, entitlementCount: { type: 'integer', minimum: 0 } }, [
            'personId',
            'entitlementCount',
          ]),
        },
      },
      ['unusedEntitlements', 'riskySpreads'],
    ),
  },
  {
    name: 'license-optimisation',
    description: 'Finds seats for an app, or for an entitlement of the plan, that people no longer use.',
    category: 'cost',
    inputSchema: closed(
      {
        licenseId: {
          type: 'string',
          minLength: 1,
          maxLength: 256,
          description: 'The id of an app (`app-…`), or an entitlement of the plan.',
        },
        lookbackDays: { ...day, default: 90, description: 'The number of days for which a seat must be unused.' },
      },
      ['licenseId'],
    ),
    outputSchema: closed(
      {
        reclaimableSeats: { type: 'integer', minimum: 0 },
        candidates: {
          type: 'array',
          items: closed({ personId: text, lastUsedAt: { type: ['string', 'null'], format: 'date-time' } }, [
            'personId',
            'lastUsedAt',
          ]),
        },
      },
      ['reclaimableSeats', 'candidates'],
    ),
  },
];

/** The creation date of the built-in definitions. */
const MADE_AT = '2026-11-27T00:00:00.000Z';

const whole = ({ name, ...definition }: BuiltinDefinition): WholeSkillVersion => ({
  name,
  version: 1,
  hash: definitionHash({ runtime: 'builtin', ...definition }),
  runtime: 'builtin',
  description: definition.description,
  aliases: [],
  createdAt: MADE_AT,
  createdBy: 'system',
  definition: { runtime: 'builtin', ...definition },
});

/** The versions of the built-in skills, sorted by name. */
const BUILTIN_VERSIONS: readonly WholeSkillVersion[] = DEFINITIONS.map(whole);

export const BUILTIN_SKILLS: readonly Skill[] = BUILTIN_VERSIONS.map(
  ({ definition, aliases: _aliases, ...version }) => ({
    ...version,
    category: definition.category,
    inputSchema: definition.inputSchema,
    outputSchema: definition.outputSchema,
    aliases: {},
    revision: 1,
    updatedAt: version.createdAt,
    updatedBy: version.createdBy,
  }),
);

export function builtinSkill(name: string): Skill | null {
  return BUILTIN_SKILLS.find((skill) => skill.name === name) ?? null;
}

export function builtinVersion(name: string): WholeSkillVersion | null {
  return BUILTIN_VERSIONS.find((version) => version.name === name) ?? null;
}
