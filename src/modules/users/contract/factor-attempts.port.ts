/** An attempt to enter a one-time code. */
export interface FactorAttempt {
  readonly tenantId: string;
  readonly userId: string;
  readonly ip: string;
}

/**
 * Throttles guessing of one-time codes, by account and by account and address, across all processes. An attempt counts as a failure before
 * it is evaluated, so that of many concurrent attempts only as many are evaluated as are allowed to fail.
 */
export abstract class FactorAttemptsPort {
  /** Counts an attempt. @returns the number of seconds to wait, in which case the attempt must not be evaluated; 0 otherwise. */
  abstract begin(attempt: FactorAttempt): Promise<number>;

  /** Clears the failures of the account and of this address for it, after a correct code. */
  abstract succeeded(attempt: FactorAttempt): Promise<void>;
}
