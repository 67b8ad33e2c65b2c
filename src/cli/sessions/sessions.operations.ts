import type { Operation } from '../operations/operation';

const read = ['sessions.read'];
const write = ['sessions.write'];

/** `coresdk sessions …` and `coresdk grants …`: where the signed-in user is signed in, and the apps that act for this user. */
export const sessionsOperations: readonly Operation[] = [
  {
    name: 'sessions list',
    summary: 'List your active sessions, newest first',
    call: 'GET /v1/sessions',
    scopes: read,
    list: 'whole',
    columns: ['id', 'createdAt', 'lastSeenAt', 'expiresAt', 'ip', 'userAgent'],
    examples: ['sessions list'],
  },
  {
    name: 'sessions end',
    summary: 'End one of your sessions',
    call: 'DELETE /v1/sessions/{id}',
    scopes: write,
    columns: [],
    danger: 'End the session {id}?',
    done: '{id} is ended.',
    examples: ['sessions end ses-01j… --yes'],
  },
  {
    name: 'sessions end-all',
    summary: 'End all your sessions',
    call: 'DELETE /v1/sessions',
    scopes: write,
    columns: [],
    danger: 'End all your sessions?',
    done: 'All sessions are ended.',
    examples: ['sessions end-all --yes'],
  },
  {
    name: 'grants list',
    summary: 'List the apps that you allowed to act for you',
    call: 'GET /v1/oauth/me/grants',
    scopes: [],
    list: 'whole',
    columns: ['id', 'client_id', 'client_name', 'scopes', 'created_at', 'last_used_at'],
    examples: ['grants list'],
  },
  {
    name: 'grants revoke',
    summary: 'Revoke your permission for an app, and all its tokens',
    call: 'DELETE /v1/oauth/me/grants/{id}',
    scopes: [],
    columns: [],
    danger: 'Revoke {id} and all tokens of the app for you?',
    done: '{id} is revoked.',
    examples: ['grants revoke grt-01j… --yes'],
  },
];
