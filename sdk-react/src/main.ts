export { BrowserSession, type BrowserSessionOptions, type SessionState, type SignInOptions } from '@cpod/sdk/browser';
export { CpodProvider, type CpodProviderProps } from './provider.js';
export { RequireAuth, type RequireAuthProps } from './require-auth.js';
export { type Auth, useAuth, useUser } from './use-auth.js';
