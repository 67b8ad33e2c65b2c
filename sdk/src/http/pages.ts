import type { CallOptions, Http } from './http.js';
import type { Query } from './path.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
  /** Present with `include: 'total'`. */
  readonly total?: number | undefined;
}

/**
 * A list that is read lazily, page by page: `for await (const project of client.projects.list())`. Sends no request before it is
 * read. Each iteration starts over.
 */
export class Pages<T, P extends Page<T> = Page<T>> implements AsyncIterable<T> {
  constructor(
    private readonly http: Http,
    private readonly path: string,
    private readonly query: Query,
    private readonly options: CallOptions,
  ) {}

  /** Returns the first page, or the page at `cursor`, which comes from the previous page. */
  page(cursor?: string): Promise<P> {
    const query = cursor === undefined ? this.query : { ...this.query, cursor };
    return this.http.json<P>({ method: 'GET', path: this.path, query, repeat: 'always' }, this.options);
  }

  /** Yields all pages up to the last page. Stops if a cursor repeats without an item in between. */
  async *pages(): AsyncGenerator<P, void, undefined> {
    let cursor: string | undefined;
    // The cursors since the last item: a list that continues uses new cursors.
    const asked = new Set<string>();
    do {
      const page = await this.page(cursor);
      if (page.items.length > 0) asked.clear();
      if (cursor !== undefined) asked.add(cursor);
      yield page;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && !asked.has(cursor));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const { items } of this.pages()) yield* items;
  }

  /** Returns all items, at most `max` (10,000 by default), so that a long list does not exhaust memory. */
  async all(max = 10_000): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this) {
      if (items.length >= max) break;
      items.push(item);
    }
    return items;
  }
}
