import type { LoadedCommand } from '../command';
import { firstWords, optionsOf, secondWords, type Word } from './vocabulary';

/** Returns the completion script for zsh, to source or to store as _coresdk in an fpath folder. */
export function zshScript(commands: readonly LoadedCommand[]): string {
  const groups = firstWords(commands).filter(({ word }) => secondWords(commands, word).length > 0);
  const described = (words: readonly Word[]): string =>
    words.map(({ word, help }) => `      ${quoted(`${word}:${help}`)}`).join('\n');
  const seconds = groups.map(
    ({ word }) => `    ${word})\n      words_=(\n${described(secondWords(commands, word))}\n      ) ;;`,
  );
  const options = commands.map((command) => `    '${command.name}') options_=(${optionsOf(command).join(' ')}) ;;`);
  return `#compdef coresdk
# zsh completion of coresdk
_coresdk() {
  local -a words_ options_
  local name
  if ((CURRENT == 2)); then
    words_=(
${described(firstWords(commands))}
    )
    _describe 'command' words_
    return
  fi
  if ((CURRENT == 3)) && [[ $PREFIX != -* ]]; then
    case $words[2] in
${seconds.join('\n')}
    esac
    (($#words_)) && { _describe 'command' words_; return }
  fi
  case $words[2] in
    ${groups.map(({ word }) => word).join('|')}) [[ $words[3] == -* ]] && name=$words[2] || name="$words[2] $words[3]" ;;
    *) name=$words[2] ;;
  esac
  case $name in
${options.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    compadd -- $options_
  else
    _files
  fi
}
if [[ $funcstack[1] == _coresdk ]]; then _coresdk "$@"; else compdef _coresdk coresdk; fi
`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
