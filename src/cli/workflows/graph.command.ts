import { existsSync } from 'node:fs';
import { mermaidOf, type States, svgOf } from '../../modules/workflows/domain/draw';
import { CONNECTION_HELP, CONNECTION_OPTIONS } from '../api/connection';
import { type Command, CommandFault } from '../command';
import { oneOf, parseOptions } from '../options';
import { faultLines, readDefinitionFile } from './definition-file';
import { WorkflowApi } from './workflow-api';

const NOTHING: States = new Map();

/** `coresdk workflows graph <file, name, id or run>` */
export const workflowsGraph: Command = {
  usage: `Usage: coresdk workflows graph <file, name, id or run id> [--format mermaid|svg]

Prints the graph as Mermaid text or as SVG. A file is drawn offline.

  --format  mermaid (the default) or svg
${CONNECTION_HELP}

Examples:
  coresdk workflows graph orders.yaml --format svg > orders.svg
  coresdk workflows graph job-01j…

Exits 0 when the graph was drawn, 2 when the file is not valid, 1 on failure.`,
  async run(args, terminal) {
    const format = { type: 'string', default: 'mermaid' } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, format });
    const [what] = positionals;
    if (what === undefined || positionals.length > 1) throw new CommandFault('Specify a file, workflow or run.', true);
    const isSvg = oneOf('format', values.format, ['mermaid', 'svg']) === 'svg';
    const draw = isSvg ? svgOf : mermaidOf;
    if (what === '-' || existsSync(what)) {
      const file = readDefinitionFile(what);
      if (file.definition === null || file.errors.length > 0) {
        terminal.err(faultLines(file));
        return 2;
      }
      terminal.out(`${draw(file.definition.steps, NOTHING)}\n`);
      return 0;
    }
    const api = new WorkflowApi(values, ['workflows.read']);
    if (!what.startsWith('job-')) {
      terminal.out(`${draw((await api.get(what)).steps, NOTHING)}\n`);
      return 0;
    }
    const { graph } = await api.run(what);
    if (graph === null) throw new CommandFault('This run has not started, so it has no graph yet.');
    terminal.out(`${isSvg ? graph.svg : graph.mermaid}\n`);
    return 0;
  },
};
