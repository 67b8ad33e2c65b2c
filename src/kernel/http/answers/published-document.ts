import { ifNoneMatchHolds } from '../conditions/entity-tag';
import { type RawRequest, sendAnswer } from '../request-listener';

/** A JSON document that everybody may read. */
export interface PublishedDocument {
  readonly text: string;
  /** Strong entity tag, with its quotes: the same for the same text, in every process. */
  readonly etag: string;
  /** How long a cache may keep it. */
  readonly maxAgeSeconds: number;
}

/** Answers with a document from a buffer made once per change: it is asked for far more often than it changes. */
export class DocumentAnswer {
  private etag = '';
  private maxAgeSeconds = -1;
  private body = Buffer.alloc(0);
  private headers: readonly string[] = [];

  /** Answers 304 when the caller says that it has the document (RFC 9110 §13.1.2). */
  send(front: RawRequest, document: PublishedDocument): void {
    if (document.etag !== this.etag || document.maxAgeSeconds !== this.maxAgeSeconds) this.prepare(document);
    const condition = front.request.headers['if-none-match'];
    const isKnown = condition !== undefined && !ifNoneMatchHolds(condition, this.etag);
    sendAnswer(front, isKnown ? 304 : 200, this.body, this.headers);
  }

  /** Open to every origin, as the RFCs of such documents mean them (rest.md §1). */
  private prepare({ text, etag, maxAgeSeconds }: PublishedDocument): void {
    this.etag = etag;
    this.maxAgeSeconds = maxAgeSeconds;
    this.body = Buffer.from(text);
    const plain = ['Content-Type', 'application/json', 'Access-Control-Allow-Origin', '*'];
    this.headers = [...plain, 'Cache-Control', `public, max-age=${maxAgeSeconds}`, 'ETag', etag];
  }
}
