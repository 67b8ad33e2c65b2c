import { type OpenApiDocument, operationsOf } from './document';

/** Descriptions of the parts of the API, by controller tag. */
const TAGS: Readonly<Record<string, string>> = {
  'SAML providers': 'Identity providers of tenants, whose assertions are exchanged for tokens.',
  SCIM: 'Users and groups that a tenant’s directory provisions (RFC 7643, RFC 7644), and its connections.',
  apps: 'OAuth clients: their secrets, redirect URIs and scopes.',
  audit: 'The append-only log, its proofs, its retention and its destinations.',
  auth: 'Sign-in and token checks for existing clients of the control plane.',
  authorize: 'Policy decisions about the actions of callers.',
  config: 'Tenant configuration, which overrides the defaults of the installation.',
  console: 'Pages of the product for the users of a tenant.',
  credentials: 'API keys of users and apps.',
  docs: 'This document, for people, programs and language models.',
  entitlements: 'Plans, licenses, and the usage that they allow a tenant.',
  events: 'Events of a tenant, as a list or a stream.',
  files: 'Files with versions, resumable uploads (tus) and signed URLs.',
  flags: 'Feature flags: their definitions, their evaluation, and OFREP.',
  groups: 'Groups of users, and the roles that they grant.',
  health: 'Health and readiness of the process.',
  jobs: 'Long-running work: submit, watch, cancel and schedule it.',
  keys: 'The signing keys of tokens and their rotation.',
  'managed objects': 'The objects of tenants that configurations manage (`coresdk apply`).',
  masking: 'Removes personal data and secrets from values.',
  oauth: 'The authorization server: tokens, introspection, revocation, and its metadata.',
  pages: 'Pages for sign-in, consent and sign-out.',
  policy: 'Rego bundles of tenants, their versions and their decisions.',
  projects: 'Projects, their members and their activity.',
  'rate limits': 'Limits on the calls of clients and keys.',
  scopes: 'The scopes that apps can have.',
  secrets: 'Encrypted values of tenants, with versions and grants.',
  sessions: 'The sessions of a signed-in user.',
  'sign-in rules': 'How the users of a tenant and of its apps sign in: passkeys and second factors.',
  skills: 'Tenant functions that run in a sandbox, also for agents (Model Context Protocol).',
  tenants: 'Tenants of the installation: lifecycle, export, import and erasure.',
  'token-events': 'Token events, as a list or a stream.',
  users: 'Users of a tenant: their accounts, invitations and import.',
  webhooks: 'Endpoints that receive events, and the state of each delivery.',
  workflows: 'Ordered steps that survive restarts: definitions, runs and triggers.',
};

/** Returns the tags that a document uses, in order, with their descriptions. Throws for a tag without a description. */
export function tagsOf({ paths }: OpenApiDocument): { readonly name: string; readonly description: string }[] {
  const names = [...new Set(operationsOf(paths).flatMap(({ operation }) => operation.tags ?? []))].sort();
  return names.map((name) => {
    const description = TAGS[name];
    if (description === undefined) throw new Error(`src/roles/openapi/tags.ts has no description of "${name}".`);
    return { name, description };
  });
}
