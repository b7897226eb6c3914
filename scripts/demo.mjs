// The main job through the real command line: plan, apply, nothing to do, a drift behind its back, healed. Runs in a temporary
// copy of examples/manifests/quickstart on the embedded datastore; prints every command and what it said.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'setpoint-demo-'));
let failed = 0;

/** Runs a command in the demo's folder and holds it to its exit code. */
function setpoint(words, expected = 0) {
  process.stdout.write(`\n$ setpoint ${words.map((word) => (/[\s"]/.test(word) ? `'${word}'` : word)).join(' ')}\n`);
  const { status, error } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...words], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) throw error;
  if (status === expected) return;
  failed += 1;
  process.stdout.write(`(exit ${status}, expected ${expected})\n`);
}

const say = (text) => process.stdout.write(`\n# ${text}\n`);

try {
  cpSync(join(root, 'examples/manifests/quickstart'), folder, { recursive: true });
  say('A small brewery, written down as YAML, and an empty datastore. What would have to happen?');
  setpoint(['plan', '--exit-code'], 2);
  say('Do exactly that.');
  setpoint(['apply', '--yes']);
  say('A second plan finds nothing to do.');
  setpoint(['plan', '--exit-code']);
  say('Somebody turns the fermenter up at the console, behind our back.');
  setpoint(['run', 'brewery', 'set', 'path=/brewhouse/temperature/fermentation/highpoint', 'value=21.0', 'user=bob', '--yes']);
  say('The next plan says what drifted, from what, and who did it.');
  setpoint(['plan', '--exit-code'], 2);
  say('Heal it.');
  setpoint(['apply', '--yes']);
  setpoint(['plan', '--exit-code']);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(failed === 0 ? '\nThe demo did what it says.\n' : `\n${failed} steps of the demo did not end as they should.\n`);
process.exitCode = failed === 0 ? 0 : 1;
