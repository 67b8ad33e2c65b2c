import { CommandFault, type Terminal } from './command';

/** Option of every command that asks for confirmation. */
export const YES_OPTION = { yes: { type: 'boolean', default: false } } as const;

export const YES_HELP = '  --yes                 does not ask for confirmation';

/**
 * Asks the person at the terminal for confirmation.
 * @param isConfirmed true if the command line already confirms, so that nothing is asked. Errors: `CommandFault` unless the person
 * confirms; without a terminal, the message names `--yes`.
 */
export async function confirmed(question: string, isConfirmed: boolean, terminal: Terminal): Promise<void> {
  if (isConfirmed) return;
  if (!terminal.ask) throw new CommandFault(`${question} Use --yes to confirm.`);
  const answer = await terminal.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFault('Nothing was done.');
}
