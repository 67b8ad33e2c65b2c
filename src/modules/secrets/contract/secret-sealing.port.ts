import type { CallContext } from '../../../kernel/context/call-context';

/** How far the secrets of a tenant are sealed by its current data key. */
export interface ResealProgress {
  readonly state: 'idle' | 'running' | 'failed';
  readonly keyId: string;
  /** Versions of secrets that have bytes, and those of them that an older key has sealed. */
  readonly total: number;
  readonly remaining: number;
}

/** How far a change of the master key is. */
export interface MasterKeyProgress {
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly stores: readonly { readonly name: string; readonly total: number; readonly remaining: number }[];
  readonly remaining: number;
}

/** The keys behind the secrets. */
export abstract class SecretSealingPort {
  /**
   * A new data key for the tenant; its secrets are sealed by it in the background, while they are resolved.
   * Errors: `unavailable`; `conflict` when the tenant has had too many.
   */
  abstract rotateKey(context: CallContext): Promise<ResealProgress>;

  /** Goes on with sealing by the current key, if that failed. What was interrupted goes on at the next start by itself. */
  abstract reseal(context: CallContext): Promise<ResealProgress>;

  abstract keyProgress(context: CallContext): Promise<ResealProgress>;

  /** Seals by the current master key whatever a former one has sealed, in the background. For platform administrators. */
  abstract rewrap(context: CallContext): Promise<MasterKeyProgress>;

  abstract rewrapProgress(context: CallContext): Promise<MasterKeyProgress>;
}
