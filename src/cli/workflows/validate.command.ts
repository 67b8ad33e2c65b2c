import { workflowVerdict } from '../../modules/workflows/contract/workflows.types';
import { CONNECTION_HELP, CONNECTION_OPTIONS } from '../api/connection';
import { type Command, CommandFault } from '../command';
import { parseOptions, readText } from '../options';
import { type DefinitionFile, faultLines, readDefinitionFile } from './definition-file';
import { WorkflowApi } from './workflow-api';
import { jsonText } from '../operations/show';

/** `coresdk workflows validate <file>…` */
export const workflowsValidate: Command = {
  usage: `Usage: coresdk workflows validate <file>… [--online] [--json]

Checks definitions in YAML or JSON ("-" reads one from standard input): their form, cycles, schedules, and broken references in
steps and templates. It works offline. With --online, the platform checks them, including the skills and workflows they use.

  --online  check on the platform
  --json    a list of {file, isValid, errors: [{pointer, code, message}]}
${CONNECTION_HELP}

Examples:
  coresdk workflows validate orders.yaml
  coresdk workflows validate --online flows/*.yaml

Exits 0 when all are valid, 2 when one is not, 1 when they could not be checked.`,
  async run(args, terminal) {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, online: flag, json: flag });
    if (positionals.length === 0) throw new CommandFault('Specify one or more files.', true);
    const check = values.online ? online(new WorkflowApi(values, ['workflows.read'])) : readDefinitionFile;
    const found: Pick<DefinitionFile, 'file' | 'errors'>[] = [];
    for (const file of positionals) found.push(await check(file));
    if (values.json) {
      const report = found.map(({ file, errors }) => ({ file, isValid: errors.length === 0, errors }));
      terminal.out(jsonText(report));
    } else {
      for (const one of found) terminal.out(one.errors.length === 0 ? `${one.file}: valid\n` : faultLines(one));
    }
    return found.every(({ errors }) => errors.length === 0) ? 0 : 2;
  },
};

function online({ client }: WorkflowApi): (file: string) => Promise<Pick<DefinitionFile, 'file' | 'errors'>> {
  return async (file) => {
    const body = { type: 'application/yaml', content: readText(file) };
    const { errors } = await client.send(workflowVerdict, 'POST', '/v1/workflows/validate', { body });
    return { file, errors };
  };
}
