import { Buffer } from 'buffer';
import type { Budget } from '../../evaluate/budget.js';
import { bytesOfString } from '../../values/bytes.js';
import { decodeBase64 } from './base64.js';

export interface PemBlock {
  readonly type: string;
  readonly bytes: Buffer;
  /** The position after the block's last line. */
  readonly end: number;
}

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
const BYTES_PER_STEP = 64;

/** Converts PEM to a string with one character per input byte, so that offsets count bytes. */
export function pemText(input: string | Buffer): string {
  return (typeof input === 'string' ? bytesOfString(input) : input).toString('latin1');
}

/**
 * Returns the next PEM block at or after `from`, as Go's `encoding/pem` finds it: skips damaged blocks and text before a block. Returns
 * `undefined` if there is none. Damaged text can be scanned once per `BEGIN` line, so each scan is charged.
 */
export function nextPemBlock(text: string, from: number, budget: Budget): PemBlock | undefined {
  let position = from;
  for (;;) {
    const typeStart = afterBegin(text, position);
    if (typeStart === undefined) {
      return undefined;
    }
    const typeLine = lineAt(text, typeStart);
    position = typeLine.next;
    if (!typeLine.text.endsWith(DASHES)) {
      continue;
    }
    const type = typeLine.text.slice(0, -DASHES.length);
    const headersEnd = skipHeaders(text, position);
    if (headersEnd >= text.length) {
      return undefined;
    }
    const bodyEnd = endOfBody(text, headersEnd, headersEnd === position);
    budget.step(1 + Math.ceil(((bodyEnd ?? text.length) - typeStart) / BYTES_PER_STEP));
    position = headersEnd;
    const block = bodyEnd === undefined ? undefined : finishBlock(text, headersEnd, bodyEnd, type);
    if (block !== undefined) {
      return block;
    }
  }
}

/** Returns all blocks in order. */
export function pemBlocks(text: string, budget: Budget): PemBlock[] {
  const blocks: PemBlock[] = [];
  let block = nextPemBlock(text, 0, budget);
  while (block !== undefined) {
    blocks.push(block);
    block = nextPemBlock(text, block.end, budget);
  }
  return blocks;
}

function afterBegin(text: string, position: number): number | undefined {
  if (text.startsWith(BEGIN, position)) {
    return position + BEGIN.length;
  }
  const found = text.indexOf(`\n${BEGIN}`, position);
  return found < 0 ? undefined : found + 1 + BEGIN.length;
}

function lineAt(text: string, start: number): { readonly text: string; readonly next: number } {
  const lineFeed = text.indexOf('\n', start);
  const end = lineFeed < 0 ? text.length : lineFeed;
  let trimmed = end;
  while (trimmed > start && isBlank(text.charCodeAt(trimmed - 1))) {
    trimmed--;
  }
  return { text: text.slice(start, trimmed), next: lineFeed < 0 ? text.length : lineFeed + 1 };
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0d;

function skipHeaders(text: string, start: number): number {
  let position = start;
  while (position < text.length) {
    const line = lineAt(text, position);
    if (!line.text.includes(':')) {
      return position;
    }
    position = line.next;
  }
  return position;
}

/** Returns the position of the line break before `-----END`, or of its dashes if an empty body has no line break. */
function endOfBody(text: string, start: number, withoutHeaders: boolean): number | undefined {
  if (withoutHeaders && text.startsWith(END, start)) {
    return start;
  }
  const found = text.indexOf(`\n${END}`, start);
  return found < 0 ? undefined : found;
}

function finishBlock(text: string, bodyStart: number, bodyEnd: number, type: string): PemBlock | undefined {
  const endLine = text.indexOf(END, bodyEnd) + END.length;
  const expected = `${type}${DASHES}`;
  if (!text.startsWith(expected, endLine)) {
    return undefined;
  }
  const rest = lineAt(text, endLine + expected.length);
  if (rest.text !== '') {
    return undefined;
  }
  try {
    const body = Buffer.from(text.slice(bodyStart, bodyEnd).replace(/[ \t]+/gu, ''), 'latin1');
    return { type, bytes: decodeBase64(body, 'standard'), end: rest.next };
  } catch {
    return undefined; // Go skips a block with damaged base64 and looks for another.
  }
}
