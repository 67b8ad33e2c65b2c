import { type OpenApiDocument, operationsOf } from './document';

/** The titles and descriptions of the parts of the API, by controller tag. */
const TAGS: Readonly<Record<string, readonly [title: string, description: string]>> = {
  'SAML providers': ['SAML providers', 'Identity providers of tenants, whose assertions are exchanged for tokens.'],
  SCIM: ['SCIM', 'Users and groups that a tenant’s directory provisions (RFC 7643, RFC 7644), and its connections.'],
  apps: ['Apps', 'OAuth clients: their secrets, redirect URIs and scopes.'],
  audit: ['Audit log', 'The append-only log, its proofs, its retention and its destinations.'],
  auth: ['Sign-in of existing clients', 'Sign-in and token checks for existing clients of the control plane.'],
  authorize: ['Policy decisions', 'Policy decisions about the actions of callers.'],
  config: ['Tenant configuration', 'Tenant configuration, which overrides the defaults of the installation.'],
  connections: ['Identity providers', 'Identity providers with which the users of a tenant sign in.'],
  console: ['Console', 'Pages of the product for the users of a tenant.'],
  credentials: ['API keys', 'API keys of users and apps.'],
  docs: ['API description', 'This document, for people, programs and language models.'],
  entitlements: ['Plans and entitlements', 'Plans, licenses, and the usage that they allow a tenant.'],
  events: ['Events', 'Events of a tenant, as a list or a stream.'],
  files: ['Files', 'Files with versions, resumable uploads (tus) and signed URLs.'],
  flags: ['Feature flags', 'Feature flags: their definitions, their evaluation, and OFREP.'],
  groups: ['Groups', 'Groups of users, and the roles that they grant.'],
  health: ['Health', 'Health and readiness of the process.'],
  jobs: ['Jobs', 'Long-running work: submit, watch, cancel and schedule it.'],
  keys: ['Signing keys', 'The signing keys of tokens and their rotation.'],
  'managed objects': ['Managed objects', 'The objects of tenants that configurations manage (`coresdk apply`).'],
  masking: ['Data masking', 'Removes personal data and secrets from values.'],
  oauth: ['OAuth and OpenID Connect', 'The authorization server: tokens, introspection, revocation, and its metadata.'],
  pages: ['Sign-in pages', 'Pages for sign-in, consent and sign-out.'],
  policy: ['Policies', 'Rego bundles of tenants, their versions and their decisions.'],
  projects: ['Projects', 'Projects, their members and their activity.'],
  'rate limits': ['Rate limits', 'Limits on the calls of clients and keys.'],
  scopes: ['Scopes', 'The scopes that apps can have.'],
  secrets: ['Secrets', 'Encrypted values of tenants, with versions and grants.'],
  sessions: ['Sessions', 'The sessions of a signed-in user.'],
  'account rules': ['Account rules', 'The passwords, sessions and sign-ups that a tenant allows.'],
  'sign-in rules': ['Sign-in rules', 'How the users of a tenant and of its apps sign in: passkeys and second factors.'],
  skills: ['Skills', 'Tenant functions that run in a sandbox, also for agents (Model Context Protocol).'],
  tenants: ['Tenants', 'Tenants of the installation: lifecycle, export, import and erasure.'],
  'token claims': ['Token claims', 'The claims that tenants add to their tokens.'],
  'token-events': ['Token events', 'Token events, as a list or a stream.'],
  users: ['Users', 'Users of a tenant: their accounts, invitations and import.'],
  webhooks: ['Webhooks', 'Endpoints that receive events, and the state of each delivery.'],
  workflows: ['Workflows', 'Ordered steps that survive restarts: definitions, runs and triggers.'],
};

/** A part of the API in a document. `name` is the tag of its operations, and readers see `x-displayName`. */
interface TagDescription {
  readonly name: string;
  readonly 'x-displayName': string;
  readonly description: string;
}

/** Returns the tags that a document uses, in the order of their titles. Throws for a tag without a title and a description. */
export function tagsOf({ paths }: OpenApiDocument): TagDescription[] {
  const names = new Set(operationsOf(paths).flatMap(({ operation }) => operation.tags ?? []));
  const tags = [...names].map((name) => {
    const words = TAGS[name];
    if (words === undefined) throw new Error(`src/roles/openapi/tags.ts has no title and description of "${name}".`);
    return { name, 'x-displayName': words[0], description: words[1] };
  });
  return tags.sort((one, other) => one['x-displayName'].localeCompare(other['x-displayName'], 'en'));
}
