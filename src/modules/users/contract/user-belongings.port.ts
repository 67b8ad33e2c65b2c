import { BelongingRegistry } from '../../../kernel/deletions/belonging';

/**
 * Where modules of this process say what becomes of what they keep of a user, for the answer to a deletion. What must be
 * done besides, they do when the change feed tells of it (`USER_DELETIONS_TOPIC`).
 */
export abstract class UserBelongingsPort extends BelongingRegistry {}
