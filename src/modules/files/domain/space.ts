import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import type { Tier } from '../contract/files.types';

/** The facts of a caller that decide on their spaces. */
type SpaceCaller = Pick<CallContext, 'actor' | 'appId' | 'token'>;

/** One space of names in a tenant. */
export interface Space {
  readonly tier: Tier;
  /** Id of the user, or of the app (`<app>/<user>` for a user's own there); empty for what the tenant shares. */
  readonly owner: string;
}

/**
 * Returns the space that a tier means for a caller; it comes from the verified token alone. `private` is the app's own for
 * the app itself, and one of their own for each user of the app, which their agents share.
 * Errors: `forbidden` for `user` without a user, and for `private` without an app.
 */
export function spaceOf({ actor, appId, token }: SpaceCaller, tier: Tier): Space {
  if (tier === 'shared') return { tier, owner: '' };
  if (tier === 'private') {
    if (appId === null) throw new AppError('forbidden', 'The tier "private" is for apps, and this call has none.');
    const userId = token?.userId ?? (actor.type === 'user' ? actor.id : null);
    return { tier, owner: userId === null ? appId : `${appId}/${userId}` };
  }
  if (actor.type !== 'user') {
    throw new AppError('forbidden', 'The tier "user" is for signed-in users; this token is an app’s own.');
  }
  return { tier, owner: actor.id };
}

/** Who makes an upload: nobody else sees it. */
export function callerOf({ actor, appId }: Pick<CallContext, 'actor' | 'appId'>): string {
  return JSON.stringify([actor.type, actor.id, appId]);
}
