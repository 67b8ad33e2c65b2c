import { BelongingRegistry } from '../../../kernel/deletions/belonging';

/** The registry in which modules of this process say what becomes of what they keep of an app, for the answer to its deletion. */
export abstract class AppBelongingsPort extends BelongingRegistry {}
