import { BelongingRegistry } from '../../../kernel/deletions/belonging';

/**
 * The registry in which modules in this process describe the effect of an app's deletion on their data, for the response to that deletion.
 */
export abstract class AppBelongingsPort extends BelongingRegistry {}
