import { areApart, type CodePoints } from './code-points.js';
import { parseAnchored, type PatternTree } from './pattern-tree.js';

/** Limit on the number of positions in a pattern that match one character. Counted repetitions are expanded first. */
const MAX_PLACES = 100;

/** A position at which a pattern matches one character, with the possible next positions. */
interface Place {
  readonly points: CodePoints;
  /** A position appears once for each path that leads to it. */
  readonly next: Place[];
}

/** The positions at which a part of a pattern can start and end. */
interface Ends {
  readonly first: readonly Place[];
  readonly last: readonly Place[];
  readonly isNullable: boolean;
}

/** Thrown if the pattern can match a string in two ways, or is too large to analyze. */
class Ambiguous extends Error {}

/**
 * Translates a pattern to a JavaScript RegExp if that is certain to run in time linear in the length of the text; otherwise returns
 * `undefined`.
 *
 * The proof: the pattern is anchored at the start and deterministic (Brüggemann-Klein and Wood, "One-unambiguous regular
 * languages", 1998), and there is only one way to read each repetition. After each character, at most one position of the pattern fits the
 * next character. A backtracking search therefore abandons a wrong choice at its first character, and the number of choices is at most the
 * length of the text times the number of positions.
 */
export function linearPattern(source: string): { readonly expression: RegExp; readonly places: number } | undefined {
  const pattern = parseAnchored(source);
  if (pattern === undefined) {
    return undefined;
  }
  const analysis = new Analysis();
  try {
    analysis.check(pattern.tree);
  } catch (error) {
    if (error instanceof Ambiguous) {
      return undefined;
    }
    throw error;
  }
  const expression = new RegExp(`^${written(pattern.tree)}${pattern.toEnd ? '$' : ''}`, 'u');
  return { expression, places: analysis.places.length };
}

class Analysis {
  readonly places: Place[] = [];

  /** Throws `Ambiguous` unless the pattern is deterministic. */
  check(tree: PatternTree): void {
    const { first } = this.ends(tree);
    assertApart(first);
    for (const { next } of this.places) assertApart(next);
  }

  private ends(tree: PatternTree): Ends {
    switch (tree.kind) {
      case 'set':
        return this.place(tree.points);
      case 'sequence':
        return this.sequence(tree.parts);
      case 'choice':
        return this.choice(tree.options);
      case 'repeat':
        return this.repeat(tree.body, tree.min, tree.max);
    }
  }

  private place(points: CodePoints): Ends {
    if (this.places.length === MAX_PLACES) {
      throw new Ambiguous();
    }
    const place = { points, next: [] };
    this.places.push(place);
    return { first: [place], last: [place], isNullable: false };
  }

  private sequence(parts: readonly PatternTree[]): Ends {
    return parts.map((part) => this.ends(part)).reduce(joined, NOTHING);
  }

  private choice(options: readonly PatternTree[]): Ends {
    const ends = options.map((option) => this.ends(option));
    if (ends.filter(({ isNullable }) => isNullable).length > 1) {
      throw new Ambiguous();
    }
    return {
      first: ends.flatMap(({ first }) => first),
      last: ends.flatMap(({ last }) => last),
      isNullable: ends.some(({ isNullable }) => isNullable),
    };
  }

  /** Analyzes `x{2,4}` as `xx(x(x)?)?` and `x{2,}` as `xx+`. */
  private repeat(body: PatternTree, min: number, max: number): Ends {
    const isEndless = max === Number.POSITIVE_INFINITY;
    const copies = isEndless ? Math.max(min, 1) : max;
    let ends = NOTHING;
    for (let copy = copies; copy > 0; copy--) {
      const one = this.ends(body);
      if (one.isNullable) {
        throw new Ambiguous();
      }
      if (isEndless && copy === copies) {
        connect(one.last, one.first);
      }
      ends = joined(one, ends);
      if (copy > min) {
        ends = { ...ends, isNullable: true };
      }
    }
    return ends;
  }
}

const NOTHING: Ends = { first: [], last: [], isNullable: true };

function joined(a: Ends, b: Ends): Ends {
  connect(a.last, b.first);
  return {
    first: a.isNullable ? [...a.first, ...b.first] : a.first,
    last: b.isNullable ? [...a.last, ...b.last] : b.last,
    isNullable: a.isNullable && b.isNullable,
  };
}

function connect(from: readonly Place[], to: readonly Place[]): void {
  for (const { next } of from) next.push(...to);
}

function assertApart(places: readonly Place[]): void {
  for (const [index, { points }] of places.entries()) {
    if (places.slice(0, index).some((other) => !areApart(other.points, points))) {
      throw new Ambiguous();
    }
  }
}

function written(tree: PatternTree): string {
  switch (tree.kind) {
    case 'set':
      return `[${tree.points.map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`).join('')}]`;
    case 'sequence':
      return tree.parts.map(written).join('');
    case 'choice':
      return `(?:${tree.options.map(written).join('|')})`;
    case 'repeat':
      return `(?:${written(tree.body)}){${tree.min},${tree.max === Number.POSITIVE_INFINITY ? '' : tree.max}}`;
  }
}
