import type { CallContext } from '../../../kernel/context/call-context';

/** The progress of sealing a tenant's secrets with its current data key. */
export interface ResealProgress {
  readonly state: 'idle' | 'running' | 'failed';
  readonly keyId: string;
  /** The number of secret versions with bytes, and how many of them are still sealed with an older key. */
  readonly total: number;
  readonly remaining: number;
}

/** The progress of a master key change. */
export interface MasterKeyProgress {
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly stores: readonly { readonly name: string; readonly total: number; readonly remaining: number }[];
  readonly remaining: number;
}

/** The keys that seal the secrets. */
export abstract class SecretSealingPort {
  /**
   * Creates a new data key for the tenant, and reseals its secrets with it in the background, while they stay resolvable. Errors:
   * `unavailable`; `conflict` when the tenant has reached the maximum number of keys.
   */
  abstract rotateKey(context: CallContext): Promise<ResealProgress>;

  /** Resumes sealing with the current key after a failure. An interrupted run resumes automatically at the next start. */
  abstract reseal(context: CallContext): Promise<ResealProgress>;

  abstract keyProgress(context: CallContext): Promise<ResealProgress>;

  /** In the background, reseals everything that former master keys sealed, with the current master key. For platform administrators. */
  abstract rewrap(context: CallContext): Promise<MasterKeyProgress>;

  abstract rewrapProgress(context: CallContext): Promise<MasterKeyProgress>;
}
