import type { UpstreamFailure } from '../../../connections/contract/upstream-sign-in.port';

/** The languages of the pages. */
export type Language = 'en' | 'de';

/** Kinds of errors, distinguished by how a user can react to them. */
export type Trouble = 'request' | 'client' | 'redirect' | 'forged' | 'missing' | 'busy' | 'unavailable';

/** All strings of the pages. They are plain text: the templates escape them. */
export interface Translations {
  readonly signIn: {
    readonly title: string;
    readonly lead: (app: string) => string;
    /** The name shown instead of an app's name when users sign in to this product's own pages. */
    readonly console: string;
    readonly email: string;
    readonly password: string;
    readonly submit: string;
    readonly forgot: string;
    readonly signUp: string;
    readonly emailCode: string;
    readonly stay: (days: number) => string;
    readonly refused: string;
    readonly throttled: (wait: string) => string;
  };
  readonly passkey: {
    readonly signIn: string;
    readonly use: string;
    readonly refused: string;
    /** For a browser without JavaScript or passkeys. */
    readonly missing: string;
  };
  readonly secondFactor: {
    readonly title: string;
    readonly lead: (account: string) => string;
    readonly code: string;
    readonly codeHint: string;
    readonly submit: string;
    readonly recovery: string;
    readonly recoveryCode: string;
    readonly recoveryHint: string;
    readonly refused: string;
    readonly throttled: (wait: string) => string;
    readonly expired: string;
  };
  readonly enroll: {
    readonly title: string;
    readonly lead: (tenant: string) => string;
    readonly passkey: string;
    readonly passkeyLead: string;
    readonly passkeySubmit: string;
    readonly app: string;
    readonly appLead: string;
    readonly key: string;
    readonly code: string;
    readonly submit: string;
    readonly faults: Readonly<Record<'wrong' | 'known' | 'too_many', string>>;
  };
  readonly recoveryCodes: {
    readonly title: string;
    readonly lead: string;
    readonly submit: string;
  };
  readonly account: {
    readonly title: string;
    readonly lead: (email: string, tenant: string) => string;
    readonly saved: string;
    readonly save: string;
    readonly signOut: string;
    readonly profile: string;
    readonly name: string;
    readonly language: string;
    readonly browserLanguage: string;
    readonly methods: string;
    readonly password: string;
    readonly changePassword: string;
    readonly kinds: Readonly<Record<'passkey' | 'totp', string>>;
    readonly noMethods: string;
    readonly added: (date: string) => string;
    readonly used: (date: string) => string;
    readonly rename: string;
    readonly remove: string;
    readonly add: string;
    readonly addTitle: string;
    readonly addLead: string;
    readonly recoveryCodes: (count: number) => string;
    readonly newCodes: string;
    readonly needed: string;
    readonly unconfirmed: string;
    readonly unfitAddress: string;
    readonly changeEmail: string;
    readonly emailNow: (email: string) => string;
    readonly newEmail: string;
    readonly sendLink: string;
    readonly lastOwner: string;
    readonly delete: string;
    readonly deleteThis: string;
    readonly deleteLead: string;
    readonly deleteConfirm: (account: string) => string;
    readonly deleteSubmit: string;
    readonly deletedTitle: string;
    readonly deleted: string;
    readonly sessions: string;
    readonly thisSession: string;
    readonly lastSeen: (date: string) => string;
    readonly end: string;
    readonly endOthers: string;
    readonly apps: string;
    readonly noApps: string;
    readonly revoke: string;
    readonly data: string;
    readonly export: string;
    readonly back: string;
    /** The name shown instead of an app’s name at the sign-in. */
    readonly page: string;
    readonly confirm: string;
    readonly unknownDevice: string;
  };
  readonly consent: {
    readonly title: (app: string) => string;
    readonly lead: (app: string, tenant: string) => string;
    readonly scopes: (app: string) => string;
    readonly resources: (app: string) => string;
    readonly noScopes: (app: string) => string;
    readonly destination: string;
    readonly firstParty: string;
    readonly policy: (app: string) => string;
    readonly remember: string;
    readonly rememberHint: string;
    readonly allow: string;
    readonly deny: string;
    readonly signedInAs: string;
    readonly otherAccount: string;
    /** Scopes that every installation has. Custom scopes have their own descriptions. */
    readonly knownScopes: Readonly<Record<string, string>>;
  };
  readonly formPost: {
    readonly title: string;
    readonly lead: (host: string) => string;
    readonly submit: string;
  };
  readonly signOut: {
    readonly title: string;
    readonly lead: string;
    readonly asked: (app: string) => string;
    readonly submit: string;
    readonly stay: string;
    readonly doneTitle: string;
    readonly done: string;
  };
  readonly emailChange: {
    readonly title: string;
    readonly lead: (from: string, to: string) => string;
    readonly submit: string;
    readonly sent: string;
    readonly allowed: string;
    readonly doneTitle: string;
    readonly done: string;
    readonly stale: string;
  };
  readonly emailCode: {
    readonly title: string;
    readonly sent: (email: string) => string;
    readonly confirm: string;
    readonly code: string;
    readonly hint: string;
    readonly submit: string;
    readonly refused: string;
    readonly noAddress: string;
    readonly back: string;
    readonly elsewhere: string;
  };
  readonly signUp: {
    readonly title: string;
    readonly lead: (app: string) => string;
    /** `endings` are such as `@example.com, @example.org`. */
    readonly domains: (endings: string) => string;
    readonly submit: string;
    readonly haveAccount: string;
    readonly sent: (email: string) => string;
    readonly createTitle: string;
    readonly createLead: string;
    readonly name: string;
    readonly unfitName: string;
    readonly acceptTerms: string;
    readonly readTerms: string;
    readonly termsMissing: string;
    readonly create: string;
    readonly doneTitle: string;
    readonly done: string;
    readonly stale: string;
  };
  readonly password: {
    readonly forgotTitle: string;
    readonly forgotLead: string;
    readonly forgotSubmit: string;
    readonly sentTitle: string;
    readonly sent: (email: string) => string;
    readonly sentHint: string;
    readonly back: string;
    readonly setTitle: string;
    readonly setLead: string;
    readonly fresh: string;
    readonly hint: (leastChars: number) => string;
    readonly again: string;
    readonly setSubmit: string;
    readonly unfit: (leastChars: number) => string;
    readonly blockedWord: string;
    readonly breached: string;
    readonly different: string;
    readonly doneTitle: string;
    readonly done: string;
    readonly staleTitle: string;
    readonly stale: string;
  };
  readonly connections: {
    readonly or: string;
    readonly with: (provider: string) => string;
    readonly home: string;
    readonly noHome: string;
    readonly continueTitle: string;
    readonly continueLead: string;
    readonly continue: string;
    readonly linkTitle: string;
    readonly linkUpstream: (provider: string) => string;
    readonly linkLead: string;
    readonly linkSubmit: string;
    readonly linkCancel: string;
    readonly back: string;
    readonly failureTitle: Readonly<Record<UpstreamFailure, string>>;
    readonly failureAdvice: Readonly<Record<UpstreamFailure, string>>;
  };
  readonly error: {
    readonly title: Readonly<Record<Trouble, string>>;
    readonly advice: Readonly<Record<Trouble, string>>;
    readonly details: string;
    readonly reference: string;
  };
}
