import type { Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { parseTemplate } from './template/parse-template.js';
import { renderTemplate } from './template/render.js';
import { textOf } from './operands.js';

/** `strings.render_template`: Go's `text/template`, applied to the members of an object; a missing member prints as `<undefined>`. */
export const TEMPLATE: readonly Builtin[] = [
  {
    name: 'strings.render_template',
    args: [['string'], ['object']],
    result: ['string'],
    call: ([template, data], { budget }) =>
      renderTemplate(parseTemplate(textOf(template), budget), data as Value, budget),
  },
];
