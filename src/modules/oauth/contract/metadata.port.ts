import type { PublishedDocument } from '../../../kernel/http/answers/published-document';

/** The metadata of the authorization server (RFC 8414, OpenID Connect Discovery 1.0). */
export abstract class MetadataPort {
  /** The metadata as JSON text; names registration where a tenant lets apps register themselves. */
  abstract metadata(): PublishedDocument;
}
