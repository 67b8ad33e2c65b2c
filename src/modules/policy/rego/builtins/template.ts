import type { Value } from '../values/value';
import type { Builtin } from './builtin';
import { parseTemplate } from './template/parse-template';
import { renderTemplate } from './template/render';
import { textOf } from './text-argument';

/** `strings.render_template`: Go's `text/template` over the members of an object; a member that is not there prints as `<undefined>`. */
export const TEMPLATE: readonly Builtin[] = [
  {
    name: 'strings.render_template',
    args: [['string'], ['object']],
    result: ['string'],
    call: ([template, data], { budget }) =>
      renderTemplate(parseTemplate(textOf(template), budget), data as Value, budget),
  },
];
