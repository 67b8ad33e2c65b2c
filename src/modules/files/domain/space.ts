import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import type { Tier } from '../contract/files.types';

/** One space of names in a tenant. */
export interface Space {
  readonly tier: Tier;
  /** Id of the app or of the user; empty for what the tenant shares. */
  readonly owner: string;
}

/**
 * The space that a tier means for a caller; it comes from the verified token alone.
 * Errors: `forbidden` for `user` without a user, and for `private` without an app.
 */
export function spaceOf({ actor, appId }: Pick<CallContext, 'actor' | 'appId'>, tier: Tier): Space {
  if (tier === 'shared') return { tier, owner: '' };
  if (tier === 'private') {
    if (appId === null) throw new AppError('forbidden', 'The tier "private" is for apps, and this call has none.');
    return { tier, owner: appId };
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
