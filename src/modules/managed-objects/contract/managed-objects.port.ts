import type { CallContext } from '../../../kernel/context/call-context';
import type { Page } from '../../../kernel/lists/page';
import type {
  ManagedObject,
  ManagedObjectQuery,
  MarkedObjects,
  ObjectMarking,
  ObjectRelease,
} from './managed-objects.types';

/** The marks of objects that configurations manage, which decide what a configuration can delete. A mark gives no rights. */
export abstract class ManagedObjectsPort {
  abstract list(context: CallContext, query: ManagedObjectQuery): Promise<Page<ManagedObject>>;

  /**
   * Marks all objects or none. Errors: `conflict` if another configuration manages one of them, unless it is taken over, and if the tenant
   * would have too many marks.
   */
  abstract mark(context: CallContext, marking: ObjectMarking): Promise<MarkedObjects>;

  /** Removes marks of a configuration. Objects that it does not manage are ignored. */
  abstract release(context: CallContext, release: ObjectRelease): Promise<MarkedObjects>;
}
