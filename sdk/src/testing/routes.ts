import type { File, NewAuditEvent, SecretRef } from '../generated/schemas.js';
import { type Answer, eventStream, failure, type MemoryRequest } from './exchange.js';
import { type MemoryStore, runSkill } from './store.js';

interface Asked {
  readonly request: MemoryRequest;
  /** The segments of the path. */
  readonly parts: readonly string[];
  readonly store: MemoryStore;
  readonly isAllowed: (action: string, resource: string) => boolean;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** The action that must be allowed; empty if the route does not require one. */
  readonly action: string;
  readonly answer: (asked: Asked) => Answer | Promise<Answer>;
}

const ok = (json: unknown, status = 200): Answer => ({ status, json });
const missing = (what: string): Answer => failure(404, 'not_found', `There is no such ${what}.`);

/** The routes that the test double supports. */
export const ROUTES: readonly Route[] = [
  { method: 'POST', path: /^\/v1\/authorize$/, action: '', answer: decide },
  { method: 'POST', path: /^\/v1\/oauth\/introspect$/, action: '', answer: introspect },
  { method: 'POST', path: /^\/v1\/oauth\/revoke$/, action: '', answer: revoke },
  { method: 'POST', path: /^\/v1\/audit$/, action: 'audit.event.create', answer: appendEvent },
  { method: 'POST', path: /^\/v1\/flags\/evaluate$/, action: 'flag.evaluation.get', answer: evaluateFlag },
  { method: 'POST', path: /^\/v1\/secrets\/resolve$/, action: 'secret.resolve', answer: resolveSecrets },
  { method: 'POST', path: /^\/v1\/skills\/([^/]+)\/run$/, action: 'skill.run', answer: startSkill },
  { method: 'GET', path: /^\/v1\/jobs\/([^/]+)$/, action: 'job.get', answer: getJob },
  { method: 'GET', path: /^\/v1\/jobs\/([^/]+)\/events$/, action: 'job.events.get', answer: watchJob },
  { method: 'PUT', path: /^\/v1\/files\/(private|user|shared)\/(.+)$/, action: 'file.put', answer: putFile },
  { method: 'GET', path: /^\/v1\/files\/(private|user|shared)\/(.+)$/, action: 'file.get', answer: getFile },
  { method: 'DELETE', path: /^\/v1\/files\/(private|user|shared)\/(.+)$/, action: 'file.delete', answer: deleteFile },
  { method: 'GET', path: /^\/v1\/files$/, action: 'file.list', answer: listFiles },
];

function decide({ request, store, isAllowed }: Asked): Answer {
  const { token, action, resource } = request.body;
  const claims = typeof token === 'string' ? store.tokens.get(token) : {};
  if (!claims) return ok({ allowed: false, claims: {}, reason: 'token_malformed' });
  const allowed = isAllowed(String(action), String(resource));
  return ok(allowed ? { allowed, claims, reason: '' } : { allowed, claims: {}, reason: 'denied' });
}

function introspect({ request, store }: Asked): Answer {
  const claims = store.tokens.get(String(request.body['token']));
  return ok(claims ? { token_type: 'Bearer', ...claims, active: true } : { active: false });
}

function revoke({ request, store }: Asked): Answer {
  store.tokens.delete(String(request.body['token']));
  return { status: 200 };
}

function appendEvent({ request, store }: Asked): Answer {
  store.auditEvents.push(request.body as unknown as NewAuditEvent);
  const sequenceId = store.auditEvents.length - 1;
  return ok({ id: store.newId('aud'), sequenceId, previousHash: '', recordHash: '' }, 201);
}

