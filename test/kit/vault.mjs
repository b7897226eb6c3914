/**
 * The program with one provider more, whose target and whose objects take secrets, until one of our own does.
 * Its system is one JSON file in the folder of the address. It is as indiscreet as a system can be: it shows every password when it
 * is read, and quotes token and password in whatever it answers, also where it refuses (login `refused`) or fails (login `bug`).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../dist/cli/program.js';
import { processTerminal } from '../../dist/cli/terminal.js';
import { Fault } from '../../dist/core/diagnostic.js';
import { registry } from '../../dist/providers/registry.js';

const secret = (description) => ({ description, type: 'string', 'x-sensitive': true });

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['login'],
  properties: {
    login: { description: 'Its name there.', type: 'string' },
    password: secret('What it signs in with.'),
    keys: { description: 'More of them.', type: 'object', additionalProperties: secret('One of them.') },
    note: { description: 'Anything.', type: 'string', 'x-unset': 'null' },
  },
};

const nameOf = (id) => id.slice(id.lastIndexOf('/') + 1);

function open({ address, options }) {
  const file = join(address, 'accounts.json');
  const read = () => {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      return { token: options.token, accounts: {} };
    }
  };
  const write = (accounts) => {
    mkdirSync(address, { recursive: true });
    writeFileSync(file, JSON.stringify({ token: options.token, accounts }));
  };
  return { token: options.token, read: () => read().accounts, write };
}

async function put({ write: vault }, { id, want, differences }, call) {
  const said = `${want.login} signs in with ${want.password} (token ${vault.token}) ${JSON.stringify(want)}`;
  call.emit({ type: 'wait', id, message: said });
  if (want.login === 'refused') throw new Fault({ code: 'VAULT_REFUSED', summary: said, detail: said, hint: said, label: said });
  if (want.login === 'bug') throw new TypeError(said);
  vault.write({ ...vault.read(), [nameOf(id)]: want });
  return { handle: nameOf(id), key: nameOf(id), revision: String(differences.length) };
}

const account = {
  kind: 'vault/Account',
  version: 'v1',
  schema: () => schema,
  nature: 'state',
  creatable: true,
  removable: true,
  key: (_spec, name) => name,
  async *observe(vault, ask) {
    const accounts = vault.read();
    yield ask.known.map(({ id, handle, key }) => {
      const spec = accounts[handle ?? key];
      const answers = { id, handle: handle ?? key, key: key ?? handle };
      return spec === undefined
        ? { seen: 'absent', ...answers }
        : { seen: 'live', ...answers, spec, readiness: { state: 'ready' }, author: { who: `bob, with ${spec.password}` } };
    });
    yield [{ seen: 'end', strangers: 'none' }];
  },
  make: put,
  update: put,
  async remove({ write: vault }, { id }) {
    const accounts = vault.read();
    delete accounts[nameOf(id)];
    vault.write(accounts);
  },
  effects: () => ['somebody has to sign in again'],
};

const provider = {
  name: 'vault',
  version: '1',
  kinds: [account],
  operations: [
    {
      name: 'tell',
      summary: 'Tells what it was sent.',
      mutates: false,
      inputs: [],
      async *run({ write: vault }) {
        const words = [vault.token, encodeURIComponent(vault.token), Buffer.from(vault.token).toString('base64')];
        yield { line: `token ${words.join(' ')}` };
        yield { value: Object.fromEntries(words.map((word) => [word, [word]])) };
        yield { table: { columns: ['as sent'], rows: words.map((word) => [JSON.stringify({ token: word })]) } };
        throw new Fault({ code: 'VAULT_REFUSED', summary: `token ${vault.token} has expired` });
      },
    },
  ],
  options: () => ({ type: 'object', additionalProperties: false, properties: { token: secret('Opens it.') } }),
  async connect(target) {
    const vault = open(target);
    return { read: { read: vault.read }, write: vault, close: async () => undefined };
  },
  identify: async () => 'the vault',
};

registry.push({ name: 'vault', groups: ['vault'], load: async () => provider });
process.exitCode = await run(process.argv.slice(2), processTerminal());
