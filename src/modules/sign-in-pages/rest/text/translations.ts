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
    readonly refused: string;
    readonly throttled: (wait: string) => string;
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
    readonly hint: string;
    readonly again: string;
    readonly setSubmit: string;
    readonly unfit: string;
    readonly different: string;
    readonly doneTitle: string;
    readonly done: string;
    readonly staleTitle: string;
    readonly stale: string;
  };
  readonly error: {
    readonly title: Readonly<Record<Trouble, string>>;
    readonly advice: Readonly<Record<Trouble, string>>;
    readonly details: string;
    readonly reference: string;
  };
}
