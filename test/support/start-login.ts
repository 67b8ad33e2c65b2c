import { CommandFault } from '../../src/cli/command';
import { login } from '../../src/cli/sign-in/login.command';
import type { CommandRun } from './run-command';

/** A `coresdk login` that waits for the browser. */
export interface StartedLogin {
  /** The URL that the person opens. */
  readonly url: URL;
  readonly ended: Promise<CommandRun>;
}

/** Starts `coresdk login` in this process. Resolves when it has printed its URL. Rejects with the fault if it ends before that. */
export async function startLogin(args: readonly string[]): Promise<StartedLogin> {
  let [out, err] = ['', ''];
  const printed = Promise.withResolvers<URL>();
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => {
      err += text;
      const url = /^ {2}(http\S+)$/m.exec(err)?.[1];
      if (url !== undefined) printed.resolve(new URL(url));
    },
  };
  const ended = Promise.resolve(login.run(args, terminal)).then(
    (code) => ({ code, out, err }),
    (thrown: unknown) => {
      printed.reject(thrown);
      if (!CommandFault.is(thrown)) throw thrown;
      return { code: 1, out, err: err + thrown.message };
    },
  );
  return { url: await printed.promise, ended };
}
