import type { JsonValue } from '../../jobs/contract/job.types';
import { WORKFLOW_LIMITS } from '../contract/workflow-limits';
import { evaluate, type Scope } from './evaluate';
import { type Expression, ExpressionFault, parseExpression } from './expression';
import { jsonOf, textOf } from './expression-functions';
import { StepBudget, STEPS } from './step-budget';

/** A parsed string: literal parts and expressions. */
type TextParts = readonly (string | Expression)[];

/** Splits a string with templates, `{{ … }}`, into parts. Errors: {@link ExpressionFault}, including for braces that are not closed. */
export function parseText(text: string): TextParts {
  if (text.length > WORKFLOW_LIMITS.maxTemplateChars) {
    throw new ExpressionFault(
      `A string with templates can have at most ${WORKFLOW_LIMITS.maxTemplateChars} characters.`,
    );
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

/** Returns true when a string contains templates. */
export function hasTemplate(text: string): boolean {
  return text.includes('{{');
}

/**
 * Renders the templates of a value. A string that is a single template becomes the template's value, of any type; other strings stay
 * strings. The result has at most `WORKFLOW_LIMITS.maxValueBytes`, regardless of the size of its parts, and all templates share one budget
 * of steps. Errors: {@link ExpressionFault}.
 */
export function render(value: unknown, scope: Scope): JsonValue {
  return new Rendering(scope).value(value);
}

/** Returns the string that a template renders. Errors: {@link ExpressionFault}. */
export function renderText(text: string, scope: Scope): string {
  const rendering = new Rendering(scope);
  return textOf(rendering.value(text), rendering.budget);
}

/** The rendering of one value, with its remaining bytes and steps. */
class Rendering {
  readonly budget = new StepBudget();
  private bytesLeft: number = WORKFLOW_LIMITS.maxValueBytes;

  constructor(private readonly scope: Scope) {}

  value(value: unknown): JsonValue {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((one: unknown) => this.value(one));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.value(one)]));
    }
    return (value ?? null) as JsonValue;
  }

  private text(text: string): JsonValue {
    if (!hasTemplate(text)) return text;
    this.budget.charge(STEPS.templateUnit * text.length);
    const parts = parseText(text);
    const [only] = parts;
    if (parts.length === 1 && only !== undefined && typeof only !== 'string') {
      const value = evaluate(only, this.scope, this.budget) ?? null;
      this.take(jsonOf(value, this.budget));
      return value;
    }
    let made = '';
    for (const part of parts) {
      const piece = typeof part === 'string' ? part : textOf(evaluate(part, this.scope, this.budget), this.budget);
      this.take(piece);
      made += piece;
    }
    return made;
  }

  private take(piece: string): void {
    this.bytesLeft -= Buffer.byteLength(piece);
    if (this.bytesLeft >= 0) return;
    throw new ExpressionFault(`Templates can produce at most ${WORKFLOW_LIMITS.maxValueBytes} bytes.`);
  }
}
