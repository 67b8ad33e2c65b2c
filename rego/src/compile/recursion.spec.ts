import { strongComponents } from './strong-components.js';
import { errorLines } from './test-support.js';

describe('recursion', () => {
  it.each([
    ['a rule', ['package a\np if p'], ['data.a.p -> data.a.p']],
    [
      'two rules',
      ['package a\np if q\nq if p'],
      ['data.a.p -> data.a.q -> data.a.p', 'data.a.q -> data.a.p -> data.a.q'],
    ],
    ['a function', ['package a\nf(x) := f(x)'], ['data.a.f -> data.a.f']],
    ['an else', ['package a\np := 1 if input.x\nelse := 2 if p'], ['data.a.p -> data.a.p']],
    ['a comprehension', ['package a\np := [x | x := p]'], ['data.a.p -> data.a.p']],
    ['a default that is a comprehension', ['package a\ndefault p := [x | x := p]'], ['data.a.p -> data.a.p']],
    ['below a negation', ['package a\np if not p'], ['data.a.p -> data.a.p']],
    ['all of data', ['package a\np := data'], ['data.a.p -> data.a.p']],
    ['the package itself', ['package a.b\np := data.a'], ['data.a.b.p -> data.a.b.p']],
    ['a dynamic name', ['package a\np if data.a[input.x]'], ['data.a.p -> data.a.p']],
    ['a dynamic package', ['package a.b\np if data.a[input.x].p'], ['data.a.b.p -> data.a.b.p']],
    ['a path below itself', ['package a\np[x] := 1 if x := p.q.r'], ['data.a.p[x] -> data.a.p[x]']],
    [
      'a function named in a `with` modifier',
      ['package a\nf(x) if count(x) with count as f'],
      ['data.a.f -> data.a.f'],
    ],
  ])('is reported through %s', (_, sources, ways) => {
    const lines = errorLines(...sources).map((line) => line.replace(/^.* is recursive: /, ''));
    expect(lines).toEqual(ways);
  });

  it.each([
    ['package a.b\np if data.a[input.x].q\nq := 1'],
    ['package a\np if data.b[input.x]'],
    ['package a\np if q\nq if r\nr := 1\ns if { p; q; r }'],
    ['package a\np if input.p'],
  ])('is not reported in %s', (source) => {
    expect(errorLines(source)).toEqual([]);
  });

  it('reports the error code and the rule', () => {
    expect(errorLines('package a\np if p')).toEqual([
      '1.rego:2:1: rego_recursion_error: rule data.a.p is recursive: data.a.p -> data.a.p',
    ]);
  });
});

describe('strongly connected components', () => {
  it('are sorted with dependencies first', () => {
    const edges: Record<string, string[]> = { a: ['b'], b: ['c', 'd'], c: ['b'], d: [], e: ['a', 'e'] };
    const components = strongComponents(Object.keys(edges), (vertex) => edges[vertex] ?? []);
    expect(components.map((component) => [...component].sort().join(''))).toEqual(['d', 'bc', 'a', 'e']);
  });

  it('of a long chain do not overflow the stack', () => {
    const length = 100_000;
    expect(strongComponents([0], (vertex) => (vertex < length ? [vertex + 1] : []))).toHaveLength(length + 1);
  });
});
