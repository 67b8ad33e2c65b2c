import { connectionHelp, TENANT_HELP } from '../api/connection';
import { YES_HELP } from '../confirmed';
import { type Field, optionOf } from './field';
import { sharedOptions } from './parse-command-line';
import { argumentsOf, type Operation, surfaceOf } from './operation';

/** Returns the name of an API member in plain words: `userId` becomes "user id". */
const wordsOf = (name: string): string =>
  name.replaceAll('_', ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const SHARED_HELP = {
  tenant: TENANT_HELP.trimStart(),
  limit: '--limit <n>           maximum number of items (50)',
  cursor: '--cursor <cursor>     continues where an earlier list ended',
  all: '--all                 all items, in as many calls as needed',
  'if-match':
    '--if-match <etag>     changes only this version ("--only etag" of a get command shows it); otherwise the current one',
  output: '--output <file>       file for the content; standard output by default',
  yes: YES_HELP.trimStart(),
  json: '--json                the response of the platform, as JSON',
  only: '--only <member>       only this member of the response, such as "id"',
} as const;

/** Returns the synopsis, options, examples and required scopes. */
export function usageOf(operation: Operation): string {
  const { name, call, scopes, fields = [], examples } = operation;
  const surface = surfaceOf(operation);
  const own = fields.filter(({ isArgument }) => !isArgument);
  const required = own.filter(({ isRequired }) => isRequired).map((field) => `${optionText(field)}`);
  const words = [...argumentsOf(operation).map((argument) => `<${wordsOf(argument)}>`), ...required, '[options]'];
  const lines = [
    ...own.map((field) => line(optionText(field), field.help + (field.words ? `: ${field.words.join(', ')}` : ''))),
    ...sharedOptions(operation).map(
      (option) => `  ${option === 'body-file' ? bodyHelp(operation) : SHARED_HELP[option]}`,
    ),
    connectionHelpOf(operation),
  ];
  const scope = scopes.length === 0 ? '' : `, with the scope ${scopes.join(' and ')}`;
  const whose = surface === 'backend' ? 'backend' : 'control plane';
  return `Usage: coresdk ${name} ${words.join(' ')}

${lines.join('\n')}

Example${examples.length > 1 ? 's' : ''}:
${examples.map((example) => `  coresdk ${example}`).join('\n')}

Calls ${call} on the ${whose}${scope}. Exits 0 on success, 1 on failure.`;
}

/** Returns the help for the connection options, without those that the operation uses for something else. */
function connectionHelpOf(operation: Operation): string {
  const own = (operation.fields ?? []).map((field) => `  --${optionOf(field)} `);
  const all = connectionHelp(surfaceOf(operation)).split('\n');
  return all.filter((text) => !own.some((option) => text.startsWith(option))).join('\n');
}

function optionText(field: Field): string {
  const option = `--${optionOf(field)}`;
  switch (field.kind) {
    case 'switch':
      return option;
    case 'bytes':
    case 'file':
    case 'files':
      return `${option} <file>`;
    case 'number':
      return `${option} <n>`;
    case 'truth':
      return `${option} <true|false>`;
    case 'json':
      return `${option} <json>`;
    case 'list':
    case 'text':
      return `${option} <${field.words ? 'word' : field.kind === 'list' ? 'words' : 'text'}>`;
  }
}

function bodyHelp({ file }: Operation): string {
  const what = file ? 'file to send; standard input by default' : 'body as JSON; options override it';
  return `--body-file <file>    ${what}`;
}

const line = (option: string, help: string): string =>
  option.length > 21 ? `  ${option}\n${' '.repeat(24)}${help}` : `  ${option.padEnd(22)}${help}`;
