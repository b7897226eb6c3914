/**
 * A command with a last line on both of its outputs that says how it ended: Cresco tells nobody the exit code of a process, and says
 * that it has ended while its last lines are still on their way.
 */
export interface Marked {
  readonly command: string;
  /** A line without the mark, which stands behind the last word of a command that does not end its line. */
  read(line: string): { readonly text: string | undefined; readonly code?: number };
}

/** For `/bin/sh`: the command is a word of its own, so that nothing wrong in it can hide the mark. */
export function marked(command: string, mark: string): Marked {
  const quoted = `'${command.replaceAll("'", `'\\''`)}'`;
  const say = `printf '%s %s\\n' ${mark} "$c"`;
  const pattern = new RegExp(`^(.*)${mark} (\\d{1,3})$`, 's');
  return {
    command: `/bin/sh -c ${quoted}; c=$?; ${say}; ${say} >&2; exit $c`,
    read(line) {
      const [, before = '', code] = pattern.exec(line) ?? [];
      if (code === undefined) return { text: line };
      return { text: before === '' ? undefined : before, code: Number(code) };
    },
  };
}

/** As it is: nobody knows how it ends. */
export const unmarked = (command: string): Marked => ({ command, read: (line) => ({ text: line }) });
