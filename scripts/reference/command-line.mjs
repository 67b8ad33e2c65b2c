/** Writes the help text of every command for the command-line page. */
import { blocks, code, escaped, sentence, slug } from './markdown.mjs';
import { compiled } from './compiled.mjs';

/** The page that includes the help texts, and the only handwritten page in its folder. */
export const WRITTEN_PAGE = 'docs/reference/command-line.md';

/** Returns the Markdown of all commands, by group. */
export async function commandReference() {
  const { loadedCommands } = await compiled('cli/commands.js');
  const groups = Map.groupBy(await loadedCommands(), ({ name }) => name.split(' ')[0]);
  return blocks(
    ...[...groups].flatMap(([group, commands]) => {
      // A command without a group forms a separate group, and can have others beside it.
      const alone = commands.filter(({ name }) => name === group);
      const heading = alone.length === 0 ? [`### ${code(group)} {#coresdk-${slug(group)}}`] : [];
      const others = commands.filter(({ name }) => name !== group);
      return [...heading, ...alone.map((one) => helpOf(one, true)), ...others.map((one) => helpOf(one, false))];
    }),
  );
}

function helpOf({ name, summary, usage }, isAlone) {
  return blocks(
    `${isAlone ? '###' : '####'} ${code(name)} {#coresdk-${slug(name)}}`,
    escaped(sentence(summary)),
    `\`\`\`text\n${usage}\n\`\`\``,
  ).trimEnd();
}
