import type { Budget } from '../evaluate/budget.js';
import { bytesOfString } from '../values/bytes.js';
import { quoteGo } from '../values/print.js';
import { TextWriter } from '../values/text-writer.js';
import { positionAfter } from './code-points.js';
import { chargeText, growth } from './costs.js';
import { formatFloat } from './format-float.js';
import { formatInteger, formatRune } from './format-integer.js';
import { type Directive, type GoArgument, pad, readDirective } from './format-directive.js';

/** Formats like Go's `fmt.Sprintf`, including its notes on mismatches (`%!d(string=hi)`, `%!s(MISSING)`, `%!(EXTRA int=1)`). */
export function formatGo(format: string, args: readonly GoArgument[], budget: Budget): string {
  const output = new TextWriter(growth(budget));
  const cursor = { position: 0, argument: 0, reordered: false };
  while (cursor.position < format.length) {
    const percent = format.indexOf('%', cursor.position);
    output.push(format.slice(cursor.position, percent === -1 ? undefined : percent));
    if (percent === -1) {
      break;
    }
    cursor.position = percent + 1;
    budget.step();
    output.push(formatDirective(format, args, cursor, budget));
  }
  if (!cursor.reordered && cursor.argument < args.length) {
    output.push(extraArguments(args.slice(cursor.argument), budget));
  }
  return output.finish();
}

interface Cursor {
  position: number;
  argument: number;
  reordered: boolean;
}

function formatDirective(format: string, args: readonly GoArgument[], cursor: Cursor, budget: Budget): string {
  const directive = readDirective(format, args, cursor);
  const remarks = directive.remarks.join('');
  const { verb } = directive;
  if (verb === undefined) {
    return `${remarks}%!(NOVERB)`;
  }
  if (verb === '%') {
    return `${remarks}%`;
  }
  if (!directive.goodArgument) {
    return `${remarks}%!${verb}(BADINDEX)`;
  }
  const argument = args[cursor.argument];
  if (argument === undefined) {
    return `${remarks}%!${verb}(MISSING)`;
  }
  cursor.argument++;
  return remarks + formatArgument(argument, { ...directive, verb }, budget);
}

function formatArgument(argument: GoArgument, directive: Directive & { verb: string }, budget: Budget): string {
  chargeText(budget, (directive.width ?? 0) + (directive.precision ?? 0));
  if (directive.verb === 'T') {
    return pad(argument.type, directive);
  }
  return formatByType(argument, directive, budget) ?? badVerb(argument, directive, budget);
}

function badVerb(argument: GoArgument, directive: Directive & { verb: string }, budget: Budget): string {
  // Go's big.Int formats itself and prints its type name without the star.
  const type = argument.type === '*big.Int' ? 'big.Int' : argument.type;
  return `%!${directive.verb}(${type}=${formatByType(argument, { ...directive, verb: 'v' }, budget) ?? ''})`;
}

function extraArguments(args: readonly GoArgument[], budget: Budget): string {
  const plain = { ...readDirective('v', [], { position: 0, argument: 0, reordered: false }), verb: 'v' };
  const texts = args.map((arg) => `${arg.type}=${formatByType(arg, plain, budget) ?? ''}`);
  return `%!(EXTRA ${texts.join(', ')})`;
}

/** Returns undefined if the verb does not apply to this type. */
function formatByType(
  argument: GoArgument,
  directive: Directive & { verb: string },
  budget: Budget,
): string | undefined {
  switch (argument.type) {
    case 'string':
      return formatString(argument.value, directive, budget);
    case 'float64':
      return formatFloat(argument.value, directive);
    case 'int':
      return formatRune(argument.value, directive) ?? formatInteger(argument.value, directive, budget);
    case '*big.Int':
      return formatInteger(argument.value, directive, budget);
  }
}

function formatString(text: string, directive: Directive & { verb: string }, budget: Budget): string | undefined {
  chargeText(budget, text.length);
  switch (directive.verb) {
    case 'v':
      return pad(directive.sharp ? quoteString(text, directive) : truncated(text, directive), directive);
    case 's':
      return pad(truncated(text, directive), directive);
    case 'q':
      return pad(quoteString(truncated(text, directive), directive), directive);
    case 'x':
    case 'X':
      chargeText(budget, 4 * text.length);
      return pad(hexOf(text, directive), directive);
    default:
      return undefined;
  }
}

function truncated(text: string, { precision }: Directive): string {
  return precision === undefined ? text : text.slice(0, positionAfter(text, 0, precision));
}

const RAW_QUOTABLE = /^[^`\0-\x08\x0a-\x1f\x7f\ufeff]*$/;

function quoteString(text: string, directive: Directive): string {
  if (directive.sharp && directive.verb === 'q' && RAW_QUOTABLE.test(text) && text.isWellFormed()) {
    return `\`${text}\``;
  }
  return quoteGo(text, directive.plus && directive.verb === 'q');
}

/** Formats bytes in hex; `%# x` adds `0x` before each byte and a space between bytes. */
function hexOf(text: string, { verb, sharp, space, precision }: Directive): string {
  const bytes = bytesOfString(text).subarray(0, precision);
  const prefix = sharp ? '0x' : '';
  const hex = space
    ? Array.from(bytes, (byte) => prefix + byte.toString(16).padStart(2, '0')).join(' ')
    : (bytes.length > 0 ? prefix : '') + bytes.toString('hex');
  return verb === 'X' ? hex.toUpperCase() : hex;
}
