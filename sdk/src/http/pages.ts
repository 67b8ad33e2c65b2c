import type { CallOptions, Http } from './http.js';
import type { Query } from './path.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
  /** With `include: 'total'`. */
  readonly total?: number | undefined;
}

/**
 * A list, read page by page as it is needed: `for await (const project of client.projects.list())`. Nothing is asked
 * before it is read, and each reading begins anew.
 */
export class Pages<T, P extends Page<T> = Page<T>> implements AsyncIterable<T> {
  constructor(
    private readonly http: Http,
    private readonly path: string,
    private readonly query: Query,
    private readonly options: CallOptions,
  ) {}

  /** One page: the first, or the one that `cursor` of the page before leads to. */
  page(cursor?: string): Promise<P> {
    const query = cursor === undefined ? this.query : { ...this.query, cursor };
    return this.http.json<P>({ method: 'GET', path: this.path, query, repeat: 'always' }, this.options);
  }

  /** Page by page, to the last one, or to one whose cursor leads back to itself or to an empty page before it. */
  async *pages(): AsyncGenerator<P, void, undefined> {
    let cursor: string | undefined;
    // Those since there was an item: a list goes on by other cursors than that.
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

  /** All of it, at most `max` (10,000 by default), so that a list that has grown does not fill the memory. */
  async all(max = 10_000): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this) {
      if (items.length >= max) break;
      items.push(item);
    }
    return items;
  }
}
