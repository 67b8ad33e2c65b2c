import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import type { Tier } from '../contract/files.types';

/** The facts about a caller that determine the caller's spaces. */
type SpaceCaller = Pick<CallContext, 'actor' | 'appId' | 'token'>;

/** One namespace in a tenant. */
export interface Space {
  readonly tier: Tier;
  /** Id of the user, or of the app (`<app>/<user>` for a user's own files there); empty for files that the tenant shares. */
  readonly owner: string;
}

/**
 * Returns the space of a tier for a caller, derived only from the verified token. For the app itself, `private` is the app's space. For
 * users, it is a separate space for each user of the app, which their agents share. Errors: `forbidden` for `user` without a user, and for
 * `private` without an app.
 */
export function spaceOf({ actor, appId, token }: SpaceCaller, tier: Tier): Space {
  if (tier === 'shared') return { tier, owner: '' };
  if (tier === 'private') {
    if (appId === null) throw new AppError('forbidden', 'The tier "private" is for apps, but this call has no app.');
    const userId = token?.userId ?? (actor.type === 'user' ? actor.id : null);
    return { tier, owner: userId === null ? appId : `${appId}/${userId}` };
  }
  if (actor.type !== 'user') {
    throw new AppError('forbidden', 'The tier "user" is for signed-in users; this token belongs to an app.');
  }
  return { tier, owner: actor.id };
}

/** Returns the owner of an upload; no other caller can see the upload. */
export function callerOf({ actor, appId }: Pick<CallContext, 'actor' | 'appId'>): string {
  return JSON.stringify([actor.type, actor.id, appId]);
}
