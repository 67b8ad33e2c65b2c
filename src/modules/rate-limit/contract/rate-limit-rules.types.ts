import { z } from 'zod';
import { RATE_LIMIT_KEY } from './rate-limit-query';
import { RATE_LIMIT_BOUNDS } from './rate-limit.types';
import { plainRoute, routeFault } from './route-pattern';

const { maxLimit, maxWindowSeconds, maxPerSecond, maxKeyLength } = RATE_LIMIT_BOUNDS;

/** Limits on the rules that an administrator can store. */
export const RULE_LIMITS = {
  /** The maximum number of a tenant's rules, and of all plans' rules together. */
  maxRules: 100,
  maxQuota: 1_000_000_000_000,
  maxConcurrency: 100_000,
  /** A lease that is not returned expires after this time. */
  maxLeaseSeconds: 3_600,
} as const;

/** Names of rules, which callers see in `RateLimit-Policy`. */
export const RULE_NAME = /^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/;
/** `default` is the name of the limit that applies if there is no rule, and `plans` is part of a path. */
export const RESERVED_RULE_NAMES: ReadonlySet<string> = new Set(['default', 'plans']);

const plan = z.enum(['free', 'pro', 'enterprise']);

const client = z
  .string()
  .min(1)
  .max(128)
  .nullable()
  .default(null)
  .meta({ description: 'Client id whose requests the rule limits; null for every client.' });
const route = z
  .string()
  .max(256)
  .overwrite(plainRoute)
  .check(({ value, issues }) => {
    const message = routeFault(value);
    if (message !== null) issues.push({ code: 'custom', input: value, message });
  })
  .nullable()
  .default(null)
  .meta({
    description:
      'Requests to limit: an API path such as "/v1/projects/{id}", optionally preceded by a method; GET includes HEAD. "*" or a parameter matches one segment and is stored as "*"; "**" at the end matches the rest. Use null to limit every request.',
  });
const key = z.string().max(maxKeyLength).regex(RATE_LIMIT_KEY, 'no control characters').nullable().default(null).meta({
  description:
    'Keys to limit, among those that services count with CheckRateLimit; "*" matches any string. A rule without a key limits requests to the backend.',
});
const concurrency = z
  .strictObject({
    limit: z.int().min(1).max(RULE_LIMITS.maxConcurrency),
    leaseSeconds: z.int().min(1).max(RULE_LIMITS.maxLeaseSeconds).default(60),
  })
  .nullable()
  .default(null)
  .meta({
    description:
      'Maximum number of concurrent requests. A request that does not end counts for leaseSeconds. Not for a rule with a key.',
  });

const members = {
  client,
  route,
  key,
  perTenant: z
    .boolean()
    .default(false)
    .meta({ description: 'True for one count of all clients (or keys) of a tenant, false for one count each.' }),
  limit: z.int().min(1).max(maxLimit).meta({ description: 'Number of calls per window, as a steady rate.' }),
  windowSeconds: z.int().min(1).max(maxWindowSeconds),
  burst: z
    .int()
    .min(1)
    .max(maxLimit)
    .nullable()
    .default(null)
    .meta({ description: 'Maximum number of simultaneous calls; null for the value of limit.' }),
  cost: z.int().min(1).max(10_000).default(1).meta({ description: 'Number of calls that one call counts as.' }),
  shadow: z.boolean().default(false).meta({ description: 'Counts and reports, but never refuses.' }),
  concurrency,
  monthlyQuota: z
    .int()
    .min(1)
    .max(RULE_LIMITS.maxQuota)
    .nullable()
    .default(null)
    .meta({ description: 'Number of calls per calendar month, UTC.' }),
} as const;

interface Checked {
  readonly client: string | null;
  readonly route: string | null;
  readonly key: string | null;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly burst: number | null;
  readonly cost: number;
  readonly concurrency: object | null;
}

function refine<T extends z.ZodType<Checked>>(schema: T): T {
  return schema
    .refine((rule) => rule.key === null || (rule.client === null && rule.route === null), {
      path: ['key'],
      message: 'must be null in a rule with client or route: a rule limits either keys or requests',
    })
    .refine((rule) => rule.key === null || rule.concurrency === null, {
      path: ['concurrency'],
      message: 'must be null in a rule for keys: a caller of CheckRateLimit cannot release a lease',
    })
    .refine((rule) => rule.limit <= maxPerSecond * Math.max(1, rule.windowSeconds), {
      path: ['limit'],
      message: `must not exceed ${maxPerSecond} per second`,
    })
    .refine((rule) => rule.cost <= Math.max(1, rule.burst ?? rule.limit), {
      path: ['cost'],
      message: 'must not exceed burst (or limit if burst is null): otherwise no call is ever allowed',
    });
}

/** A tenant's rule, in a PUT request. */
export const newRateLimitRule = refine(z.strictObject(members)).meta({ id: 'NewRateLimitRule' });
/** A rule for all of a plan's tenants, in a PUT request. */
export const newPlanRateLimitRule = refine(z.strictObject({ plan, ...members })).meta({ id: 'NewPlanRateLimitRule' });

const stored = {
  name: z.string(),
  version: z.int().meta({ description: 'Increases with each change.' }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
} as const;

export const rateLimitRule = z.object({ ...members, ...stored }).meta({ id: 'RateLimitRule' });
export const planRateLimitRule = z.object({ plan, ...members, ...stored }).meta({ id: 'PlanRateLimitRule' });

export type NewRateLimitRule = Readonly<z.infer<typeof newRateLimitRule>>;
export type NewPlanRateLimitRule = Readonly<z.infer<typeof newPlanRateLimitRule>>;
export type RateLimitRule = Readonly<z.infer<typeof rateLimitRule>>;
export type PlanRateLimitRule = Readonly<z.infer<typeof planRateLimitRule>>;

/** Returns the entity tag of a rule: a strong tag, which changes if the rule is deleted and created again. */
export function ruleEntityTag({ version, createdAt }: Pick<RateLimitRule, 'version' | 'createdAt'>): string {
  return `"${version}-${Date.parse(createdAt).toString(36)}"`;
}
