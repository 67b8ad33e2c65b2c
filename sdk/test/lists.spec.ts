import { ConfigurationError } from '../src/errors.js';
import { path, queryText, segments } from '../src/http/path.js';
import { faultOf, sendJson, StandIn } from './stand-in.js';

let backend: StandIn;

beforeAll(async () => {
  backend = await StandIn.open();
  backend.answer = ({ path: at }, response) => {
    const cursor = new URL(at, backend.url).searchParams.get('cursor') ?? '0';
    const from = Number(cursor);
    const items = [from + 1, from + 2].map((id) => ({ id: String(id) }));
    sendJson(response, 200, { items, nextCursor: from < 4 ? String(from + 2) : null });
  };
});

beforeEach(() => void backend.seen.splice(0));

afterAll(() => backend.close());

describe('a list', () => {
  const list = () => backend.client().projects.list({ status: 'active', limit: 2 });

  it('is fetched to its end, page by page as needed', async () => {
    const ids: string[] = [];
    for await (const { id } of list()) {
      ids.push(id);
      if (ids.length === 3) expect(backend.calls).toHaveLength(2);
    }
    expect(ids).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(backend.calls.map(({ path: at }) => at)).toEqual([
      '/v1/projects?status=active&limit=2',
      '/v1/projects?status=active&limit=2&cursor=2',
      '/v1/projects?status=active&limit=2&cursor=4',
    ]);
  });

  it('does not send a request until it is read, and does not fetch more than is read', async () => {
    list();
    for await (const _ of list()) break;
    expect(backend.calls).toHaveLength(1);
  });

  it('can be read page by page, or as a whole up to a limit', async () => {
    expect((await list().page('2')).items).toEqual([{ id: '3' }, { id: '4' }]);
    expect(await list().all(5)).toHaveLength(5);
    expect(await list().all()).toHaveLength(6);
  });
});

describe('a list with cyclic cursors or empty pages', () => {
  let loop: StandIn;

  beforeAll(async () => {
    loop = await StandIn.open();
  });

  beforeEach(() => void loop.seen.splice(0));

  afterAll(() => loop.close());

  const answerBy = (pages: Readonly<Record<string, { readonly items: readonly string[]; readonly next: string }>>) => {
    loop.answer = ({ path: at }, response) => {
      const page = pages[new URL(at, loop.url).searchParams.get('cursor') ?? ''];
      sendJson(response, 200, { items: page?.items.map((id) => ({ id })), nextCursor: page?.next });
    };
  };

  it.each([
    ['itself', { '': { items: [], next: 'a' }, a: { items: [], next: 'a' } }, 2],
    [
      'the previous empty page',
      { '': { items: ['1'], next: 'a' }, a: { items: [], next: 'b' }, b: { items: [], next: 'a' } },
      3,
    ],
    ['itself with items', { '': { items: ['1'], next: 'a' }, a: { items: ['2'], next: 'a' } }, 2],
  ])('ends at a page whose cursor leads to %s', async (_, pages, calls) => {
    answerBy(pages);
    const ids = (await loop.client().projects.list().all()).map(({ id }) => id);
    expect(ids).toEqual(Object.values(pages).flatMap(({ items }) => items));
    expect(loop.calls).toHaveLength(calls);
  });

  it('continues after empty pages', async () => {
    const pages = {
      ...{ '': { items: [], next: 'a' }, a: { items: [], next: 'b' }, b: { items: ['1'], next: 'c' } },
      c: { items: ['2'], next: '' },
    };
    answerBy(pages);
    const ids: string[] = [];
    for await (const { id } of loop.client().projects.list()) {
      ids.push(id);
      if (ids.length === 2) break;
    }
    expect(ids).toEqual(['1', '2']);
  });
});

describe('a path', () => {
  it('encodes its segments, so that no segment changes the path', () => {
    expect(path`/v1/projects/${'a/b?c#d e'}/members/${'ü'}`).toBe('/v1/projects/a%2Fb%3Fc%23d%20e/members/%C3%BC');
    expect(segments('a b/c?d/é.txt')).toBe('a%20b/c%3Fd/%C3%A9.txt');
  });

  it.each(['', '.', '..'])('refuses the segment "%s", which a URL parser would resolve', async (part) => {
    expect(() => path`/v1/projects/${part}`).toThrow(ConfigurationError);
    expect(() => segments(`a/${part}/b`)).toThrow(ConfigurationError);
    await expect(async () => backend.client().projects.get(part)).rejects.toThrow(ConfigurationError);
    expect(backend.seen).toEqual([]);
  });

  it('omits undefined query parameters', () => {
    expect(queryText({ a: 1, b: undefined, c: 'x&y', d: false })).toBe('?a=1&c=x%26y&d=false');
    expect(queryText({ a: undefined })).toBe('');
  });

  it('is rejected before a request is sent if it is invalid, even by an iterator', async () => {
    expect(await faultOf(backend.client().jobs.watch('..').next())).toBeInstanceOf(ConfigurationError);
    expect(backend.seen).toEqual([]);
  });
});
