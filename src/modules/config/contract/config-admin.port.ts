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
 * Manages the configuration of the context's tenant, or the defaults of the installation if the context has no tenant. A change creates a
 * new version of the entire configuration. Its audit event lists the changed keys. The same transaction notifies every process.
 * Errors of all writes: `invalid_request` with a field error for each key or value that is invalid or looks like a secret,
 * `payload_too_large`, `precondition_failed`.
 */
export abstract class ConfigAdminPort {
  abstract get(context: CallContext): Promise<ConfigDocument>;

  /** Returns a value as applications read it, with the version of the configuration. Errors: `not_found`. */
  abstract entry(context: CallContext, key: string): Promise<{ readonly entry: ConfigEntry; readonly version: number }>;

  /** Replaces all values. */
  abstract replace(
    context: CallContext,
    values: Readonly<Record<string, string>>,
    condition: Condition,
  ): Promise<ConfigDocument>;

  /** Sets and removes some values. Does not create a version if nothing changes. */
  abstract change(context: CallContext, values: ConfigPatch['values'], condition: Condition): Promise<ConfigDocument>;

  /** Sets one value. */
  abstract set(context: CallContext, key: string, value: string, condition: Condition): Promise<ConfigDocument>;

  /** Removes one key. Errors: `not_found` if the key is not set in this configuration. */
  abstract remove(context: CallContext, key: string, condition: Condition): Promise<void>;

  /** Lists the stored versions, newest first. Errors: `invalid_request` for an invalid cursor. */
  abstract versions(context: CallContext, query: PageQuery): Promise<Page<ConfigVersion>>;

  /** Errors: `not_found`. */
  abstract version(context: CallContext, version: number): Promise<ConfigVersionDocument>;

  /** Restores an earlier version as a new version. Errors: `not_found`. */
  abstract revert(context: CallContext, version: number, condition: Condition): Promise<ConfigDocument>;
}
