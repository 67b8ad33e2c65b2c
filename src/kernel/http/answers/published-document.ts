import { ifNoneMatchHolds } from '../conditions/entity-tag';
import { type RawRequest, sendAnswer } from '../request-listener';

/** A public JSON document. */
export interface PublishedDocument {
  readonly text: string;
  /** Strong entity tag, including its quotes. The same content has the same tag in every process. */
  readonly etag: string;
  /** The time for which a cache can store the document. */
  readonly maxAgeSeconds: number;
}

/**
 * Sends a document from a buffer. The buffer is created only when the document changes, because the document is requested far more often
 * than it changes.
 */
export class DocumentAnswer {
  private etag = '';
  private maxAgeSeconds = -1;
  private body = Buffer.alloc(0);
  private headers: readonly string[] = [];

  /** Responds with 304 if the caller already has the document (RFC 9110 §13.1.2). */
  send(front: RawRequest, document: PublishedDocument): void {
    if (document.etag !== this.etag || document.maxAgeSeconds !== this.maxAgeSeconds) this.prepare(document);
    const condition = front.request.headers['if-none-match'];
    const isKnown = condition !== undefined && !ifNoneMatchHolds(condition, this.etag);
    sendAnswer(front, isKnown ? 304 : 200, this.body, this.headers);
  }

  /** Prepares the body and headers. Pages from every origin can read the response, as the RFCs for such documents intend (rest.md §1). */
  private prepare({ text, etag, maxAgeSeconds }: PublishedDocument): void {
    this.etag = etag;
    this.maxAgeSeconds = maxAgeSeconds;
    this.body = Buffer.from(text);
    const plain = ['Content-Type', 'application/json', 'Access-Control-Allow-Origin', '*'];
    this.headers = [...plain, 'Cache-Control', `public, max-age=${maxAgeSeconds}`, 'ETag', etag];
  }
}
