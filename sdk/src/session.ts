export { createSessions, Sessions } from './session/sessions.js';
export type { Resumed } from './session/sessions.js';
export type { SessionOptions } from './session/options.js';
export type { Session } from './session/session.js';
