import type { JsonValue } from '../../jobs/contract/job.types';
import { WORKFLOW_LIMITS } from '../contract/workflow-limits';
import { evaluate, type Scope } from './evaluate';
import { type Expression, ExpressionFault, parseExpression } from './expression';
import { textOf } from './expression-functions';

/** A text in parts: what stands in it, and expressions. */
type TextParts = readonly (string | Expression)[];

/**
 * The parts of a text with templates, `{{ … }}`. Errors: {@link ExpressionFault}, also for braces that do not close.
 */
export function parseText(text: string): TextParts {
  if (text.length > WORKFLOW_LIMITS.maxTemplateChars) {
    throw new ExpressionFault(`A text with templates has at most ${WORKFLOW_LIMITS.maxTemplateChars} characters.`);
  }
  const parts: (string | Expression)[] = [];
  for (let at = 0; at < text.length;) {
    const begin = text.indexOf('{{', at);
    if (begin === -1) return [...parts, text.slice(at)];
    if (begin > at) parts.push(text.slice(at, begin));
    const end = text.indexOf('}}', begin);
    if (end === -1) throw new ExpressionFault('A "{{" is not closed by "}}".');
    parts.push(parseExpression(text.slice(begin + 2, end)));
    at = end + 2;
  }
  return parts;
}

/** Whether a text has templates at all. */
export function hasTemplate(text: string): boolean {
  return text.includes('{{');
}

/** How much may still be made. */
interface Room {
  left: number;
}

/**
 * A value with its templates filled in: a text that is one template alone becomes the value itself, of whatever type; others
 * stay texts. It makes at most `WORKFLOW_LIMITS.maxValueBytes`, however small what it is made of. Errors: {@link ExpressionFault}.
 */
export function render(value: unknown, scope: Scope): JsonValue {
  return filled(value, scope, { left: WORKFLOW_LIMITS.maxValueBytes });
}

/** The text that a template makes. Errors: {@link ExpressionFault}. */
export function renderText(text: string, scope: Scope): string {
  return textOf(render(text, scope));
}

function filled(value: unknown, scope: Scope, room: Room): JsonValue {
  if (typeof value === 'string') return filledText(value, scope, room);
  if (Array.isArray(value)) return value.map((one: unknown) => filled(one, scope, room));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one, scope, room)]));
  }
  return (value ?? null) as JsonValue;
}

function filledText(text: string, scope: Scope, room: Room): JsonValue {
  if (!hasTemplate(text)) return text;
  const parts = parseText(text);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== 'string') {
    const value = evaluate(only, scope) ?? null;
    take(room, Buffer.byteLength(JSON.stringify(value)));
    return value;
  }
  let made = '';
  for (const part of parts) {
    const piece = typeof part === 'string' ? part : textOf(evaluate(part, scope));
    take(room, Buffer.byteLength(piece));
    made += piece;
  }
  return made;
}

function take(room: Room, bytes: number): void {
  room.left -= bytes;
  if (room.left < 0) throw new ExpressionFault(`Templates make at most ${WORKFLOW_LIMITS.maxValueBytes} bytes.`);
}
