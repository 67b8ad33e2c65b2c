import type { Operation } from '../operations/operation';

/** `coresdk whoami` */
export const whoami: Operation = {
  name: 'whoami',
  summary: 'Show the person who is signed in',
  call: 'GET /v1/users/me',
  scopes: ['users.read'],
  columns: ['id', 'email', 'displayName', 'role', 'status'],
  examples: ['whoami', 'whoami --context acme --only email'],
};
