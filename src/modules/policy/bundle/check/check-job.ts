import type { BundleFault, LoggedDecision, PolicyKey } from '../../contract/policy-bundles.types';
import type { PolicyExplanation } from '../../contract/policy.types';
import type { SentBundle } from '../unpack-upload';

/** A job that compiles a bundle with the base policy and runs its tests. */
export interface CheckBundleJob {
  readonly kind: 'check';
  readonly bundle: SentBundle;
  /** The tenant's keys, which verify the bundle's signature. */
  readonly keys: readonly PolicyKey[];
  /** The folders of the base policy, in order: packages in a later folder replace those in an earlier folder. */
  readonly baseFolders: readonly string[];
}

/** A bundle that passed all checks and can be served. */
export interface CheckedBundle {
  /** The canonical archive, which is stored, digested and sent to watchers. */
  readonly archive: Uint8Array;
  /** The SHA-256 of the archive, in hex. */
  readonly digest: string;
  readonly revision: string;
  readonly roots: readonly string[];
  /** Paths of the bundle's Rego files. */
  readonly modules: readonly string[];
  readonly tests: { readonly passed: number; readonly skipped: number };
  readonly signedBy: string | null;
}

/** A job that makes a decision with a bundle that is not served, and explains the decision. */
export interface DryRunJob {
  readonly kind: 'dryRun';
  /** The bundle; `null` for the base policy alone. */
  readonly bundle: SentBundle | null;
  readonly baseFolders: readonly string[];
  /** The tenant, for the tenant wall. */
  readonly tenant: { readonly id: string; readonly slug: string };
  readonly rule: string;
  /** The input as JSON text; empty if there is no input. */
  readonly input: string;
  /** The CPU time limit for a compared decision, which equals the limit in the sidecars. */
  readonly cpuMs: number;
  /** The version to report in decisions; `null` for a draft. */
  readonly version: number | null;
  /** Logged decisions to repeat. */
  readonly compare: readonly LoggedDecision[];
}

/** A draft's decision that differs from the logged one. */
export interface ChangedDecision {
  readonly decision: LoggedDecision;
  readonly draftAllowed: boolean;
  readonly draftReason: string;
}

export interface DryRunAnswer {
  readonly explanation: PolicyExplanation;
  readonly compared: number;
  readonly inexact: number;
  readonly changed: readonly ChangedDecision[];
}

/** A job that evaluates one document of a policy that is not served, for many inputs. */
export interface DocumentsJob {
  readonly kind: 'documents';
  /** The bundle; `null` for the base policy alone. */
  readonly bundle: SentBundle | null;
  /** A module that replaces its package in the bundle; `null` if there is none. */
  readonly draft: string | null;
  readonly baseFolders: readonly string[];
  readonly tenant: { readonly id: string; readonly slug: string };
  /** The path of the document, such as `data.coresdk.token`. */
  readonly path: string;
  /** The inputs as JSON text. */
  readonly inputs: readonly string[];
  /** The CPU time limit of one evaluation, which equals the limit in the sidecars. */
  readonly cpuMs: number;
}

export type CheckJob = CheckBundleJob | DryRunJob | DocumentsJob;

export type CheckOutcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly BundleFault[] };
