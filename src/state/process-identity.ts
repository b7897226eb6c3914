import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Which process holds a lease, told so that another process of the same machine can know for sure that it is dead. A number alone
 * would not do: it is given out again. `machine` is the boot and the PID namespace, `started` the start time in clock ticks since
 * boot (proc(5), field 22 of /proc/PID/stat).
 */
export interface ProcessIdentity {
  readonly machine: string;
  readonly pid: number;
  readonly started: string;
}

/** This process; undefined where the system does not tell (anything but Linux): then a lease is only ever taken over by its expiry. */
export function thisProcess(): ProcessIdentity | undefined {
  const machine = machineOf();
  const started = startOf(process.pid);
  return machine === undefined || started === undefined ? undefined : { machine, pid: process.pid, started };
}

/**
 * True where the process certainly no longer runs: this machine, this boot, and no process of that number and start time. Its
 * connections ended with it, and what it had sent is looked for by its intent, so a successor need not wait.
 */
export function isDead(other: ProcessIdentity | undefined): boolean {
  if (other === undefined || other.machine !== machineOf()) return false;
  return startOf(other.pid) !== other.started;
}

function machineOf(): string | undefined {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined; // no /proc: the answer is "cannot tell", which the callers take as "may be alive"
  }
}

function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in field 2 may hold blanks and parentheses; what follows the last one is plain. Field 3 is the state.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
