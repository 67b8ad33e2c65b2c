import { type Command, CommandFault, type ExitCode, type LoadedCommand } from '../command';
import { oneOf, parseOptions } from '../options';
import { bashScript } from './bash';
import { fishScript } from './fish';
import { zshScript } from './zsh';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `coresdk completion <shell>` @param all loads all commands. */
export function completionOf(all: () => Promise<readonly LoadedCommand[]>): Command {
  return {
    usage: `Usage: coresdk completion bash|zsh|fish

Completes "coresdk", which must be in the PATH or an alias: alias coresdk='npx coresdk'.

  bash  echo 'source <(coresdk completion bash)' >> ~/.bashrc
  zsh   coresdk completion zsh > "\${fpath[1]}/_coresdk"
  fish  coresdk completion fish > ~/.config/fish/completions/coresdk.fish

Example:
  source <(npx coresdk completion bash)`,
    async run(args, terminal): Promise<ExitCode> {
      const [shell, ...more] = parseOptions(args, {}).positionals;
      if (shell === undefined || more.length > 0) throw new CommandFault('Specify a shell: bash, zsh or fish.', true);
      terminal.out(SCRIPTS[oneOf('shell', shell, SHELLS)](await all()));
      return 0;
    },
  };
}
