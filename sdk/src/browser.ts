export { BrowserSession } from './browser/session.js';
export type { BrowserSessionOptions, SignInOptions } from './browser/session.js';
export type { BrowserPage, PageChannel, PageLocation, PageLocks, PageStorage } from './browser/page.js';
export type { SessionState } from './browser/session-state.js';
