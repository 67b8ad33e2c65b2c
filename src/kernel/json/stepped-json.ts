import { afterToken, isClosing, isComma, isOpening, largeContainers } from './json-brackets';

/** Number of characters that `JSON.parse` receives at a time. Parsing them takes at most a millisecond, whatever their content. */
const CHUNK_CHARS = 8 * 1024;
/** Number of lists and objects that are started between two yields. */
const CONTAINERS_OF_STEP = 256;
const BLANK = /^[ \t\n\r]*$/;

type Container = unknown[] | Record<string, unknown>;

/** A large list or object that is being read. */
interface Frame {
  readonly value: Container;
  /** Position of its closing bracket. */
  readonly last: number;
  /** Start of the members that have not been parsed yet. */
  from: number;
  /** True if a comma precedes `from`, so that a member must follow. */
  isDue: boolean;
}

/**
 * Parses JSON in steps of at most a millisecond. Returns the same value as `JSON.parse`, and rejects the same inputs. Lists and objects
 * longer than a chunk are assembled here, from chunks of their members. The time is linear in the length of the text: about twice the time
 * that `JSON.parse` takes. Throws `SyntaxError`.
 */
export function* parseInSteps(text: string, chunkChars = CHUNK_CHARS): Generator<undefined, unknown, undefined> {
  if (text.length <= chunkChars) return JSON.parse(text) as unknown;
  const ends = yield* largeContainers(text, chunkChars);
  const start = afterBlank(text, 0);
  const end = ends.get(start);
  if (end === undefined) return JSON.parse(text) as unknown;
  if (!BLANK.test(text.slice(end))) throw new SyntaxError('Unexpected text after the value.');
  const root = frameOf(text, start, end);
  const frames = [root];
  for (let frame = frames.at(-1), begun = 0; frame !== undefined; frame = frames.at(-1)) {
    const child = nextLarge(text, frame, ends, chunkChars);
    if (child === 'chunk') yield;
    else if (child === null) frames.pop();
    else {
      frames.push(child);
      if (++begun % CONTAINERS_OF_STEP === 0) yield;
    }
  }
  return root.value;
}

function frameOf(text: string, start: number, end: number): Frame {
  return { value: text[start] === '[' ? [] : {}, last: end - 1, from: start + 1, isDue: false };
}

/**
 * Reads the next part: a chunk of members, the members up to the next large member (whose frame it returns), or the rest of the frame
 * (`null`).
 */
function nextLarge(
  text: string,
  frame: Frame,
  ends: ReadonlyMap<number, number>,
  chunkChars: number,
): Frame | 'chunk' | null {
  let member = frame.from;
  let depth = 0;
  for (let at = frame.from; at < frame.last; at = afterToken(text, at)) {
    const code = text.charCodeAt(at);
    const end = depth === 0 && isOpening(code) ? ends.get(at) : undefined;
    if (end !== undefined) {
      if (member > frame.from) take(text.slice(frame.from, member - 1), frame);
      return begin(text, frame, text.slice(member, at), frameOf(text, at, end));
    }
    if (isOpening(code)) depth += 1;
    else if (isClosing(code)) depth -= 1;
    else if (depth === 0 && isComma(code)) {
      member = at + 1;
      if (member - frame.from <= chunkChars) continue;
      take(text.slice(frame.from, at), frame);
      frame.from = member;
      frame.isDue = true;
      return 'chunk';
    }
  }
  const rest = text.slice(frame.from, frame.last);
  if (frame.isDue || !BLANK.test(rest)) take(rest, frame);
  return null;
}

/** Adds a large member to its frame, empty for now, and moves the frame past it. */
function begin(text: string, frame: Frame, before: string, child: Frame): Frame {
  if (Array.isArray(frame.value)) {
    if (!BLANK.test(before)) throw new SyntaxError('A value is not separated from the previous one.');
    frame.value.push(child.value);
  } else {
    const names = Object.keys(JSON.parse(`{${before}[]}`) as object);
    const [name] = names;
    if (name === undefined || names.length > 1) throw new SyntaxError('A member has no name.');
    setMember(frame.value, name, child.value);
  }
  const next = afterBlank(text, child.last + 1);
  frame.isDue = text[next] === ',';
  if (!frame.isDue && next !== frame.last) throw new SyntaxError('A value is not separated from the next one.');
  frame.from = frame.isDue ? next + 1 : next;
  return child;
}

/** Returns the position of the first character that is not whitespace. */
function afterBlank(text: string, start: number): number {
  let at = start;
  while (' \t\n\r'.includes(text[at] ?? 'x')) at += 1;
  return at;
}

/** Parses at least one member and adds the members to the frame. */
function take(members: string, { value }: Frame): void {
  if (Array.isArray(value)) {
    const parsed = JSON.parse(`[${members}]`) as unknown[];
    if (parsed.length === 0) throw new SyntaxError('A value is missing.');
    for (const one of parsed) value.push(one);
    return;
  }
  const parsed = Object.entries(JSON.parse(`{${members}}`) as object);
  if (parsed.length === 0) throw new SyntaxError('A member is missing.');
  for (const [name, one] of parsed) setMember(value, name, one);
}

/** Sets a member as `JSON.parse` does: `__proto__` is a member like any other. */
function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}
