import { BelongingRegistry } from '../../../kernel/deletions/belonging';

/**
 * A registry in which modules of this process describe what happens to their data of a user, for the answer to a deletion.
 * Modules do further work when the change feed publishes the deletion (`USER_DELETIONS_TOPIC`).
 */
export abstract class UserBelongingsPort extends BelongingRegistry {}
