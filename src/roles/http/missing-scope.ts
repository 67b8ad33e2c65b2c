import type { CallContext } from '../../kernel/context/call-context';
import type { AppError } from '../../kernel/errors/app-error';
import { insufficientScope } from '../../kernel/http/callers/bearer-challenge';
import type { AppAccessPort } from '../../modules/apps/contract/app-access.port';
import { isReserved } from '../../modules/apps/contract/platform-scopes';

/**
 * Returns the error for a verified caller whose token lacks a scope. It says how to get the scope: with a new key, in the token request, or
 * by declaring it for the app first.
 */
export async function missingScope(scope: string, context: CallContext, apps: AppAccessPort): Promise<AppError> {
  return insufficientScope(scope, { remedy: await remedyOf(scope, context, apps) });
}

async function remedyOf(
  scope: string,
  { appId, actor, credentialId }: CallContext,
  apps: AppAccessPort,
): Promise<string> {
  // Only the bootstrap and the command line of the installation grant it.
  if (appId === null || scope === 'platform.admin') return '';
  // The refusal itself must not wait for this information.
  const app = await apps.find(appId).catch(() => null);
  if (app === null) return '';
  if (!app.declaredScopes.includes(scope)) {
    const who = isReserved(scope) ? 'Only an administrator can add it' : 'To add it';
    return `The app ${appId} does not declare it. ${who}: npx coresdk apps add-scope ${appId} ${scope}`;
  }
  const declared = `The app ${appId} declares it`;
  if (credentialId !== undefined) return `${declared}: create an API key with this scope.`;
  const role = actor.type === 'user' ? " The user's role must also allow it." : '';
  return `${declared}: request it with the token (scope=${scope}).${role}`;
}
