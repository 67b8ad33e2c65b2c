import type { Command } from './command';

/** Commands by their groups, in the order of the first of each. */
export function overviewOf(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const groupOf = ({ name }: Command): string => (name.includes(' ') ? (name.split(' ')[0] ?? '') : '');
  const groups = Map.groupBy(commands, groupOf);
  const blocks = [...groups.values()].map((group) =>
    group.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}\n`).join(''),
  );
  return `Usage: coresdk <command> [options]\n\n${blocks.join('\n')}\n"coresdk <command> --help" tells more.\n`;
}
