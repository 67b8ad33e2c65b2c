import fc from 'fast-check';
import { evaluate, isTrue } from './evaluate';
import { ExpressionFault, parseExpression } from './expression';
import { StepBudget } from './step-budget';
import { render } from './template';

const scope = {
  input: { name: 'Ada', amount: 12, tags: ['a', 'b'], none: null, empty: '' },
  steps: { pay: { output: { id: 7, items: [{ sku: 'x' }] }, status: 'succeeded' } },
  run: { id: 'job-1' },
};
const value = (text: string) => evaluate(parseExpression(text), scope, new StepBudget());

describe('templates', () => {
  it.each([
    ['{{input.amount}}', 12],
    ['{{ steps.pay.output.items[0].sku }}', 'x'],
    ['Hello {{input.name}}, {{input.amount}}', 'Hello Ada, 12'],
    ['{{input.nobody}}', null],
    ['{{input.nobody | default("you")}}', 'you'],
    ['{{input.name | upper}}', 'ADA'],
    ['{{input.tags | join("-")}}', 'a-b'],
    ['{{input.tags | length}}', 2],
    ['x{{input.tags}}', 'x["a","b"]'],
    ['{{input["name"]}}', 'Ada'],
    ['no template', 'no template'],
    ['{{input.constructor}}', null],
    ['{{input.__proto__}}', null],
    ['{{steps.pay.output.items.length}}', null],
  ])('%s becomes %j', (text, expected) => {
    expect(render(text, scope)).toEqual(expected);
  });

  it('are rendered anywhere in a value, and keep their type when they make up the entire string', () => {
    expect(render({ a: ['{{input.amount}}', 1], b: { c: '{{run.id}}' } }, scope)).toEqual({
      a: [12, 1],
      b: { c: 'job-1' },
    });
  });

  it('cannot exceed the maximum size by repeating a large value', () => {
    const large = { input: { text: 'x'.repeat(10_000) } };
    expect(() =>
      render(
        Array.from({ length: 100 }, () => '{{input.text}}'),
        large,
      ),
    ).toThrow('at most');
    expect(() => render('{{input.text}}'.repeat(100), large)).toThrow('at most');
  });
});

describe('expressions', () => {
  it.each([
    ['input.amount > 10 && input.name == "Ada"', true],
    ['!(input.amount > 10) || input.none == null', true],
    ['input.amount >= 13', false],
    ['input.tags | contains("b")', true],
    ['!input.empty', true],
    ['steps.pay.status != "failed"', true],
    ['input.amount == 12 && (input.tags | length) == 2', true],
  ])('%s is %j', (text, expected) => {
    expect(isTrue(value(text))).toBe(expected);
  });

  it.each([
    'process.env',
    'input.name.toUpperCase()',
    'input | nothing',
    'input.a | default',
    '1 +',
    'input..a',
    '"open',
    'input[',
    '`x`',
    '('.repeat(50) + '1' + ')'.repeat(50),
    'x'.repeat(3_000),
    '',
  ])('%s is refused', (text) => {
    expect(() => value(text)).toThrow(ExpressionFault);
  });

  it('made of arbitrary text produce a value or an expression fault, but no other error', () => {
    const piece = fc.constantFrom(
      'input',
      '.',
      'a',
      '(',
      ')',
      '|',
      '||',
      '&&',
      '!',
      '"x"',
      '[0]',
      '==',
      ' ',
      '7',
      'upper',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          value(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionFault);
        }
      }),
    );
  });
});
