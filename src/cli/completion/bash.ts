import type { LoadedCommand } from '../command';
import { firstWords, optionsOf, secondWords } from './vocabulary';

/** Returns the completion script for bash, including the old version on macOS. Completes option values and arguments as file names. */
export function bashScript(commands: readonly LoadedCommand[]): string {
  const groups = firstWords(commands).filter(({ word }) => secondWords(commands, word).length > 0);
  const listed = (words: readonly { readonly word: string }[]): string => words.map(({ word }) => word).join(' ');
  const seconds = groups.map(({ word }) => `    ${word}) words='${listed(secondWords(commands, word))}' ;;`);
  const options = commands.map((command) => `    '${command.name}') words='${optionsOf(command).join(' ')}' ;;`);
  return `# bash completion of coresdk
_coresdk() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=''
  local first=\${COMP_WORDS[1]:-} second=\${COMP_WORDS[2]:-} name
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    words='${listed(firstWords(commands))} --help'
  elif ((COMP_CWORD == 2)) && [[ $current != -* ]]; then
    case $first in
${seconds.join('\n')}
    esac
  else
    case $first in
    ${groups.map(({ word }) => word).join(' | ')}) [[ $second == -* ]] && name=$first || name="$first $second" ;;
    *) name=$first ;;
    esac
    [[ $current == -* ]] && case $name in
${options.join('\n')}
    esac
  fi
  [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$current"))
  return 0
}
complete -o default -F _coresdk coresdk
`;
}
