import { z } from 'zod';
import { SKILL_LIMITS } from './skill-limits';

/** The name of a skill, which is also the name of its tool for agents (Model Context Protocol). */
export const skillName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a letter, then letters, digits, "_" and "-", 64 at most');

export const skillAlias = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'a lowercase letter, then lowercase letters, digits, "_" and "-", 32 at most');

/** The alias that a run uses by default. If this alias is not set, the run uses the newest version. */
export const DEFAULT_ALIAS = 'prod';

export const SKILL_RUNTIMES = ['javascript', 'http', 'builtin'] as const;
export type SkillRuntime = (typeof SKILL_RUNTIMES)[number];

/** A JSON Schema. The schema compiler checks it against the standard. */
const jsonSchema = z.union([z.record(z.string(), z.unknown()), z.boolean()]);

const modulePath = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\.(js|mjs|ts|mts)$/,
    'a path such as lib/text.ts',
  )
  .refine((path) => !path.split('/').includes('__proto__'), 'a path such as lib/text.ts');

const names = <T extends z.ZodType>(name: T) => z.array(name).max(SKILL_LIMITS.maxGrantedNames);

/** A host name, optionally with a `*.` prefix, and with a port unless the port is the default port of https. */
const grantedHost = z
  .string()
  .max(260)
  .regex(
    /^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[1-9]\d{0,4})?$/,
    'a host such as api.example.com, *.example.com or api.example.com:8443, in lowercase',
  );

const filePrefix = z
  .string()
  .max(512)
  .refine(
    (path) =>
      path === '' ||
      path
        .replace(/\/$/, '')
        .split('/')
        .every((part) => !['', '.', '..'].includes(part)),
    'a path of slash-separated segments, none of them empty, "." or ".."',
  )
  .refine((path) => path === '' || path.endsWith('/'), 'a prefix must end with "/"');

/** The resources that the code of a version can access, by name. It cannot access any other resources. */
const skillGrants = z
  .strictObject({
    http: names(grantedHost).default([]).meta({ description: 'The hosts that the code can call over HTTPS.' }),
    secrets: names(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/))
      .default([])
      .meta({
        description:
          'The tenant’s secrets that the code can read if the principal on whose behalf it acts is allowed to read them.',
      }),
    files: names(
      z.strictObject({
        tier: z.enum(['private', 'user', 'shared']),
        prefix: filePrefix.default(''),
        access: z.enum(['read', 'write']).default('read').meta({ description: '`write` includes `read`.' }),
      }),
    ).default([]),
    flags: names(z.string().min(1).max(1_024))
      .default([])
      .meta({ description: 'The keys of the flags that the code can read; `*` for all flags.' }),
    skills: names(skillName).default([]).meta({ description: 'The skills that the code can run.' }),
  })
  .meta({ id: 'SkillGrants' });

const shared = {
  description: z.string().max(2_000).default(''),
  category: z.string().max(100).default(''),
  inputSchema: jsonSchema.default(true).meta({ description: 'JSON Schema 2020-12 without remote references.' }),
  outputSchema: jsonSchema.default(true).meta({ description: 'JSON Schema 2020-12 without remote references.' }),
};
const timeoutSeconds = z
  .number()
  .int()
  .min(1)
  .max(SKILL_LIMITS.maxTimeoutSeconds)
  .default(SKILL_LIMITS.defaultTimeoutSeconds);

const javascriptDefinition = z.strictObject({
  runtime: z.literal('javascript'),
  ...shared,
  source: z.string().min(1).max(SKILL_LIMITS.maxSourceChars).optional().meta({
    description: 'One ES module whose default export is `(input, capabilities) => output`, async or not.',
  }),
  language: z
    .enum(['javascript', 'typescript'])
    .default('javascript')
    .meta({ description: 'The language of `source`.' }),
  modules: z.record(modulePath, z.string().max(SKILL_LIMITS.maxSourceChars)).optional().meta({
    description: 'Instead of `source`: ES modules by path, which import each other by relative paths.',
  }),
  main: modulePath.optional().meta({ description: 'The entry module in `modules`; by default main.ts or main.js.' }),
  grants: skillGrants.prefault({}),
  runAs: z.literal('owner').optional().meta({
    description:
      '`owner`: capabilities act with the rights of the principal that registers this version. Default: the rights of the caller.',
  }),
  timeoutSeconds,
  cpuSeconds: z.number().min(0.05).max(SKILL_LIMITS.maxCpuSeconds).default(SKILL_LIMITS.defaultCpuSeconds),
});

const httpDefinition = z.strictObject({
  runtime: z.literal('http'),
  ...shared,
  url: z
    .string()
    .min(1)
    .max(2_048)
    .meta({ description: 'An https URL on a public host. It receives the input by POST and returns the output.' }),
  timeoutSeconds,
});

/** A version of a skill to register. */
export const skillDefinition = z.discriminatedUnion('runtime', [javascriptDefinition, httpDefinition]).meta({
  id: 'SkillDefinition',
  examples: [
    {
      runtime: 'javascript',
      description: 'Adds two numbers.',
      inputSchema: {
        type: 'object',
        required: ['a', 'b'],
        properties: { a: { type: 'number' }, b: { type: 'number' } },
      },
      source: 'export default ({ a, b }) => a + b;',
    },
  ],
});

/** A version as shown to callers, including the versions of built-in skills, which are never registered. */
export const shownDefinition = z
  .discriminatedUnion('runtime', [
    javascriptDefinition,
    httpDefinition,
    z.strictObject({ runtime: z.literal('builtin'), ...shared }),
  ])
  .meta({ id: 'ShownSkillDefinition' });

export type ShownDefinition = Readonly<z.infer<typeof shownDefinition>>;

export type SkillDefinition = Readonly<z.infer<typeof skillDefinition>>;
export type JavascriptDefinition = Extract<SkillDefinition, { runtime: 'javascript' }>;
export type HttpDefinition = Extract<SkillDefinition, { runtime: 'http' }>;
export type JsonSchema = SkillDefinition['inputSchema'];
