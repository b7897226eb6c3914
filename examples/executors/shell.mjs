// An executor for ColonyOS that runs programs: the arguments of its function `run` are a program and what it is given.
//
//   node shell.mjs --allow uname,echo --cwd /srv/jobs --seconds 60 --bytes 1000000 --parallel 2
//
// Whoever is in the colony can run what is allowed here, as the user that this runs as: allow little. Nothing is read by a shell, so that
// an argument is an argument whatever is in it. `--script` adds a function of that name, whose argument is read by one: it allows anything.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { coloniesEnvironment, Fault, interrupts, keptKey, runExecutor } from 'setpoint/colonies';

process.once('uncaughtException', (error) => {
  const { summary, detail, hint } = error instanceof Fault ? error.diagnostic : { summary: error.message };
  console.error([`${summary}.`, detail, hint].filter((text) => text !== undefined).join(' '));
  process.exit(1);
});

const { values } = parseArgs({
  options: {
    allow: { type: 'string', default: '' },
    script: { type: 'boolean', default: false },
    cwd: { type: 'string', default: '.' },
    seconds: { type: 'string', default: '60' },
    bytes: { type: 'string', default: '1000000' },
    parallel: { type: 'string', default: '1' },
    unregister: { type: 'boolean', default: false },
  },
});
const allowed = new Set(values.allow.split(',').filter((name) => name !== ''));
if (allowed.size === 0 && !values.script) throw new Error('nothing is allowed: name programs with --allow uname,echo');
const KILL_MS = 2_000;
/** The longest that a timer takes: 24 days. */
const MOST_SECONDS = 2_147_483;
const limits = { cwd: values.cwd, ms: limit('seconds', MOST_SECONDS) * 1000, bytes: limit('bytes', Number.MAX_SAFE_INTEGER) };
if (statSync(limits.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) throw new Error(`--cwd ${limits.cwd} is no folder`);

const {
  address,
  colony,
  colonyKey,
  executor: name = 'shell',
  executorType: type = 'shell-executor',
} = coloniesEnvironment(process.env, ['colony']);
const { signal, abort } = interrupts(process);
const done = await runExecutor(
  {
    address,
    colony,
    colonyKey,
    name,
    type,
    key: await keptKey(`${name}.key`),
    concurrency: limit('parallel', 1_000),
    unregister: values.unregister,
    functions: {
      ...(allowed.size === 0 ? {} : { run: { description: `runs one of ${[...allowed].join(', ')}`, run } }),
      ...(values.script ? { script: { description: 'runs a shell script', run: script } } : {}),
    },
    tell: ({ text }) => console.error(text),
    abort,
  },
  signal,
);
console.error(`${done.succeeded} succeeded, ${done.failed} failed, ${done.lost} lost, ${done.left} left`);

/** A limit that is no number would be none. */
function limit(name, most) {
  const number = Number(values[name]);
  if (number > 0 && number <= most) return number;
  throw new Error(`--${name} ${values[name]} is no number above 0 and up to ${most}`);
}

function run(task) {
  const [program, ...args] = task.args.map(String);
  if (!allowed.has(program)) throw new Error(`${program} is not allowed here: ${[...allowed].join(', ')}`);
  return carryOut(program, args, task);
}

function script(task) {
  return carryOut('/bin/sh', ['-c', String(task.args[0] ?? '')], task);
}

/** What the program writes is logged as it comes; what it writes to its standard output is the output of the process as well. */
async function carryOut(program, args, { process: { processid }, signal: unwanted, log, attribute }) {
  // Nothing of our own environment: it has the keys of the colony in it.
  const env = { PATH: process.env.PATH, LANG: process.env.LANG ?? 'C', COLONIES_PROCESS_ID: processid };
  // A process group of its own: Ctrl-C here is none there, and what it starts ends with it.
  const child = spawn(program, args, { cwd: limits.cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const closed = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  let why;
  const end = (reason) => {
    why ??= reason;
    signalGroup(child.pid, 'SIGTERM');
    setTimeout(() => {
      signalGroup(child.pid, 'SIGKILL');
      // Something that left the group may still hold them open.
      child.stdout.destroy();
      child.stderr.destroy();
    }, KILL_MS).unref();
  };
  const tooLong = setTimeout(() => end(`took longer than ${limits.ms / 1000} s`), limits.ms);
  const notWanted = () => end(`was ended: ${unwanted.reason.diagnostic.summary}`);
  unwanted.addEventListener('abort', notWanted);

  let bytes = 0;
  const logged = async (stream) => {
    let all = '';
    let begun = '';
    for await (const text of stream.setEncoding('utf8')) {
      bytes += Buffer.byteLength(text);
      if (bytes > limits.bytes) {
        end(`wrote more than ${limits.bytes} bytes`);
        break;
      }
      all += text;
      const lines = begun + text;
      const whole = lines.lastIndexOf('\n') + 1;
      begun = lines.slice(whole);
      if (whole > 0) await log(lines.slice(0, whole));
    }
    if (begun !== '') await log(begun);
    return all;
  };
  try {
    const [code, out] = await Promise.all([closed, ...[child.stdout, child.stderr].map(logged)]);
    if (why === undefined) await attribute('exitcode', String(code));
    if (why === undefined && code === 0) return out.trimEnd();
    throw new Error(`${program} ${why ?? (code === null ? `was ended by ${child.signalCode}` : `ended with ${code}`)}`);
  } catch (error) {
    throw why === undefined ? error : new Error(`${program} ${why}`);
  } finally {
    clearTimeout(tooLong);
    unwanted.removeEventListener('abort', notWanted);
  }
}

function signalGroup(group, name) {
  if (group === undefined) return;
  try {
    process.kill(-group, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
