import type { LoadedCommand } from '../command';

/** A possible next word, and its description. */
export interface Word {
  readonly word: string;
  readonly help: string;
}

/** Returns the first words: one-word commands and groups. */
export function firstWords(commands: readonly LoadedCommand[]): readonly Word[] {
  const names = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
  return names.map((word) => {
    const alone = commands.find(({ name }) => name === word);
    const group = secondWords(commands, word).map((second) => second.word);
    return { word, help: alone?.summary ?? group.join(', ') };
  });
}

/** Returns the second words of a group; an empty list for a one-word command. */
export function secondWords(commands: readonly LoadedCommand[], group: string): readonly Word[] {
  return commands
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name, summary }) => ({ word: name.slice(group.length + 1), help: summary }));
}

/** Returns the options in a command's help. */
export function optionsOf({ usage }: LoadedCommand): readonly string[] {
  const options = [...usage.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option);
  return [...new Set([...options, '--help'])].sort();
}
