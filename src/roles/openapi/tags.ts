import { type OpenApiDocument, operationsOf } from './document';

/** Descriptions of the parts of the API, by the tags of the controllers. */
const TAGS: Readonly<Record<string, string>> = {
  'SAML providers': 'Identity providers of tenants, whose assertions are exchanged for tokens.',
  SCIM: 'Users and groups as a tenant’s directory provisions them (RFC 7643, RFC 7644), and its connections.',
  apps: 'OAuth clients: their secrets, redirect URIs and scopes.',
  audit: 'The append-only log, its proofs, its retention, and where it is sent.',
  auth: 'Signing in and judging tokens, as existing clients of the control plane do.',
  authorize: 'Decisions of the policy about what a caller may do.',
  config: 'Configuration of tenants, over the defaults of the installation.',
  console: 'Pages of the product for the users of a tenant.',
  credentials: 'API keys of people and apps.',
  docs: 'This document, for people, programs and language models.',
  entitlements: 'Plans, licenses, and the usage that they allow a tenant.',
  events: 'Events of a tenant, as a list or a stream.',
  files: 'Files with versions, resumable uploads (tus) and signed URLs.',
  flags: 'Feature flags: their definitions, their evaluation, and OFREP.',
  groups: 'Groups of people, and the roles that groups give.',
  health: 'Health and readiness of the process.',
  jobs: 'Long-running work: submit, watch, cancel and schedule it.',
  keys: 'The signing keys of tokens and their rotation.',
  masking: 'Removes personal data and secrets from values.',
  oauth: 'The authorization server: tokens, introspection, revocation, and its metadata.',
  pages: 'Pages for sign-in, consent and sign-out.',
  policy: 'Bundles of Rego by which a tenant decides, their versions and their decisions.',
  projects: 'Projects, their members and their activity.',
  'rate limits': 'How often the clients and keys of a tenant may call.',
  scopes: 'The scopes that apps can have.',
  secrets: 'Encrypted values of tenants, with versions and grants.',
  sessions: 'The sessions of a signed-in user.',
  skills: 'Functions of tenants, run in a sandbox, also for agents (Model Context Protocol).',
  tenants: 'Tenants of the installation: lifecycle, export, import and erasure.',
  'token-events': 'Events of tokens, as a list or a stream.',
  users: 'People of a tenant: their accounts, invitations and import.',
  webhooks: 'Endpoints that receive events, and the state of each delivery.',
  workflows: 'Steps in an order that survives restarts: definitions, runs and triggers.',
};

/** Returns the tags that a document uses, in order, with their descriptions. Throws for a tag without one. */
export function tagsOf({ paths }: OpenApiDocument): { readonly name: string; readonly description: string }[] {
  const names = [...new Set(operationsOf(paths).flatMap(({ operation }) => operation.tags ?? []))].sort();
  return names.map((name) => {
    const description = TAGS[name];
    if (description === undefined) throw new Error(`src/roles/openapi/tags.ts does not say what "${name}" is.`);
    return { name, description };
  });
}
