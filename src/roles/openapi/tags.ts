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
  console: 'Pages of the product for the people of a tenant.',
  credentials: 'API keys of people and apps.',
  docs: 'This document, for people, programs and language models.',
  entitlements: 'Plans, licenses, and what a tenant may use of each.',
  events: 'What happened in a tenant, as a list or a stream.',
  files: 'Files with versions, resumable uploads (tus) and signed URLs.',
  flags: 'Feature flags: their definitions, their evaluation, and OFREP.',
  groups: 'Groups of people, and the roles that groups give.',
  health: 'Whether the process answers, and whether it is ready.',
  jobs: 'Long work: handed in, watched, cancelled, and on schedules.',
  keys: 'The signing keys of tokens and their rotation.',
  masking: 'Takes personal data and secrets out of values.',
  oauth: 'The authorization server: tokens, introspection, revocation, and its metadata.',
  pages: 'What browsers see of signing in, of consent, and of signing out.',
  policy: 'Bundles of Rego by which a tenant decides, their versions and their decisions.',
  projects: 'Projects, their members and their activity.',
  'rate limits': 'How often the clients and keys of a tenant may call.',
  scopes: 'The scopes that apps can be given.',
  secrets: 'Values of tenants, sealed, with versions, and who may have them.',
  sessions: 'Where a person is signed in.',
  skills: 'Functions of tenants, run in a sandbox, also for agents (Model Context Protocol).',
  tenants: 'Who shares the installation: their life, their export, import and erasure.',
  'token-events': 'What happened to tokens, as a list or a stream.',
  users: 'People of a tenant: their accounts, invitations and import.',
  webhooks: 'Where events are sent, and what became of each delivery.',
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
