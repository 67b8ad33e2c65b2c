/** The public half of the key that signs checkpoints. */
export abstract class AuditPublicKey {
  /** As `coresdk audit verify --key` takes it. Errors: `unavailable` where the installation has no such key. */
  abstract text(): string;
}
