import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type {
  ConfigDocument,
  ConfigEntry,
  ConfigPatch,
  ConfigVersion,
  ConfigVersionDocument,
} from './config-admin.types';

/**
 * Configurations: of the context's tenant, or with a context without a tenant the defaults of the installation. A change is
 * a new version of the whole, audited by its keys, and told to every process in the same transaction.
 * Errors of all writes: `invalid_request` with a field error for each key or value that does not fit or looks like a secret,
 * `payload_too_large`, `precondition_failed`.
 */
export abstract class ConfigAdminPort {
  abstract get(context: CallContext): Promise<ConfigDocument>;

  /** A value as applications read it, with the version of the whole. Errors: `not_found`. */
  abstract entry(context: CallContext, key: string): Promise<{ readonly entry: ConfigEntry; readonly version: number }>;

  /** Replaces all values. */
  abstract replace(
    context: CallContext,
    values: Readonly<Record<string, string>>,
    condition: Condition,
  ): Promise<ConfigDocument>;

  /** Sets and takes away some; what is set already makes no version. */
  abstract change(context: CallContext, values: ConfigPatch['values'], condition: Condition): Promise<ConfigDocument>;

  /** Sets one value. */
  abstract set(context: CallContext, key: string, value: string, condition: Condition): Promise<ConfigDocument>;

  /** Takes one key away. Errors: `not_found` when it is not set here. */
  abstract remove(context: CallContext, key: string, condition: Condition): Promise<void>;

  /** The kept versions, newest first. Errors: `invalid_request` for a cursor that is none. */
  abstract versions(context: CallContext, query: PageQuery): Promise<Page<ConfigVersion>>;

  /** Errors: `not_found`. */
  abstract version(context: CallContext, version: number): Promise<ConfigVersionDocument>;

  /** Brings an earlier version back as a new one. Errors: `not_found`. */
  abstract revert(context: CallContext, version: number, condition: Condition): Promise<ConfigDocument>;
}
