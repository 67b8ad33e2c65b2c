import { Metadata } from '@grpc/grpc-js';

/**
 * Metadata with the machine-readable reason of a refusal: with the answer of a decision RPC, whose message may have no place
 * for it (`IsRevoked`, `MaskString`), and in the trailer of a gRPC error.
 */
export const REASON_METADATA = 'x-coresdk-reason';

/** As far as a call over the wire is needed here; a test that calls the method itself has none. */
interface AnsweredCall {
  sendMetadata?(metadata: Metadata): void;
}

/** Tells the caller the reason before the answer. Once per call: the metadata go out with it. */
export function sendReason(call: unknown, reason: string): void {
  const answered = call as AnsweredCall | undefined;
  if (answered?.sendMetadata === undefined) return;
  const metadata = new Metadata();
  metadata.set(REASON_METADATA, reason);
  answered.sendMetadata(metadata);
}
