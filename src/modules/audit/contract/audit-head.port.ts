import type { CallContext } from '../../../kernel/context/call-context';

/** How far the log of the call's tenant is. */
export abstract class AuditHeadPort {
  /** Sequence of the newest record; -1 when there is none. Errors: `unavailable`. */
  abstract end(context: CallContext): Promise<number>;
}
