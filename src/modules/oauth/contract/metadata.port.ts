import type { PublishedDocument } from '../../../kernel/http/answers/published-document';

/** The metadata of the authorization server (RFC 8414, OpenID Connect Discovery 1.0). */
export abstract class MetadataPort {
  /** Returns the metadata as JSON. It includes the registration endpoint if a tenant lets apps register themselves. */
  abstract metadata(): PublishedDocument;
}
