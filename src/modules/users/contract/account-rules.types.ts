import { z } from 'zod';
import { PASSWORD_CHARS } from './users.types';

/** Bounds of the account rules. A session can last at most 30 days. */
const ACCOUNT_RULE_LIMITS = {
  minPasswordChars: PASSWORD_CHARS.least,
  maxPasswordChars: 64,
  maxBlockedWords: 50,
  minSessionMinutes: 5,
  maxSessionMinutes: 43_200,
  maxSessions: 100,
  maxStayDays: 90,
  maxSignUpDomains: 50,
} as const;

const { minPasswordChars, maxPasswordChars, maxBlockedWords, maxSessions } = ACCOUNT_RULE_LIMITS;
const SIGN_UP_RULES = ['off', 'invite', 'domain', 'open'] as const;
/** The roles that people can get by signing up. */
const SIGN_UP_ROLES = ['member', 'viewer'] as const;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

const minutes = z.number().int().min(ACCOUNT_RULE_LIMITS.minSessionMinutes).max(ACCOUNT_RULE_LIMITS.maxSessionMinutes);

/** The passwords, browser sessions and sign-ups that a tenant allows. */
export const accountRules = z
  .strictObject({
    passwordMinLength: z
      .number()
      .int()
      .min(minPasswordChars)
      .max(maxPasswordChars)
      .default(minPasswordChars)
      .meta({ description: 'Minimum number of characters of a new password.' }),
    passwordBlockedWords: z.array(z.string().trim().min(3).max(64)).max(maxBlockedWords).default([]).meta({
      description: 'Words that a new password must not contain, such as the name of the company; in any letter case.',
    }),
    sessionMinutes: minutes.nullable().default(null).meta({
      description: 'Time after which a user signs in again; `null` for the `SESSION_TTL_SECONDS` of the installation.',
    }),
    idleMinutes: minutes.nullable().default(null).meta({
      description: 'Time without a page view after which a user signs in again; `null` for no limit.',
    }),
    stayDays: z.number().int().min(1).max(ACCOUNT_RULE_LIMITS.maxStayDays).nullable().default(null).meta({
      description:
        'Number of days for which users can choose to stay signed in, without an idle limit; `null` if they cannot. Without this choice, a session then ends with the browser.',
    }),
    maxSessions: z.number().int().min(1).max(maxSessions).default(maxSessions).meta({
      description: 'Maximum number of browsers in which a user is signed in. One more ends the oldest session.',
    }),
    signUp: z.enum(SIGN_UP_RULES).default('invite').meta({
      description:
        '`invite`: only invited people get an account. `open`: everyone can create one. `domain`: everyone with an address in one of `signUpDomains`. `off`: nobody, not even by invitation.',
    }),
    signUpDomains: z
      .array(z.string().trim().toLowerCase().regex(DOMAIN, 'must be a domain, such as example.com'))
      .max(ACCOUNT_RULE_LIMITS.maxSignUpDomains)
      .default([])
      .meta({ description: 'Domains of addresses, for the rule `domain`. A subdomain is a different domain.' }),
    signUpRole: z.enum(SIGN_UP_ROLES).default('viewer').meta({ description: 'Role of people who sign up.' }),
    termsUrl: z
      .url({ protocol: /^https$/ })
      .max(2_000)
      .nullable()
      .default(null)
      .meta({ description: 'Page with the terms that people accept when they sign up; `null` without terms.' }),
    emailCodes: z.boolean().default(false).meta({
      description: 'True if users can sign in with a code that is mailed to them, instead of a password.',
    }),
    selfDeletion: z.boolean().default(false).meta({
      description: 'True if users can delete their own accounts on the account page.',
    }),
    newDeviceNotices: z.boolean().default(false).meta({
      description: 'True if users get mail when somebody signs in to their account on a device for the first time.',
    }),
  })
  .meta({ id: 'AccountRules' });

export type AccountRules = Readonly<z.infer<typeof accountRules>>;

/** The rules of a tenant that has not set any. */
export const DEFAULT_ACCOUNT_RULES: AccountRules = accountRules.parse({});

/** Rules with their version. */
export const storedAccountRules = accountRules
  .extend({ version: z.number().int().meta({ description: 'Increases with each change; 0 for the default.' }) })
  .meta({ id: 'StoredAccountRules' });

export type StoredAccountRules = Readonly<z.infer<typeof storedAccountRules>>;
