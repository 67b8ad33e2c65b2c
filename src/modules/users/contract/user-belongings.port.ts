import { BelongingRegistry } from '../../../kernel/deletions/belonging';

/**
 * A registry in which modules in this process describe the effect of a user's deletion on their data, for the response to that deletion.
 * The modules do further work when the change feed publishes the deletion (`USER_DELETIONS_TOPIC`).
 */
export abstract class UserBelongingsPort extends BelongingRegistry {}
