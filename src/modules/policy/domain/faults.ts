import type { BundleFault } from '../contract/policy-bundles.types';

/**
 * The maximum number of faults per response: enough for an author to work through, but so few that an attacker's bundle cannot cause a huge
 * response.
 */
const MAX_FAULTS = 50;

export type FaultCode =
  | 'test_failed'
  | 'manifest_invalid'
  | 'data_invalid'
  | 'signature_invalid'
  | 'limit_exceeded'
  | 'path_invalid'
  | 'archive_invalid'
  | 'encoding_invalid'
  | 'reserved_package'
  | 'outside_roots'
  | 'rego_parse_error';

/** The location of a fault. Rows and columns count from 1; `null` if the fault concerns the whole file. */
export interface FaultPlace {
  readonly row?: number | null;
  readonly col?: number | null;
}

/** Collects the faults of a bundle, so that one response reports all of them. */
export class Faults {
  private readonly found: BundleFault[] = [];

  /** @param file empty for the bundle as a whole. */
  add(code: FaultCode, file: string, message: string, { row = null, col = null }: FaultPlace = {}): void {
    this.push({ file, row, col, code, message });
  }

  push(fault: BundleFault): void {
    if (this.found.length < MAX_FAULTS) this.found.push(fault);
  }

  get any(): boolean {
    return this.found.length > 0;
  }

  /** Returns the faults in the order of discovery, at most 50. */
  get list(): readonly BundleFault[] {
    return this.found;
  }
}
