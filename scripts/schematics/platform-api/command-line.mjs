import { chain } from '@angular-devkit/schematics';
import { snakeOf } from '../names.mjs';
import { all, edited, listed, replaced, tableRow } from '../text-edits.mjs';

/** Options that commands share, from `src/cli/operations/parse-command-line.ts`. A member of the same name gets a different option. */
const TAKEN = (
  'url context api-key-file client-id client-secret-file json only yes body-file if-match output limit cursor all ' +
  'help'
).split(' ');
const KINDS = { string: 'text', text: 'text', date: 'text', integer: 'number', number: 'number', boolean: 'truth' };

/** The page with a table of all commands. */
export const COMMAND_LINE = 'docs/reference/command-line.md';

/**
 * Returns the code and the examples for the commands of a resource. The first member that a list can be sorted by is an argument when the
 * resource is created; all other members are options.
 */
export function commandsOf({ one, many, prefix, fields, sorted, filtered, changed }) {
  const onCreate = (field) => (field === sorted ? ['isArgument'] : field.isNullable ? [] : ['isRequired']);
  const given = (field) => (field === sorted ? sampleOf(field) : setting(one, field));
  const required = fields.filter(({ isNullable }) => !isNullable);
  return {
    /** The members that a list shows, and those that are too long for it. */
    columns: fields.filter(({ type }) => type !== 'text'),
    texts: fields.filter(({ type }) => type === 'text'),
    createFields: fields.map((field) => fieldCode(one, 'body', field, onCreate(field))),
    changeFields: fields.map((field) => fieldCode(one, 'body', field)),
    filterFields: filtered.map((field) => fieldCode(one, 'query', field)),
    createExample: [many, 'create', ...required.map(given)].join(' '),
    changeExample: [many, 'update', `${prefix}-01j…`, setting(one, changed, 1)].join(' '),
  };
}

/** Returns the code of a field. @param flags its properties that are true, such as `isRequired` */
function fieldCode(one, to, { name, type }, flags = []) {
  const hasOption = TAKEN.includes(kebabOf(name)) && !flags.includes('isArgument');
  const more = [...(hasOption ? [`option: '${optionOf(one, name)}'`] : []), ...flags.map((flag) => `${flag}: true`)];
  const words = snakeOf(name).replaceAll('_', ' ');
  const help = type === 'date' ? `${words}, such as 2026-01-31` : words;
  return `${to}.${KINDS[type]}('${name}', '${help}'${more.length > 0 ? `, { ${more.join(', ')} }` : ''})`;
}

const kebabOf = (name) => snakeOf(name).replaceAll('_', '-');
const optionOf = (one, name) => (TAKEN.includes(kebabOf(name)) ? `${one}-${kebabOf(name)}` : kebabOf(name));
const sampleOf = ({ samples }, at = 0) => samples[at].replaceAll("'", '');
const setting = (one, field, at = 0) => `--${optionOf(one, field.name)} ${sampleOf(field, at)}`;

/** Adds the commands to the command line and to its page in the documentation. */
export function inCommandLine({ many, manyCamel }) {
  const line = "import { webhooksOperations } from '../webhooks/webhooks.operations';";
  const verbs = ['list', 'get', 'create', 'update', 'delete'].map((verb) => `\`${verb}\``);
  return chain([
    edited(
      'src/cli/operations/operations.ts',
      all(
        replaced(line, `import { ${manyCamel}Operations } from '../${many}/${many}.operations';\n${line}`),
        listed(
          'export const OPERATIONS: readonly Operation[] = [',
          `...${manyCamel}Operations,`,
          '...webhooksOperations,',
        ),
      ),
    ),
    edited(COMMAND_LINE, tableRow('group', [`\`${many}\``, verbs.join(', ')], '`webhooks`')),
  ]);
}
