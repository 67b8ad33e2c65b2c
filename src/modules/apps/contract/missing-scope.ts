import type { Actor } from '../../../kernel/context/call-context';
import type { ClientsPort } from './clients.port';
import { isReserved } from './platform-scopes';

/** Scopes that need no quotes in a shell. */
const PLAIN_SCOPE = /^\w[\w.:/-]{0,127}$/;

/** A verified caller or a stored principal whose credential lacks a scope. */
export interface ScopedCaller {
  /** `null` for a caller without an app. */
  readonly appId: string | null;
  readonly actor: Pick<Actor, 'type'>;
  /** The API key (`crd-…`) that was used. */
  readonly credentialId?: string | null | undefined;
}

/**
 * Returns the message of a denial for a missing scope. It says whether the app declares the scope, and how to get it: with a new key, in
 * the token request, or with the command that declares it for the app. If the app is unknown or cannot be read now, the message contains
 * only the scope.
 * @param subject the subject of the message: stored work runs with the scopes that its submitter had.
 */
export async function missingScopeMessage(
  scope: string,
  caller: ScopedCaller,
  clients: Pick<ClientsPort, 'find'>,
  subject: 'call' | 'work' = 'call',
): Promise<string> {
  return `This ${subject} needs the scope "${scope}". ${await remedyOf(scope, caller, clients, subject)}`.trimEnd();
}

/**
 * Returns how to declare a scope for an app: the command, ready to paste. Empty if no command can add the scope, or if its name has
 * characters that a shell interprets.
 */
export function addScopeHint(scope: string, appId: string): string {
  if (scope === 'platform.admin' || !PLAIN_SCOPE.test(scope)) return '';
  const who = isReserved(scope) ? 'Only an administrator can add it' : 'To add it';
  return `${who}: npx coresdk apps add-scope ${appId} ${scope}`;
}

async function remedyOf(
  scope: string,
  { appId, actor, credentialId }: ScopedCaller,
  clients: Pick<ClientsPort, 'find'>,
  subject: 'call' | 'work',
): Promise<string> {
  // Only the bootstrap and the command line of the installation grant it.
  if (appId === null || scope === 'platform.admin') return '';
  // A denial does not depend on this information.
  const client = await clients.find(appId).catch(() => null);
  if (client === null) return '';
  if (!client.declaredScopes.includes(scope)) {
    return `The app ${appId} does not declare it. ${addScopeHint(scope, appId)}`.trimEnd();
  }
  const declared = `The app ${appId} declares it`;
  if (typeof credentialId === 'string') return `${declared}: create an API key with this scope.`;
  const step = subject === 'call' ? `request it with the token (scope=${scope})` : 'submit it with a token that has it';
  const role = actor.type === 'user' ? " The user's role must also allow it." : '';
  return `${declared}: ${step}.${role}`;
}
