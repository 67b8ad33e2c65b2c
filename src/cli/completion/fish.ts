import type { LoadedCommand } from '../command';
import { firstWords, optionsOf, secondWords, type Word } from './vocabulary';

/** Returns the completion script for fish 3 and later. */
export function fishScript(commands: readonly LoadedCommand[]): string {
  const offer = (condition: string, { word, help }: Word): string =>
    `complete -c coresdk -n '${condition}' -f -a ${word} -d ${quoted(help)}`;
  const firsts = firstWords(commands);
  const lines = [
    ...firsts.map((first) => offer('__fish_use_subcommand', first)),
    ...firsts.flatMap(({ word }) => {
      const seconds = secondWords(commands, word);
      const named = seconds.map((second) => second.word).join(' ');
      const condition = `__fish_seen_subcommand_from ${word}; and not __fish_seen_subcommand_from ${named}`;
      return seconds.map((second) => offer(condition, second));
    }),
    ...commands.flatMap((command) => {
      const condition = command.name
        .split(' ')
        .map((word) => `__fish_seen_subcommand_from ${word}`)
        .join('; and ');
      return optionsOf(command).map((option) => `complete -c coresdk -n '${condition}' -l ${option.slice(2)}`);
    }),
  ];
  return `# fish completion for coresdk\n${lines.join('\n')}\n`;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
