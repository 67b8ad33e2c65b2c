/** The public key for verifying checkpoints. */
export abstract class AuditPublicKey {
  /** Returns the key in the format of `coresdk audit verify --key`. Errors: `unavailable` when the installation has no key. */
  abstract text(): string;
}