function evaluateFlag({ request, store }: Asked): Answer {
  const { key, defaultValue = null } = request.body;
  const isKnown = store.flags.has(String(key));
  const value = isKnown ? store.flags.get(String(key)) : defaultValue;
  const enabled = isKnown && value !== false && value !== 0 && value !== '' && value !== null;
  const shown = { key, enabled, value, variant: null, errorMessage: '', metadata: {}, snapshotId: 'memory' };
  const [reason, errorCode] = isKnown ? ['STATIC', null] : ['ERROR', 'FLAG_NOT_FOUND'];
  return ok({ ...shown, reason, errorCode });
}

function resolveSecrets({ request, store }: Asked): Answer {
  const refs = (request.body['refs'] ?? []) as readonly SecretRef[];
  const known = refs.filter(({ name }) => store.secrets.has(name));
  const unknown = refs.filter(({ name }) => !store.secrets.has(name));
  const resolved = known.map((ref) => {
    const { name } = ref;
    return { name, value: store.secrets.get(name), encoding: 'utf8', version: '1', bundle: null, ref };
  });
  const words = { bundle: null, code: 'not_found', message: 'The secret does not exist.' };
  return ok({ resolved, unresolved: unknown.map(({ name }) => ({ name, ...words })) });
}

async function startSkill({ request, parts: [name = ''], store }: Asked): Promise<Answer> {
  if (!store.skills.has(name)) return missing('skill');
  const job = await runSkill(store, name, request.body['input']);
  const { id, type, status, progress, stage, output, error, createdAt, startedAt, completedAt } = job;
  const run = { id, type, skill: name, version: `${name}:1`, status, progress, stage, output, error };
  return ok({ ...run, createdAt, startedAt, completedAt });
}

function getJob({ parts: [id = ''], store }: Asked): Answer {
  const found = store.jobs.get(id);
  return found ? ok(found.job) : missing('job');
}

function watchJob({ request, parts: [id = ''], store }: Asked): Answer {
  const after = Number(request.headers.get('last-event-id') ?? 0);
  const found = store.jobs.get(id);
  if (!found) return missing('job');
  const rest = found.events.filter(({ seq }) => seq > after);
  return eventStream(rest.map((data) => ({ id: String(data.seq), event: data.type, data })));
}

async function putFile({ request, parts: [tier = '', key = ''], store }: Asked): Promise<Answer> {
  const before = store.files.get(`${tier}/${key}`);
  if (before && request.headers.get('if-none-match') === '*') {
    return failure(412, 'precondition_failed', 'The file already exists.');
  }
  const { bytes } = request;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const checksum = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const at = new Date().toISOString();
  const file = {
    ...{ id: before?.file.id ?? store.newId('fil'), key, tier, uri: `cpod://memory/${tier}/${key}`, projectId: null },
    ...{ size: bytes.length, contentType: request.headers.get('content-type'), checksum, etag: `"${checksum}"` },
    ...{ version: (before?.file.version ?? 0) + 1, createdAt: before?.file.createdAt ?? at, createdBy: 'memory' },
    ...{ updatedAt: at, updatedBy: 'memory' },
  } as File;
  store.files.set(`${tier}/${key}`, { file, bytes });
  return ok(file, before ? 200 : 201);
}

function getFile({ parts, store }: Asked): Answer {
  const found = store.files.get(parts.join('/'));
  if (!found) return missing('file');
  const { contentType, etag, version } = found.file;
  const headers = { 'content-type': contentType, etag, 'x-file-version': String(version) };
  return { status: 200, bytes: found.bytes, headers: { ...headers, 'content-length': String(found.bytes.length) } };
}

function deleteFile({ parts, store }: Asked): Answer {
  return store.files.delete(parts.join('/')) ? { status: 204 } : missing('file');
}

function listFiles({ request, store }: Asked): Answer {
  const [tier, prefix] = [request.query.get('tier'), request.query.get('prefix') ?? ''];
  const files = [...store.files.values()].map(({ file }) => file);
  const items = files.filter((file) => (tier === null || file.tier === tier) && file.key.startsWith(prefix));
  return ok({ items, prefixes: [], nextCursor: null });
}
